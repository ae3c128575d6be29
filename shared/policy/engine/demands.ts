import { formatDuration } from "../duration.ts";
import { enumerate } from "../text.ts";
import type { ApprovalRequirement, Requirement } from "../verdict.ts";

/** In a sentence of the engine; records and notices name all. */
const MAX_NAMED = 3;

type Demands = Pick<ApprovalRequirement, "requirements" | "preventSelfReview" | "excludedReviewer">;

/** Whether somebody must not be among those who approve, and nobody knows who that is. */
export const isRequesterUnknown = ({
  preventSelfReview,
  excludedReviewer,
}: Pick<Demands, "preventSelfReview" | "excludedReviewer">): boolean =>
  preventSelfReview && excludedReviewer === null;

/** Whether a demand turns to people; else only integrations meet it. */
export const isForPeople = ({ integrations }: Pick<Requirement, "integrations">): boolean =>
  integrations === undefined;

/**
 * How many must meet a demand now: one person more than its quorum as long as the requester may be one of them. Then at
 * least the quorum are others, whoever asked. Integrations are as many as ever: none of them is the person who asked.
 */
export const quorumNow = (
  demand: Pick<Requirement, "quorum" | "integrations">,
  demands: Pick<Demands, "preventSelfReview" | "excludedReviewer">,
): number => (isForPeople(demand) && isRequesterUnknown(demands) ? demand.quorum + 1 : demand.quorum);

/**
 * Who must approve, and who counts for what: `1 of security-duty or aks-platform and 1 of dev-team (different people)`.
 * "And" joins demands, "or" who meets one; of more than `limit` the rest is counted.
 */
export function describeDemands(demands: Demands, limit = demands.requirements.length): string {
  const { requirements } = demands;
  const each = requirements.map((demand) =>
    describeDemand({ ...demand, quorum: quorumNow(demand, demands) }),
  );
  const ofPeople = requirements.filter(isForPeople);
  const notes = [...withoutRequester(demands, ofPeople.length), ...whoCountsTwice(ofPeople)];
  return `${enumerate(each, limit)}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
}

/** @param count of the demands on people */
function withoutRequester(demands: Demands, count: number): string[] {
  if (!demands.preventSelfReview || count === 0) return [];
  if (!isRequesterUnknown(demands)) return ["not whoever asked"];
  return [`one more${count === 1 ? "" : " each"} while it is unknown who asked`];
}

/** @param requirements the demands on people */
function whoCountsTwice(requirements: readonly Requirement[]): string[] {
  if (requirements.length < 2) return [];
  const groups = new Set(requirements.map(({ distinctGroup }) => distinctGroup));
  const isApart = groups.size === 1 && !groups.has(undefined);
  if (isApart) return ["different people"];
  const within = groups.size > (groups.has(undefined) ? 1 : 0) ? "different people within a rule; " : "";
  return [`${within}one person may count for several rules`];
}

/** One demand: `2 of security-duty or aks-platform`, or `1 of integration servicenow`. */
export const describeDemand = (demand: Pick<Requirement, "approvers" | "quorum" | "integrations">): string =>
  `${demand.quorum} of ${describeAsked(demand)}`;

/** Who may meet a demand: `security-duty or aks-platform`, or `integration servicenow`. */
export const describeAsked = ({
  approvers,
  integrations,
}: Pick<Requirement, "approvers" | "integrations">): string =>
  `${integrations ? "integration " : ""}${approvers.join(" or ")}`;

/** The same with the deadline: `2 of security-duty or aks-platform, within 8h`. */
export function describeRequirement(requirement: ApprovalRequirement): string {
  const { timeoutMs, onTimeout } = requirement;
  const orElse = onTimeout === "reject" ? " or else it is rejected" : "";
  return `${describeDemands(requirement, MAX_NAMED)}, within ${formatDuration(timeoutMs)}${orElse}`;
}
