import { fold } from "../policy/text.ts";
import type { Ask, Review } from "./request.ts";
import type { Claim, IntegrationActor, Person } from "./terms.ts";

/** A person who signed in, with the groups that the sign-in vouches for. */
export interface Approver extends Person {
  readonly groups: readonly string[];
  /** The sign-in vouches for none, since there are more than a token can list. */
  readonly hasTooManyGroups: boolean;
  /** Authentication contexts of Entra that the sign-in satisfied, such as `c1`. */
  readonly authContexts: readonly string[];
  /** All that the token says, e.g. ana@contoso.com; a guest may have one here and another at home. No identity. */
  readonly signInNames: readonly string[];
  /** Absent where they signed in to this app; else who it is only somebody else says, and no sign-in is proved. */
  readonly via?: "teams";
}

/** An integration that proved itself, with what it says beside its answer. */
export interface ProvedIntegration extends IntegrationActor, Claim {
  /** By what names the person is known who asked for the connection; they can only tell against the integration. */
  readonly requesterNames: readonly string[];
}

/** Somebody who answers. */
export type Answerer = Approver | ProvedIntegration;

/** Whether somebody asked for the connection themselves: by object id, since names change and look alike. */
export const isRequester = ({ oid }: Pick<Person, "oid">, excludedReviewer: string | null): boolean =>
  oid.toLowerCase() === excludedReviewer;

/**
 * Whether a system says that it speaks for whoever asked for the connection: by object id, or by a name, which proves
 * nobody and is enough to refuse.
 */
export const speaksForRequester = (
  { onBehalfOf }: Pick<Claim, "onBehalfOf">,
  excludedReviewer: string | null,
  names: readonly string[],
): boolean =>
  onBehalfOf !== null &&
  (isRequester({ oid: onBehalfOf }, excludedReviewer) ||
    names.some((name) => fold(name.normalize("NFC")) === fold(onBehalfOf.normalize("NFC"))));

/** Whether a review is that of the person who asked for the connection, or says that it is for them. */
export const isRequesters = ({ by, claim }: Review, requester: string): boolean =>
  by.kind === "person"
    ? isRequester(by, requester)
    : claim !== undefined && speaksForRequester(claim, requester, []);

/** The question once it is known who asked: that person is not among those who count, and one more need not be. */
export const withRequester = ({ requirement, reviews }: Ask, requester: string) => ({
  requirement: { ...requirement, excludedReviewer: requester },
  reviews: reviews.filter((review) => !isRequesters(review, requester)),
});
