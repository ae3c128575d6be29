import type { AskedSection } from "../../../../shared/view/asked.ts";
import { When } from "../shell/when.tsx";
import { Sentences } from "./part.tsx";

const VERBS = { approve: "approved", reject: "rejected" } as const;

/** Who is asked, how far that is, and who said what. */
export const AskedPart = ({
  section: { demands, reviews, sentences },
}: {
  readonly section: AskedSection;
}) => (
  <>
    <ul class="demands">
      {demands.map(({ who, given, needed, text, escalation }) => (
        <li key={who}>
          <span>{who}</span>
          <meter min={0} max={needed} value={given} aria-label={`Approvals of ${who}`} />
          <strong>{text}</strong>
          {escalation !== null && <small>{escalation}</small>}
        </li>
      ))}
    </ul>
    {reviews.length > 0 && (
      <ul class="reviews">
        {reviews.map(({ who, review, reason, at, isMine }) => (
          <li key={who}>
            {isMine ? `You, ${who},` : who} {VERBS[review]} <When moment={at} />
            {reason !== "" && <q class="foreign">{reason}</q>}
          </li>
        ))}
      </ul>
    )}
    <Sentences sentences={sentences} />
  </>
);
