import type { ConsumerSection } from "../../../../shared/view/consumer.ts";
import { Notice } from "../shell/notice.tsx";

/** Who asks for what: a sentence, and what stands behind it. */
export const ConsumerPart = ({
  section: { sentence, isForeign, lines },
}: {
  readonly section: ConsumerSection;
}) => (
  <>
    {isForeign ? <Notice tone="bad">{sentence}</Notice> : <p class="lead">{sentence}</p>}
    <dl class="lines">
      {lines.map(({ label, text, detail, tone }) => (
        <div key={`${label} ${text}`} class={tone}>
          <dt>{label}</dt>
          <dd>
            {text} {detail !== null && <small>{detail}</small>}
          </dd>
        </div>
      ))}
    </dl>
  </>
);
