import type { Ask } from "./request.ts";
import type { Person } from "./terms.ts";

/** A person who signed in, with the groups that the sign-in vouches for. */
export interface Approver extends Person {
  readonly groups: readonly string[];
  /** The sign-in vouches for none, since there are more than a token can list. */
  readonly hasTooManyGroups: boolean;
  /** Authentication contexts of Entra that the sign-in satisfied, such as `c1`. */
  readonly authContexts: readonly string[];
  /** All that the token says, e.g. ana@contoso.com; a guest may have one here and another at home. No identity. */
  readonly signInNames: readonly string[];
}

/** Whether somebody asked for the connection themselves: by object id, since names change and look alike. */
export const isRequester = ({ oid }: Pick<Person, "oid">, excludedReviewer: string | null): boolean =>
  oid.toLowerCase() === excludedReviewer;

/** The question once it is known who asked: that person is not among those who count, and one more need not be. */
export const withRequester = ({ requirement, reviews }: Ask, requester: string) => ({
  requirement: { ...requirement, excludedReviewer: requester },
  reviews: reviews.filter(({ by }) => !isRequester(by, requester)),
});
