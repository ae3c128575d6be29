import type { Instant, ManagedCluster } from "../../connection/connection.ts";
import { gatherFacts } from "../../facts/gather.ts";
import { explain, factsUsed } from "../../policy/index.ts";
import type { Judgement } from "../assess.ts";
import type { ApprovalRequest } from "../request.ts";
import type { JudgingNeeds } from "./needs.ts";

/** What the policy in force makes of a request at a moment: only the facts that it uses are gathered. */
export async function judgementOf(
  needs: Pick<JudgingNeeds, "policies" | "facts">,
  about: { readonly request: ApprovalRequest; readonly cluster: ManagedCluster; readonly at: Instant },
): Promise<Judgement> {
  const policy = await needs.policies.current();
  const facts = await gatherFacts(needs.facts, about, factsUsed(policy));
  return { verdict: explain(policy, facts), facts };
}
