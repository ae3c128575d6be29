import { formatDuration } from "../duration.ts";
import { enumerate } from "../text.ts";
import type { ApprovalRequirement, Requirement } from "../verdict.ts";

const MAX_NAMED = 3;

/** Who must approve: `2 of security-duty or aks-platform and 1 of dev-team`. "And" joins demands, "or" who meets one. */
export const describeDemands = ({ requirements }: Pick<ApprovalRequirement, "requirements">): string =>
  enumerate(requirements.map(describeDemand), MAX_NAMED);

/** One demand: `2 of security-duty or aks-platform`. */
export const describeDemand = ({ approvers, quorum }: Pick<Requirement, "approvers" | "quorum">): string =>
  `${quorum} of ${approvers.join(" or ")}`;

/** The same with the deadline: `2 of security-duty or aks-platform and 1 of dev-team, within 8h`. */
export function describeRequirement(requirement: ApprovalRequirement): string {
  const { timeoutMs, onTimeout } = requirement;
  const orElse = onTimeout === "reject" ? " or else it is rejected" : "";
  return `${describeDemands(requirement)}, within ${formatDuration(timeoutMs)}${orElse}`;
}
