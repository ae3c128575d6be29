import { type Progress, progressOf } from "../approval/quorum.ts";
import { enumerate } from "../policy/text.ts";
import type { ApprovalRequest, Ask } from "../request/request.ts";

/** A demand, how far it is, and why it stands there once although more than one rule makes it; empty where one does. */
export interface SharedDemand extends Progress {
  readonly note: string;
}

/** What is demanded, each once: what rules ask alike, and what stands alike, may be met by the same people. */
export function demandsOf(
  { requirement, reviews }: Pick<Ask, "requirement" | "reviews">,
  verdict: ApprovalRequest["verdict"],
): readonly SharedDemand[] {
  const alike = Map.groupBy(progressOf(requirement, reviews), keyOf);
  return [...alike.values()].flatMap((demands) => {
    const [first] = demands;
    // Within one rule two of the same want different people.
    const groups = new Set(demands.map(({ demand }) => demand.distinctGroup ?? demand));
    if (first === undefined || groups.size < demands.length)
      return demands.map((demand) => ({ ...demand, note: "" }));
    return [{ ...first, note: demands.length === 1 ? "" : noteOn(demands.length, verdict) }];
  });
}

const keyOf = ({ demand: { approvers, escalation }, needed, approvals }: Progress): string =>
  JSON.stringify([approvers, escalation, needed, approvals.length]);

/** The verdict names all rules that ask, so it is certain which they are where they are as many. */
function noteOn(count: number, verdict: ApprovalRequest["verdict"]): string {
  const names = verdict?.kind === "ask" ? verdict.decidedBy.map(({ name }) => name) : [];
  const who = names.length === count ? enumerate(names, count) : `${count} rules`;
  return `, asked alike by ${who}`;
}
