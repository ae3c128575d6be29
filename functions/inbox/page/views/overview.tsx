import type { Figures } from "../../../../shared/search/figures.ts";
import type { ListedRequest } from "../../../../shared/search/summaries.ts";
import type { Troubled } from "../../../../shared/search/troubled.ts";
import type { Waiting } from "../../../../shared/search/waiting.ts";
import { shown, TROUBLE_ADVICE } from "../../../../shared/view/index.ts";
import { capital } from "../../../../shared/view/words.ts";
import { useWatch } from "../hooks.ts";
import { viewHash } from "../route.ts";
import { Reading } from "../shell/stale.tsx";
import { Heading } from "./heading.tsx";
import { decisionsSentence, waitingSentence } from "./overview-words.ts";
import { Bars } from "./pictures/bars.tsx";
import { Days } from "./pictures/days.tsx";
import { Figure } from "./pictures/figure.tsx";
import { Rows } from "./rows.tsx";

/** What `GET /api/audit/summary` says. */
type Summary = Figures & {
  readonly waiting: Waiting;
  readonly oldestWaiting: ListedRequest | null;
  readonly troubled: readonly Troubled[];
};

const SHOWN = 5;

/** How it goes: what waits, what was decided, and what needs somebody. */
export function OverviewView() {
  const { value: summary, refusal } = useWatch<Summary>("/api/audit/summary");
  return (
    <div class="page">
      <Heading>Overview</Heading>
      <Reading refusal={refusal} isRead={summary !== null} />
      {summary !== null && <Pictures summary={summary} />}
    </div>
  );
}

/** All at once, so that nothing moves that is read already. */
function Pictures({ summary }: { readonly summary: Summary }) {
  const { waiting, oldestWaiting, days, consumers, troubled } = summary;
  return (
    <div class="pictures">
      <Figure heading="Waiting" sentence={waitingSentence(waiting)}>
        <Bars
          bars={waiting.byAge.map(({ label, count }) => ({ name: label, count }))}
          isExact={waiting.isExact}
        />
        {oldestWaiting !== null && (
          <>
            <p>The oldest:</p>
            <Rows of={[oldestWaiting]} />
          </>
        )}
      </Figure>
      <Figure heading="Decisions" sentence={decisionsSentence(summary)}>
        <Days days={days} />
      </Figure>
      <Figure
        heading="Consumers"
        sentence={
          consumers.top.length === 0 ? "No request closed in 30 days." : "Whose requests closed in 30 days."
        }
      >
        <Bars
          bars={consumers.top.slice(0, SHOWN).map(({ key, name, count }) => ({
            name: shown(name),
            count,
            href: viewHash("audit", { consumer: key }),
          }))}
          isExact={consumers.isExact}
        />
      </Figure>
      {troubled.length === 0 && <Figure heading="Trouble" sentence="Nothing failed or is in the way." />}
      {troubled.map(({ trouble, requests, isMore }) => (
        <Figure key={trouble} heading={capital(trouble)} sentence={TROUBLE_ADVICE[trouble]}>
          <Rows of={requests} />
          {isMore && <a href={troubledHash(trouble)}>All of them</a>}
        </Figure>
      ))}
    </div>
  );
}

const troubledHash = (trouble: Troubled["trouble"]): string =>
  viewHash("audit", { of: "requests", ...(trouble === "failed" ? { outcome: trouble } : { trouble }) });
