import type { RuleRef, Verdict } from "../../policy/verdict.ts";
import type { Expectation } from "./expectation.ts";
import { listed, NOTHING } from "./names.ts";

/** One thing that is not as the test wants it, in words. */
export interface Difference {
  /** As the test calls it: `decision`, `rule`, `timeout`. */
  readonly what: string;
  readonly want: string;
  readonly got: string;
}

/** Everything in which a verdict is not as expected; empty when the test passed. */
export function verify(expect: Expectation, verdict: Verdict): readonly Difference[] {
  return [
    differ("decision", expect.decision, verdict.kind),
    differ("rule", given(expect.rule), listed(verdict.decidedBy.map(nameOf))),
    differ("because", given(expect.because), listed(verdict.undecided.map(nameOf))),
    expect.nearMiss === undefined ? null : verifyNearMiss(expect.nearMiss, verdict),
    differ(
      "wouldHave",
      expect.wouldHave === null ? NOTHING : expect.wouldHave,
      verdict.wouldHave?.kind ?? NOTHING,
    ),
    differ("unknown", given(expect.unknown), listed(verdict.unknownFacts.map(({ field }) => field))),
    ...verifyOutcome(expect, verdict),
  ].filter((difference) => difference !== null);
}

const nameOf = ({ name }: RuleRef): string => name;
const given = (written: readonly string[] | undefined): string | undefined => written && listed(written);

/** Null when they are the same, and when nothing is wanted. */
const differ = (what: string, want: string | undefined, got: string): Difference | null =>
  want === undefined || want === got ? null : { what, want, got };

/** The terms of what was decided. Those that only another decision has are not gone into: that is one difference. */
function verifyOutcome(expect: Expectation, verdict: Verdict): readonly (Difference | null)[] {
  switch (verdict.kind) {
    case "reject":
      return [differ("reason", expect.reason, verdict.reason)];
    case "ask":
      return expect.terms.map(({ what, want, got }) => differ(what, want, got(verdict.requirement)));
    case "wait":
      return [differ("until", expect.until && iso(expect.until), iso(verdict.until))];
    case "approve":
    case "leave":
      return [];
  }
}

const iso = (moment: string): string => new Date(moment).toISOString();

function verifyNearMiss(
  { rule, field }: NonNullable<Expectation["nearMiss"]>,
  { nearMisses }: Verdict,
): Difference | null {
  const near = nearMisses.map(({ name, failed, blockedBy }) => ({
    name,
    fields: [...failed, ...blockedBy.flat()].map((finding) => finding.field),
  }));
  if (near.some(({ name, fields }) => name === rule && (field === null || fields.includes(field))))
    return null;
  const got = near.map(({ name, fields }) => `${name} (${listed(fields)})`).join("; ");
  return { what: "nearMiss", want: field === null ? rule : `${rule} (${field})`, got: got || NOTHING };
}
