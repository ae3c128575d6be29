import type { ApprovalRequirement, Integration } from "../policy/verdict.ts";
import type { Review } from "../request/request.ts";
import type { IntegrationActor } from "../request/terms.ts";

type Demands = Pick<ApprovalRequirement, "requirements">;

/** The integration that is asked, if one of this name is that proves itself in this way. */
export const askedIntegration = (
  { requirements }: Demands,
  { name, proof }: IntegrationActor,
): Integration | undefined =>
  requirements
    .flatMap(({ integrations = [] }) => integrations)
    .find((asked) => asked.name === name && (proof.kind === "app" ? proof.oid === asked.app : asked.signed));

/** Whether a review is of somebody who is asked: a person in a group that is, or an integration that proved itself as it must. */
export function isAsked(demands: Demands, { by, groups }: Pick<Review, "by" | "groups">): boolean {
  if (by.kind === "integration") return askedIntegration(demands, by) !== undefined;
  return demands.requirements.some((demand) => demand.groups.some((group) => groups.includes(group)));
}

/** Whether a rejection of somebody who is asked counts: an integration's only where the policy lets it. */
export const mayReject = (demands: Demands, by: Review["by"]): boolean =>
  by.kind === "person" || askedIntegration(demands, by)?.mayReject === true;
