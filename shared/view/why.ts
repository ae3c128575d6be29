import { enumerate, quote } from "../policy/text.ts";
import type { ConditionFinding, NearMiss, RuleRef, Verdict } from "../policy/verdict.ts";
import type { ScreenInput } from "./input.ts";

/** Why the policy decided, or asked people. */
export interface WhySection {
  readonly heading: string;
  readonly sentence: string;
  /** What decided, and where it stands in the policy file. */
  readonly rules: readonly RuleRef[];
  /** What these are for, in the words of the policy's authors. */
  readonly descriptions: readonly string[];
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

export function whySection({
  request: { verdict },
  descriptions = {},
}: Pick<ScreenInput, "request" | "descriptions">): WhySection {
  if (verdict === null)
    return {
      heading: "Why",
      sentence: "The policy has not been asked yet.",
      rules: [],
      descriptions: [],
      unknown: [],
    };
  return {
    heading: HEADINGS[verdict.kind],
    sentence: verdict.because,
    rules: verdict.decidedBy,
    descriptions: Object.values(descriptions).map((words) => quote(words)),
    unknown: verdict.unknownFacts.map(({ field, cause }) => `${wordsFor(field)}: unknown (${cause})`),
  };
}

/** What the facts are called that most often cannot be read; others go by their names in the policy. */
const FACT_WORDS: Readonly<Record<string, string>> = {
  "consumer.managementGroups": "The consumer's management groups",
  "consumer.tenant": "The consumer's tenant",
  "endpoint.location": "The private endpoint's region",
  "history.approvedBefore": "Approvals of the consumer",
  "history.approvedOnCluster": "Approvals of the consumer on this cluster",
  requester: "Who made the endpoint",
  requesterId: "Who made the endpoint",
};

const wordsFor = (field: string): string =>
  Object.hasOwn(FACT_WORDS, field) ? (FACT_WORDS[field] ?? field) : field;

/** Rules that nearly matched. */
export interface NearMissSection {
  readonly heading: string;
  readonly sentences: readonly string[];
}

export const nearMissSection = (verdict: Verdict | null): NearMissSection => ({
  heading: "What nearly decided",
  sentences: nearMissesOf(verdict).map(nearMiss),
});

/** That another rule would ask people, too, is no news where people are asked. */
const nearMissesOf = (verdict: Verdict | null): readonly NearMiss[] =>
  (verdict?.nearMisses ?? []).filter(({ outcome }) => outcome !== "ask" || verdict?.kind !== "ask");

const WOULD = { approve: "be approved", reject: "be rejected", ask: "be put to people" } as const;

/**
 * `Would be approved by web-dev (line 57), if endpoint.name were to match "pe-web-*"; it is "pe-1".` Of several obstacles only
 * what is wanted is said: it is to be one line.
 */
function nearMiss({ name, line, outcome, failed, blockedBy }: NearMiss): string {
  const obstacles = [...failed.map(wanted), ...blockedBy.map(exception)];
  const conditions = obstacles.length === 0 ? "" : `, if ${enumerate(obstacles, MAX_OBSTACLES)}`;
  const [only] = failed;
  const actual = only === undefined || obstacles.length > 1 ? "" : `; it is ${seen(only)}`;
  return `Would ${WOULD[outcome]} by ${name} (line ${line})${conditions}${actual}.`;
}

const MAX_OBSTACLES = 3;

/** `expected` follows "expected" elsewhere: `to be …`, `to match …`, `not to be …`. */
const wanted = ({ field, expected }: ConditionFinding): string => `${field} were ${expected}`;

const exception = (block: readonly ConditionFinding[]): string =>
  `it were no exception, since ${enumerate(
    block.map((finding) => `${finding.field} is ${seen(finding)}`),
    MAX_OBSTACLES,
  )}`;

function seen({ actual }: ConditionFinding): string {
  if (actual.kind === "value") return quote(actual.value);
  return actual.kind === "unknown" && actual.isHidden ? "for auditors only" : actual.kind;
}
