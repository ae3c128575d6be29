import type { Usage } from "../../../../shared/search/usage.ts";
import type { PolicyInForce } from "../api.ts";
import { useRead, useWatch } from "../hooks.ts";
import { Reading } from "../shell/stale.tsx";
import { Heading } from "./heading.tsx";
import { PolicyFile } from "./policy-file.tsx";
import { lineIn, linesOf } from "./policy-lines.ts";
import { PolicyState } from "./policy-state.tsx";

/** The policy that decides right now, and what keeps it from deciding. */
export function PolicyView({ rest }: { readonly rest: string }) {
  const { value: policy, refusal } = useWatch<PolicyInForce>("/api/policy");
  const usage = useRead<Usage>("/api/policy/usage", policy?.hash);
  const isRead = policy !== null && usage !== null;
  const why = refusal ?? (usage?.ok === false ? usage.refusal : null);
  return (
    <div class="page">
      <Heading>Policy</Heading>
      <Reading refusal={why} isRead={isRead} />
      {isRead && (
        <>
          <PolicyState policy={policy} />
          <PolicyFile
            lines={linesOf(policy.text, usage.ok ? usage.value.rules : [])}
            isExact={usage.ok && usage.value.isExact}
            marked={lineIn(rest)}
          />
        </>
      )}
    </div>
  );
}
