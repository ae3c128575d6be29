import type { ComponentChildren } from "preact";
import type { Instant } from "../../../../shared/connection/connection.ts";
import { timelineOf } from "../../../../shared/view/index.ts";
import type { TimelineStep } from "../../../../shared/view/timeline.ts";
import type { ExplainedRecord, Trail } from "../api.ts";
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

interface StepsProps {
  readonly trail: Trail;
  readonly now: Instant;
  /** What is said of a record beside its sentence. */
  readonly more?: (record: ExplainedRecord, step: TimelineStep) => ComponentChildren;
}

/** A dot for each record on a line from the first to the last, its words beside it. */
export const Steps = ({ trail: { records }, now, more }: StepsProps) => (
  <ol class="timeline">
    {timelineOf(records, now).map((step, index) => {
      const record = records[index];
      return (
        <li key={step.seq} class={step.tone}>
          <strong>{step.word}</strong> <When moment={step} isLong={more !== undefined} />
          <p>{step.sentence}</p>
          {record !== undefined && more?.(record, step)}
        </li>
      );
    })}
  </ol>
);

/** The trail as a picture. */
export const Timeline = ({ trail, now, id }: Props) => (
  <Part heading="Timeline">
    {trail !== null && !trail.ok && <p>{trail.refusal.sentence}</p>}
    {trail?.ok && <Steps trail={trail.value} now={now} />}
    <p>
      <a href={viewHash("audit", {}, id)}>The whole trail</a>
    </p>
  </Part>
);
