import { isDeepStrictEqual } from "node:util";
import { NOT_USED } from "../../facts/given.ts";
import { FACT_TYPES, type FactName, type Facts, NOT_RECORDED, REQUESTER } from "../../policy/facts.ts";
import type { Verdict } from "../../policy/verdict.ts";
import { type Change, differences } from "./differences.ts";
import { factAt } from "./fact-at.ts";
import type { KnownRequest } from "./request.ts";

/** How a policy decides one request, compared with how it was decided, or with how another policy decides it. */
export type Comparison = { readonly request: KnownRequest } & (
  | { readonly kind: "same"; readonly before: Verdict; readonly after: Verdict }
  | {
      readonly kind: "different";
      readonly before: Verdict;
      readonly after: Verdict;
      /** In what they differ, where they are of one kind. */
      readonly changes: readonly Change[];
    }
  /** There is nothing to compare with. */
  | { readonly kind: "new"; readonly after: Verdict }
  /** It depends on facts that were not recorded, because no rule used them then: these, at least one. */
  | { readonly kind: "untold"; readonly missing: readonly FactName[] }
);

/** What decides a request that is not recorded: the policies that are compared. */
export interface Judges {
  readonly after: (facts: Facts) => Verdict;
  /** Null: what was recorded counts. */
  readonly before: ((facts: Facts) => Verdict) | null;
}

/** Those with a verdict: all but the untold ones. */
export type Compared = Exclude<Comparison, { readonly kind: "untold" }>;

/** Compares for one request. */
export function compare(request: KnownRequest, judges: Judges): Comparison {
  const { facts } = request;
  const after = judges.after(facts);
  const before = judges.before === null ? request.verdict : judges.before(facts);

  const missing = new Set(
    [after, judges.before && before].flatMap((verdict) => (verdict ? missingFor(verdict, facts) : [])),
  );
  if (missing.size > 0) return { request, kind: "untold", missing: [...missing].toSorted() };
  if (before === null) return { request, kind: "new", after };
  const changes = before.kind === after.kind ? differences(before, after) : [];
  const isSame = before.kind === after.kind && changes.length === 0;
  return isSame
    ? { request, kind: "same", before, after }
    : { request, kind: "different", before, after, changes };
}

/** The facts that were not gathered, and without which something could not be decided. */
const missingFor = (verdict: Verdict, facts: Facts): readonly FactName[] =>
  verdict.undecided
    .flatMap(({ name }) => fieldsBehind(name, verdict))
    .flatMap((field) => factOf(field) ?? [])
    .filter((name) => !wasGathered(name, facts));

/** The unknown fields for which something could not be decided. */
function fieldsBehind(name: string, { rules, unknownFacts }: Verdict): readonly string[] {
  const all = unknownFacts.map(({ field }) => field);
  const rule = rules.find((candidate) => candidate.name === name);
  // The verdict names no conditions of a freeze or of the visibility among its rules.
  if (rule === undefined) return all;
  if (rule.result === "matched") return [REQUESTER.name];
  return [...rule.when, ...rule.anyOf.flat(), ...rule.unless.flat()]
    .filter(({ result }) => result === "unknown")
    .flatMap(({ field, actual }) => (actual.kind === "unknown" ? [field] : all));
}

/** `consumer.tags` for `consumer.tags.costCenter`. */
const factOf = (field: string): FactName | undefined =>
  (Object.keys(FACT_TYPES) as FactName[]).find((name) => field === name || field.startsWith(`${name}.`));

const wasGathered = (name: FactName, facts: Facts): boolean =>
  ![NOT_USED, NOT_RECORDED].some((instead) => isDeepStrictEqual(factAt(facts, name), instead));
