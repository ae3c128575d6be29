import type { Figures } from "../../../../shared/search/figures.ts";
import type { ListedRequest } from "../../../../shared/search/summaries.ts";
import type { Waiting } from "../../../../shared/search/waiting.ts";
import type { RequestPage } from "../api.ts";
import { useWatch } from "../hooks.ts";
import { listHash, viewHash } from "../route.ts";
import { Stale } from "../shell/stale.tsx";
import { Heading } from "./heading.tsx";
import { decisionsSentence, waitingSentence } from "./overview-words.ts";
import { Bars } from "./pictures/bars.tsx";
import { Days } from "./pictures/days.tsx";
import { Figure } from "./pictures/figure.tsx";
import { Rows } from "./rows.tsx";

/** What `GET /api/audit/summary` says. */
type Summary = Figures & { readonly waiting: Waiting; readonly oldestWaiting: ListedRequest | null };

const SHOWN = 5;

/** How it goes: what waits, what was decided, and what needs somebody. */
export function OverviewView() {
  const { value: summary, refusal } = useWatch<Summary>("/api/audit/summary");
  const { value: failed, refusal: other } = useWatch<RequestPage>(
    `/api/requests?outcome=failed&limit=${SHOWN}`,
  );
  const why = refusal ?? other;
  const isRead = summary !== null && failed !== null;
  return (
    <div class="page">
      <Heading>Overview</Heading>
      <Stale refusal={why} isOld={isRead} />
      {isRead && <Pictures summary={summary} failed={failed.requests} />}
      {!isRead && why === null && <p role="status">Loading …</p>}
    </div>
  );
}

interface Props {
  readonly summary: Summary;
  readonly failed: readonly ListedRequest[];
}

/** All at once, so that nothing moves that is read already. */
function Pictures({ summary, failed }: Props) {
  const { waiting, oldestWaiting, days, consumers } = summary;
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
          consumers.top.length === 0
            ? "No request closed in 30 days."
            : "Subscriptions whose requests closed in 30 days, the most first."
        }
      >
        <Bars
          bars={consumers.top
            .slice(0, SHOWN)
            .map(({ key, name, count }) => ({ name, count, href: viewHash("audit", { consumer: key }) }))}
          isExact={consumers.isExact}
        />
      </Figure>
      <Figure
        heading="Failed"
        sentence={
          failed.length === 0 ? "Nothing failed." : "Each needs a person. Open it, see why, then try again."
        }
      >
        <Rows of={failed} />
        <a href={listHash("decided", { outcome: "failed" })}>All that failed</a>
      </Figure>
    </div>
  );
}
