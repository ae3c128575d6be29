import { formatDuration } from "../../policy/duration.ts";
import { describeDemand } from "../../policy/engine/demands.ts";
import type { ApprovalRequirement, Requirement, RuleRef, Verdict } from "../../policy/verdict.ts";
import type { Expectation, WantedApprovers } from "./expectation.ts";

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
    differ("rule", given(expect.rule), names(verdict.decidedBy.map(nameOf))),
    differ("because", given(expect.because), names(verdict.undecided.map(nameOf))),
    expect.nearMiss === undefined ? null : verifyNearMiss(expect.nearMiss, verdict),
    differ(
      "wouldHave",
      expect.wouldHave === null ? NOTHING : expect.wouldHave,
      verdict.wouldHave?.kind ?? NOTHING,
    ),
    differ("unknown", given(expect.unknown), names(verdict.unknownFacts.map(({ field }) => field))),
    ...verifyOutcome(expect, verdict),
  ].filter((difference) => difference !== null);
}

const NOTHING = "nothing";
const nameOf = ({ name }: RuleRef): string => name;
/** Order and repetition mean nothing. */
const names = (written: readonly string[]): string => [...new Set(written)].toSorted().join(", ") || NOTHING;
const given = (written: readonly string[] | undefined): string | undefined => written && names(written);

/** Null when they are the same, and when nothing is wanted. */
const differ = (what: string, want: string | undefined, got: string): Difference | null =>
  want === undefined || want === got ? null : { what, want, got };

/** The terms of what was decided. Those that only another decision has are not gone into: that is one difference. */
function verifyOutcome(expect: Expectation, verdict: Verdict): readonly (Difference | null)[] {
  switch (verdict.kind) {
    case "reject":
      return [differ("reason", expect.reason, verdict.reason)];
    case "ask":
      return verifyAsk(expect, verdict.requirement);
    case "wait":
      return [differ("until", expect.until && iso(expect.until), iso(verdict.until))];
    case "approve":
    case "leave":
      return [];
  }
}

const iso = (moment: string): string => new Date(moment).toISOString();

function verifyAsk(expect: Expectation, requirement: ApprovalRequirement): readonly (Difference | null)[] {
  const { approvers, timeoutMs, onTimeout } = expect;
  return [
    approvers === undefined ? null : verifyApprovers(approvers, requirement.requirements),
    differ(
      "timeout",
      timeoutMs === undefined ? undefined : formatDuration(timeoutMs),
      formatDuration(requirement.timeoutMs),
    ),
    differ("onTimeout", onTimeout, requirement.onTimeout),
  ];
}

function verifyApprovers(wanted: WantedApprovers, requirements: readonly Requirement[]): Difference | null {
  if (wanted.kind === "names")
    return differ(
      "approvers",
      names(wanted.names),
      names(requirements.flatMap(({ approvers }) => approvers)),
    );
  const want = wanted.demands.map(([written, quorum]) => demand(written.split(" or "), quorum));
  return differ(
    "approvers",
    names(want),
    names(requirements.map(({ approvers, quorum }) => demand(approvers, quorum))),
  );
}

/** `2 of network or security`, in whatever order the names were written. */
const demand = (approvers: readonly string[], quorum: number): string =>
  describeDemand({ approvers: approvers.toSorted(), quorum });

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
  const got = near.map(({ name, fields }) => `${name} (${names(fields)})`).join("; ");
  return { what: "nearMiss", want: field === null ? rule : `${rule} (${field})`, got: got || NOTHING };
}
