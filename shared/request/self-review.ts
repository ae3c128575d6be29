import * as z from "zod";
import { fold } from "../policy/text.ts";
import type { Person } from "./terms.ts";

/** A person who signed in, with the groups that the sign-in vouches for. */
export interface Approver extends Person {
  readonly groups: readonly string[];
  /** All that the token says, e.g. ana@contoso.com; a guest may have one here and another at home. */
  readonly signInNames: readonly string[];
}

/** Why somebody may not review because of who asked for the connection. */
export type SelfReviewRefusal =
  /** They asked for the connection themselves. */
  | { readonly code: "selfReview" }
  /** Whether they asked for it themselves cannot be told: who did is known by sign-in name, and they have none. */
  | { readonly code: "noSignInName" };

/** Why somebody may not review what `excludedReviewer` asked for; null when they are somebody else for sure. */
export function selfReviewRefusalOf(
  person: Pick<Approver, "oid" | "signInNames">,
  excludedReviewer: string,
): SelfReviewRefusal | null {
  const requester = fold(excludedReviewer);
  if (requester === fold(person.oid)) return { code: "selfReview" };
  // An object id tells everybody apart; a sign-in name only those who have one.
  if (z.guid().safeParse(requester).success) return null;
  if (person.signInNames.length === 0) return { code: "noSignInName" };
  return person.signInNames.some((name) => fold(name) === requester) ? { code: "selfReview" } : null;
}
