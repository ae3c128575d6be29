import { formatDuration } from "../duration.ts";
import { clock, enumerate } from "../text.ts";
import type { ApprovalRequirement, Escalation, Integration, QuietHours, Requirement } from "../verdict.ts";
import { describeDemand, isForPeople, isRequesterUnknown, quorumNow } from "./demands.ts";

/** Demands of more rules than anybody reads are counted. */
const MAX_SHOWN = 20;

/**
 * Everything that a question to people demands, a line for each: what is no part of it has no line.
 *
 * @example
 * asks 1 of aks-platform (6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61), after 1d also aks-leads (e0b6a3d4-58f1-4c2a-b7de-3a90c1f46d25)
 * an approval must say why
 * reminds every 8h; after 2d it expires, and the connection stays Pending
 */
export function describeTerms(requirement: ApprovalRequirement): readonly string[] {
  const { requirements, reasonRequired, authContexts } = requirement;
  const demands = requirements.map((demand) => {
    const quorum = quorumNow(demand, requirement);
    return `asks ${[describeWho({ ...demand, quorum }), ...describeEscalation(demand)].join(", ")}`;
  });
  const more = demands.length - MAX_SHOWN;
  return [
    ...demands.slice(0, MAX_SHOWN),
    ...(more > 0 ? [`and asks ${more} more`] : []),
    ...describeDistinctPeople(requirements),
    ...describeNotify(requirements),
    ...describeQuietHours(requirements),
    ...(reasonRequired ? ["an approval must say why"] : []),
    ...(authContexts.length > 0 ? [describeAuthContexts(authContexts)] : []),
    ...(requirement.inCard ? ["may be answered in a card of Teams"] : []),
    ...describeSelfReview(requirement),
    describeTime(requirement),
  ];
}

/** Who meets a demand, with the groups as tokens name them: `1 of aks-platform (6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61)`. */
export const describeWho = (
  demand: Pick<Requirement, "approvers" | "quorum" | "groups" | "integrations">,
): string =>
  `${describeDemand(demand)}${demand.integrations === undefined ? ids(demand.groups) : ` (${demand.integrations.map(describeProof).join("; ")})`}`;

/** How an integration proves itself, and what it may: `app 6f0f3f0e-…, signed, may reject`. */
function describeProof({ app, signed, mayReject }: Integration): string {
  return [
    ...(app === null ? [] : [`app ${app}`]),
    ...(signed ? ["signed"] : []),
    ...(mayReject ? ["may reject"] : []),
  ].join(", ");
}

/** `after 1d also aks-leads (e0b6a3d4-58f1-4c2a-b7de-3a90c1f46d25)`; nothing where there is no escalation. */
export const describeEscalation = ({ escalation }: Pick<Requirement, "escalation">): readonly string[] =>
  escalation === null
    ? []
    : [
        `after ${formatDuration(escalation.afterMs)} also ${escalation.approvers.join(" or ")}${ids(escalation.groups)}`,
      ];

const ids = (groups: readonly string[]): string => ` (${groups.toSorted().join(", ")})`;

/** The demands that must be met by different people: `different people for 1 of a and 1 of b`. */
export const describeDistinctPeople = (requirements: readonly Requirement[]): readonly string[] =>
  distinctDemands(requirements).map(
    (demands) => `different people for ${enumerate(demands.map(describeDemand), MAX_SHOWN)}`,
  );

/** The demands of which nobody may meet two, those that belong together in one list. */
export const distinctDemands = (requirements: readonly Requirement[]): readonly (readonly Requirement[])[] =>
  [...Map.groupBy(requirements, ({ distinctGroup }) => distinctGroup)].flatMap(([group, demands]) =>
    group === undefined || demands.length < 2 ? [] : [demands],
  );

/** By which channels people hear, where the policy says: `tells aks-platform by platform-duty`. */
export const describeNotify = (requirements: readonly Requirement[]): readonly string[] =>
  everybody(requirements).flatMap(({ approvers, notify }) =>
    notify === undefined ? [] : [`tells ${approvers.join(" or ")} by ${enumerate(notify, MAX_SHOWN)}`],
  );

/** When people are not reminded: `reminds nobody of aks-platform between 22:00 and 06:00 (Europe/Oslo)`. */
export const describeQuietHours = (requirements: readonly Requirement[]): readonly string[] =>
  everybody(requirements).flatMap(({ approvers, quietHours = [] }) =>
    quietHours.map((hours) => `reminds nobody of ${approvers.join(" or ")} ${describeHours(hours)}`),
  );

/** Those who are asked, and those who may be later. */
const everybody = (requirements: readonly Requirement[]): readonly (Requirement | Escalation)[] =>
  requirements.flatMap((demand) => (demand.escalation === null ? [demand] : [demand, demand.escalation]));

const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** `on sat and sun between 22:00 and 06:00 (Europe/Oslo)` */
function describeHours({ days, between, timezone }: QuietHours): string {
  const on =
    days === null
      ? ""
      : `on ${enumerate(
          days.map((day) => WEEKDAYS[day] ?? ""),
          MAX_SHOWN,
        )} `;
  const times = between === null ? "" : `between ${clock(between.from)} and ${clock(between.to)} `;
  return `${on}${times}(${timezone})`;
}

/** What a review needs beside a sign-in: `a review needs a sign-in with the authentication context c1`. */
export const describeAuthContexts = (contexts: readonly string[]): string =>
  `a review needs a sign-in with the authentication ${contexts.length === 1 ? "context" : "contexts"} ${enumerate(contexts, MAX_SHOWN)}`;

function describeSelfReview(requirement: ApprovalRequirement): readonly string[] {
  if (!requirement.preventSelfReview || !requirement.requirements.some(isForPeople)) return [];
  const who = isRequesterUnknown(requirement)
    ? "and nobody knows who that is"
    : `which is ${requirement.excludedReviewer}`;
  return [`whoever asked must not be among those who approve, ${who}`];
}

function describeTime({ timeoutMs, remindAfterMs, onTimeout }: ApprovalRequirement): string {
  const reminder = remindAfterMs === null ? "" : `reminds every ${formatDuration(remindAfterMs)}; `;
  const end = onTimeout === "reject" ? "is rejected for good" : "expires, and the connection stays Pending";
  return `${reminder}after ${formatDuration(timeoutMs)} it ${end}`;
}
