import type { Dimension, Term } from "../../search/terms.ts";
import { hashOf } from "./keys.ts";

/** The words that narrow down most come first: a question is answered from the rows of one of its terms. */
const BY_SELECTIVITY: readonly Dimension[] = [
  "request",
  "connection",
  "endpoint",
  "person",
  "integration",
  "rule",
  "consumer",
  "cluster",
  "word",
  "outcome",
  "kind",
  "state",
  "by",
];

/** More terms than anything honest has. */
const MAX_TERMS = 300;

/** Hashes of the terms, the same for the same terms, in a text that `meets` reads. */
export const hashesOf = (terms: readonly Term[]): string => terms.slice(0, MAX_TERMS).map(hashOf).join(" ");

/** Whether something whose terms have these hashes meets all of these terms. */
export function meets(hashes: string, terms: readonly Term[]): boolean {
  const known = new Set(hashes.split(" "));
  return terms.every((term) => known.has(hashOf(term)));
}

/** Under which hashes there is a row for something with these terms. */
export const postingsOf = (terms: readonly Term[]): readonly string[] => [
  ...new Set(terms.slice(0, MAX_TERMS).map(postingOf)),
];

/** An ARM id is found in the rows of the name at its end, which are few; so nothing has rows for both. */
export const postingOf = (term: Term): string => hashOf(shortened(term));

function shortened(term: Term): string {
  const [dimension = ""] = term.split(":", 1);
  const slash = ARM_IDS.has(dimension) ? term.lastIndexOf("/") : -1;
  return slash === -1 ? term : `${dimension}:${term.slice(slash + 1).trim()}`;
}

const ARM_IDS: ReadonlySet<string> = new Set<Dimension>(["connection", "cluster", "endpoint"]);

/** Of terms, the one in whose rows there is least to look through; undefined when there is none. */
export const mostSelective = (terms: readonly Term[]): Term | undefined =>
  terms.toSorted((one, other) => rankOf(one) - rankOf(other))[0];

const rankOf = (term: Term): number => BY_SELECTIVITY.indexOf(term.slice(0, term.indexOf(":")) as Dimension);
