import type { Instant } from "../../../../shared/connection/connection.ts";
import { timelineOf } from "../../../../shared/view/index.ts";
import type { Trail } from "../api.ts";
import type { Reply } from "../reply.ts";
import { viewHash } from "../route.ts";
import { When } from "../shell/when.tsx";
import { Part } from "./part.tsx";

interface Props {
  /** Null before it was read. */
  readonly trail: Reply<Trail> | null;
  readonly now: Instant;
  readonly id: string;
}

/** The trail as a picture: a dot for each record on a line from the first to the last, its words beside it. */
export const Timeline = ({ trail, now, id }: Props) => (
  <Part heading="Timeline">
    {trail !== null && !trail.ok && <p>{trail.refusal.sentence}</p>}
    {trail?.ok && (
      <ol class="timeline">
        {timelineOf(trail.value.records, now).map((step) => (
          <li key={step.seq} class={step.tone}>
            <strong>{step.word}</strong> <When moment={step} />
            <p>{step.sentence}</p>
          </li>
        ))}
      </ol>
    )}
    <p>
      <a href={viewHash("audit", {}, id)}>The whole trail</a>
    </p>
  </Part>
);
