import type { Instant } from "../../../../shared/connection/connection.ts";
import { shown } from "../../../../shared/view/index.ts";
import { momentOf } from "../../../../shared/view/row.ts";
import type { PolicyInForce } from "../api.ts";
import { useNow } from "../hooks.ts";
import { Part, Sentences } from "../request/part.tsx";
import { viewHash } from "../route.ts";
import { Notice } from "../shell/notice.tsx";
import { When } from "../shell/when.tsx";

/** Which policy it is, and what stands between it and its deciding. */
export function PolicyState({ policy }: { readonly policy: PolicyInForce }) {
  const now = useNow();
  const { file, hash, mode, approvals, writes, freezes, refused, lastLookFailed } = policy;
  const { inForceSince, rejectsFrom, readAt } = policy;
  const when = (at: string | null) =>
    at === null ? "unknown" : <When moment={momentOf(at as Instant, now)} isLong />;
  const freezeLine = (
    { name, line }: { readonly name: string; readonly line: number },
    what: string,
    at: string | null,
  ) => (
    <>
      <a href={viewHash("policy", {}, `line/${line}`)}>{name}</a>
      {at !== null && what}
      {at !== null && when(at)}
    </>
  );
  return (
    <>
      {refused !== null && (
        <Notice tone="bad">
          <p>A newer policy was refused {when(refused.at)}; this one decides until that is mended.</p>
          <Sentences sentences={refused.problems.map(shown)} />
        </Notice>
      )}
      {lastLookFailed !== null && (
        <Notice tone="waiting">
          <p>
            It could not be read {when(lastLookFailed.at)}: {shown(lastLookFailed.because)}
          </p>
        </Notice>
      )}
      <Part heading="In force">
        <dl class="lines">
          {[
            ["File", file],
            ["Hash", hash],
            ["Mode", mode],
            ["In force since", when(inForceSince)],
            ["Rejects from", when(rejectsFrom)],
            ["Last read", when(readAt)],
            ["Kill switch", approvals === "on" ? "off" : "on: people are asked what it would approve"],
            ["Writes", writes === "on" ? "on" : "off: Azure is told nothing"],
            ...(freezes.now.length === 0 ? [["Frozen now", "no"]] : []),
            ...freezes.now.map((freeze) => ["Frozen now", freezeLine(freeze, ", ends ", freeze.until)]),
            ...(freezes.next === null
              ? []
              : [["Next freeze", freezeLine(freezes.next, ", begins ", freezes.next.from)]]),
          ].map(([label, text], index) => (
            <div key={index}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </Part>
    </>
  );
}
