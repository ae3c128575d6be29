import { enumerate, quote } from "../policy/text.ts";
import type { ConditionFinding, NearMiss, RuleRef, Verdict } from "../policy/verdict.ts";

/** Why the policy decided, or asked people. */
export interface WhySection {
  readonly heading: string;
  readonly sentence: string;
  /** What decided, and where it stands in the policy file. */
  readonly rules: readonly RuleRef[];
  /** What could not be read, a sentence each. */
  readonly unknown: readonly string[];
}

const HEADINGS = {
  approve: "Why it is approved",
  reject: "Why it is rejected",
  ask: "Why a person decides",
  wait: "Why it waits",
  leave: "Why it is left alone",
} as const satisfies Record<Verdict["kind"], string>;

export function whySection(verdict: Verdict | null): WhySection {
  if (verdict === null)
    return { heading: "Why", sentence: "The policy has not been asked yet.", rules: [], unknown: [] };
  return {
    heading: HEADINGS[verdict.kind],
    sentence: verdict.because,
    rules: verdict.decidedBy,
    unknown: verdict.unknownFacts.map(({ field, cause }) => `${field} could not be read: ${cause}`),
  };
}

/** Rules that nearly matched. */
export interface NearMissSection {
  readonly heading: string;
  readonly sentences: readonly string[];
}

export const nearMissSection = (verdict: Verdict | null): NearMissSection => ({
  heading: "What nearly decided",
  sentences: (verdict?.nearMisses ?? []).map(nearMiss),
});

const WOULD = { approve: "be approved", reject: "be rejected", ask: "be put to people" } as const;

/** `Would be approved by web-dev (line 57), if endpoint.name were to match "pe-web-*"; it is "pe-1".` */
function nearMiss({ name, line, outcome, failed, blockedBy }: NearMiss): string {
  const obstacles = [...failed.map(lacks), ...blockedBy.map(exception)];
  const conditions = obstacles.length === 0 ? "" : `, if ${enumerate(obstacles, MAX_OBSTACLES)}`;
  return `Would ${WOULD[outcome]} by ${name} (line ${line})${conditions}.`;
}

const MAX_OBSTACLES = 3;

/** `expected` follows "expected" elsewhere: `to be …`, `to match …`, `not to be …`. */
const lacks = (finding: ConditionFinding): string =>
  `${finding.field} were ${finding.expected} (it is ${seen(finding)})`;

const exception = (block: readonly ConditionFinding[]): string =>
  `it were no exception: ${enumerate(
    block.map((finding) => `${finding.field} is ${seen(finding)}`),
    MAX_OBSTACLES,
  )}`;

const seen = ({ actual }: ConditionFinding): string =>
  actual.kind === "value" ? quote(actual.value) : actual.kind;
