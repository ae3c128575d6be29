import type { FactName } from "../../policy/facts.ts";
import { byCodeUnits } from "../../policy/text.ts";
import type { Compared, Comparison } from "./compare.ts";

/** What many comparisons come to. */
export interface Summary {
  /** How many there are of each kind. */
  readonly same: number;
  readonly different: number;
  readonly new: number;
  readonly untold: number;
  /** How often each way was taken, e.g. `approve -> ask`; the ways that change something first, then the most taken. */
  readonly ways: readonly { readonly way: string; readonly count: number }[];
  /** The facts that would have had to be recorded. */
  readonly missing: readonly FactName[];
}

/** Counts. */
export function summarize(comparisons: readonly Comparison[]): Summary {
  const count = (kind: Comparison["kind"]) =>
    comparisons.filter((comparison) => comparison.kind === kind).length;
  const ways = Map.groupBy(
    comparisons.filter((comparison): comparison is Compared => comparison.kind !== "untold"),
    wayOf,
  );
  return {
    same: count("same"),
    different: count("different"),
    new: count("new"),
    untold: count("untold"),
    ways: [...ways]
      .map(([way, taken]) => ({
        way,
        count: taken.length,
        isChange: taken.some(({ kind }) => kind === "different"),
      }))
      .toSorted(
        (a, b) => Number(b.isChange) - Number(a.isChange) || b.count - a.count || byCodeUnits(a.way, b.way),
      )
      .map(({ way, count }) => ({ way, count })),
    missing: [
      ...new Set(comparisons.flatMap((one) => (one.kind === "untold" ? one.missing : []))),
    ].toSorted(),
  };
}

/** `approve -> ask`; `ask -> ask (others)` when other people are asked, or otherwise. */
export function wayOf(comparison: Compared): string {
  if (comparison.kind === "new") return comparison.after.kind;
  const { kind, before, after } = comparison;
  const isOther = kind === "different" && before.kind === after.kind;
  return `${before.kind} -> ${after.kind}${isOther ? " (otherwise)" : ""}`;
}

/** What was compared, for sentences. */
export interface Subject {
  /** `recorded requests`, `connections` */
  readonly many: string;
  /** `recorded request`, `connection` */
  readonly one: string;
}

/** What came of it, one sentence each; the first is the one that people look for. */
export function sentences(summary: Summary, { one, many }: Subject): readonly string[] {
  const { same, different, untold, missing } = summary;
  const compared = same + different;
  const total = compared + summary.new + untold;
  const of = (count: number) => `${count} ${count === 1 ? one : many}`;
  return [
    total === 0 ? `There are no ${many}.` : "",
    compared > 0 ? `${different} of ${of(compared)} would be decided differently.` : "",
    summary.new > 0 ? `${of(summary.new)} would be decided so, with nothing to compare with.` : "",
    untold > 0
      ? `${of(untold)} could not be told: the policy uses facts that were not recorded then: ${missing.join(", ")}.`
      : "",
  ].filter((sentence) => sentence !== "");
}
