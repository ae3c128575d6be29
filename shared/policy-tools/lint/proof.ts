import type { Claim } from "./claims.ts";

const MIN_LETTERS = 3;

/**
 * Whether the claim says who the consumer is. All but the subscription and what owns it is the consumer's own writing;
 * even so, a tag that must be the same as one of the cluster's was agreed with the cluster's owner.
 */
export function namesConsumer(claim: Claim): boolean {
  const { field, about, holds } = claim;
  if (!holds) return false;
  const isProof = field === "endpoint.subscription" || field === "consumer.managementGroups";
  if (about.kind === "sameAs")
    return (isProof || field.startsWith("consumer.tags.")) && about.other.path[0] === "cluster";
  return isProof && namesSomething(claim);
}

/** Whether the claim proves anything about the consumer: who it is, where it belongs, that it is known here. */
export function tellsOfConsumer(claim: Claim): boolean {
  const { field, about, holds } = claim;
  if (namesConsumer(claim)) return true;
  if (about.kind === "count") return holds && about.atLeast >= 1;
  return field === "consumer.tenant" && holds && namesSomething(claim);
}

/** Whether no entry is little more than wildcards. A text without any is what it is, however short. */
const namesSomething = ({ about }: Claim): boolean =>
  about.kind === "text" &&
  about.choice.entries.every(
    (entry) => !/[*?]/.test(entry) || entry.replace(/[*?]/g, "").length >= MIN_LETTERS,
  );
