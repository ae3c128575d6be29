import type { Screen } from "../../../../shared/view/index.ts";
import { viewHash } from "../route.ts";
import { When } from "../shell/when.tsx";
import { AskedPart } from "./asked-part.tsx";
import { ConsumerPart } from "./consumer-part.tsx";
import { HistoryPart } from "./history-part.tsx";
import { Part, Sentences } from "./part.tsx";

/** What a person needs to decide, in the order in which they need it. */
export function Sections({
  sections: { consumer, message, why, nearMisses, history, asked, deadline, grants },
}: Pick<Screen, "sections">) {
  return (
    <>
      <Part heading={consumer.heading}>
        <ConsumerPart section={consumer} />
      </Part>
      <Part heading={message.heading}>
        {message.text !== "" && <blockquote class="foreign">{message.text}</blockquote>}
        <p class="aside">{message.sentence}</p>
      </Part>
      <Part heading={why.heading}>
        <p>{why.sentence}</p>
        {why.rules.length > 0 && (
          <p class="aside">
            In the policy:{" "}
            {why.rules.map(({ name, line }) => (
              <a key={name} href={viewHash("policy", {}, `line/${line}`)}>
                {name} (line {line})
              </a>
            ))}
          </p>
        )}
        <Sentences sentences={[...why.descriptions, ...why.unknown]} />
      </Part>
      {nearMisses.sentences.length > 0 && (
        <Part heading={nearMisses.heading}>
          <Sentences sentences={nearMisses.sentences} />
        </Part>
      )}
      <Part heading={history.heading}>
        <HistoryPart section={history} />
      </Part>
      {asked !== null && (
        <Part heading={asked.heading}>
          <AskedPart section={asked} />
        </Part>
      )}
      {deadline !== null && (
        <Part heading={deadline.heading}>
          <p>
            <strong>
              <When moment={deadline} isLong />
            </strong>
          </p>
          <p>{deadline.sentence}</p>
        </Part>
      )}
      <Part heading={grants.heading}>
        <p>{grants.approve}</p>
        <p>{grants.reject}</p>
      </Part>
    </>
  );
}
