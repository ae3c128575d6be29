import type { Actor, IntegrationActor, Person, Reviewer } from "./terms.ts";

/** Whether somebody who was asked said so, and not the policy or the app. */
export function isReviewer(actor: Actor): actor is Reviewer {
  switch (actor.kind) {
    case "person":
    case "integration":
      return true;
    case "rule":
    case "system":
      return false;
  }
}

/** Whether two reviews would be of the same one: a person by object id, an integration by its name in the policy. */
export const isSameReviewer = (
  one: Pick<Person, "kind" | "oid"> | Pick<IntegrationActor, "kind" | "name">,
  other: Reviewer,
): boolean =>
  one.kind === "person"
    ? other.kind === "person" && one.oid === other.oid
    : other.kind === "integration" && one.name === other.name;
