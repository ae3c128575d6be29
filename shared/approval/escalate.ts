import { type Instant, instant } from "../connection/connection.ts";
import { type ApprovalRequirement, describeDemands, toldTogether } from "../policy/index.ts";
import type { EntryOf } from "../request/record.ts";
import type { Ask } from "../request/request.ts";
import { SYSTEM } from "../request/terms.ts";
import { inUtc } from "../text.ts";
import { unmetOf } from "./quorum.ts";

type Demand = ApprovalRequirement["requirements"][number];

/** When the next demand that is not met by then turns to more people; null when none does. */
export function escalatesAt(ask: Ask): Instant | null {
  const moments = unmet(ask).map(({ atMs }) => atMs);
  return moments.length === 0 ? null : instant(Math.min(...moments));
}

/**
 * Lets more people answer where too few did in time; nothing when no demand is so late.
 *
 * What was reviewed before counts for the groups that the reviewer was asked in. Who is also in a group that comes in
 * now has had their say, one review each, and somebody else of that group has to answer.
 */
export function escalationEntries(ask: Ask, nowMs: number): readonly EntryOf<"escalated">[] {
  const { requirement, deadline } = ask;
  const late = new Set(unmet(ask).flatMap(({ demand, atMs }) => (nowMs >= atMs ? [demand] : [])));
  if (late.size === 0) return [];
  const requirements = requirement.requirements.map((demand) =>
    late.has(demand) ? escalated(demand) : demand,
  );
  const added = [...late].flatMap(({ escalation }) => escalation?.approvers ?? []);
  const now: ApprovalRequirement = { ...requirement, requirements };
  const sentence = `Too few have answered: ${[...new Set(added)].join(", ")} may, too. Waits for ${describeDemands(now)}, until ${inUtc(deadline)}.`;
  return [{ kind: "escalated", actor: SYSTEM, requirement: now, sentence }];
}

/** The demands that may turn to more people, and when they do. */
function unmet({ requirement, deadline, reviews }: Ask) {
  const askedAtMs = Date.parse(deadline) - requirement.timeoutMs;
  return unmetOf(requirement, reviews).flatMap((demand) =>
    demand.escalation === null ? [] : [{ demand, atMs: askedAtMs + demand.escalation.afterMs }],
  );
}

/** The same demands when people have been asked for so long: where too few answered by then, more may. */
export const escalatedAfter = (requirement: ApprovalRequirement, ms: number): ApprovalRequirement => ({
  ...requirement,
  requirements: requirement.requirements.map((demand) =>
    demand.escalation !== null && ms >= demand.escalation.afterMs ? escalated(demand) : demand,
  ),
});

function escalated(demand: Demand): Demand {
  const { approvers = [], groups = [] } = demand.escalation ?? {};
  return {
    ...demand,
    approvers: [...new Set([...demand.approvers, ...approvers])],
    groups: [...new Set([...demand.groups, ...groups])],
    ...toldTogether(demand.escalation === null ? [demand] : [demand, demand.escalation]),
    escalation: null,
  };
}
