import type { Claim } from "./claims.ts";

const MIN_LETTERS = 3;

/**
 * Whether the claim says who the consumer is. Only the subscription, what owns it and the person's object id do: all else is the consumer's own
 * writing, also a tag that must be the same as one of the cluster's, since whoever reads that one can copy it.
 */
export function namesConsumer(claim: Claim): boolean {
  const { field, about, holds } = claim;
  if (!holds || !PROOF.has(field)) return false;
  return about.kind === "sameAs" ? about.other.path[0] === "cluster" : namesSomething(claim);
}

const PROOF: ReadonlySet<string> = new Set([
  "endpoint.subscription",
  "consumer.managementGroups",
  "requesterId",
]);

/** Whether the claim tells anything of the consumer that it cannot write itself: who it is, or that it is known here. */
export const tellsOfConsumer = (claim: Claim): boolean =>
  namesConsumer(claim) || (claim.holds && claim.about.kind === "count" && claim.about.atLeast >= 1);

/** Whether the claim wants something that the consumer chooses: that it is not something else anybody can do. */
export const isOwnWord = (claim: Claim): boolean => claim.holds && ownWordIn(claim) !== "";

/** Which field of the consumer's choice the claim is about, as its author wrote it; "" when it is about none. */
export function ownWordIn({ written, about }: Claim): string {
  if (OWN_WORDS.test(written)) return written;
  return about.kind === "sameAs" && OWN_WORDS.test(about.other.name) ? about.other.name : "";
}

/** A subscription is renamed by its owners. A requester is a name that somebody else may bear, in another tenant. */
const OWN_WORDS =
  /^(?:endpoint\.(?:resourceGroup|name|location)|consumer\.subscriptionName|consumer\.tags\..*|message|requester)$/;

/** Whether no entry is little more than wildcards. A text without any is what it is, however short. */
const namesSomething = ({ about }: Claim): boolean =>
  about.kind === "text" &&
  about.choice.entries.every(
    (entry) => !/[*?]/.test(entry) || entry.replace(/[*?]/g, "").length >= MIN_LETTERS,
  );
