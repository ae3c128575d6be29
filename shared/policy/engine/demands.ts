import { formatDuration } from "../duration.ts";
import { enumerate } from "../text.ts";
import type { ApprovalRequirement, Requirement } from "../verdict.ts";

/** In a sentence of the engine; records and notices name all. */
const MAX_NAMED = 3;

/** Who must approve: `2 of security-duty or aks-platform and 1 of dev-team`. "And" joins demands, "or" who meets one; of more than `limit` the rest is counted. */
export const describeDemands = (
  { requirements }: Pick<ApprovalRequirement, "requirements">,
  limit = requirements.length,
): string => enumerate(requirements.map(describeDemand), limit);

/** One demand: `2 of security-duty or aks-platform`. */
export const describeDemand = ({ approvers, quorum }: Pick<Requirement, "approvers" | "quorum">): string =>
  `${quorum} of ${approvers.join(" or ")}`;

/** The same with the deadline: `2 of security-duty or aks-platform and 1 of dev-team, within 8h`. */
export function describeRequirement(requirement: ApprovalRequirement): string {
  const { timeoutMs, onTimeout } = requirement;
  const orElse = onTimeout === "reject" ? " or else it is rejected" : "";
  return `${describeDemands(requirement, MAX_NAMED)}, within ${formatDuration(timeoutMs)}${orElse}`;
}
