import { FACT_TYPES } from "../../policy/facts.ts";
import {
  complain,
  describe,
  type Keys,
  readMapping,
  readSentence,
  readWord,
} from "../../policy/file/reader.ts";
import type { Report } from "../../policy/file/report.ts";
import type { Tree } from "../../policy/file/tree.ts";
import { textField, textFieldNames } from "../../policy/file/vocabulary.ts";
import { quote } from "../../policy/text.ts";
import type { Verdict, WouldHave } from "../../policy/verdict.ts";
import { readInstant } from "./given.ts";
import { type ExpectReading, readNames, readTexts } from "./names.ts";
import { readWantedTerms, TERM_NAMES, type WantedTerm } from "./wanted-terms.ts";

/** What a test wants of a verdict; what is absent may be anything. */
export interface Expectation {
  readonly decision: Verdict["kind"];
  /** What decided: all of them, in any order. */
  readonly rule?: readonly string[];
  /** The rules that could not be decided and made `whenUnknown` ask: all of them. */
  readonly because?: readonly string[];
  readonly nearMiss?: { readonly rule: string; readonly field: string | null };
  readonly reason?: string;
  /** Of an ask, what people must do. */
  readonly terms: readonly WantedTerm[];
  readonly until?: string;
  /** Null: nothing else than what was decided. */
  readonly wouldHave?: WouldHave["kind"] | null;
  /** The facts that could not be read: all of them. */
  readonly unknown?: readonly string[];
}

const DECISIONS = ["approve", "reject", "ask", "wait", "leave"] as const satisfies readonly Verdict["kind"][];
const OUTCOMES = ["approve", "reject", "ask"] as const satisfies readonly WouldHave["kind"][];

const EXPECT = {
  required: ["decision"],
  optional: ["rule", "because", "nearMiss", "reason", ...TERM_NAMES, "until", "wouldHave", "unknown"],
} as const satisfies Keys<string>;

/** What can be expected of one decision only. */
const ONLY_OF: readonly (readonly [(typeof EXPECT.optional)[number], Verdict["kind"]])[] = [
  ["reason", "reject"],
  ...TERM_NAMES.map((name) => [name, "ask"] as const),
  ["until", "wait"],
];

/** What stands under `expect`. */
export function readExpectation(tree: Tree, path: string, reading: ExpectReading): Expectation {
  const { report } = reading;
  const fields = readMapping(tree, path, EXPECT, report);
  const decision = fields.decision
    ? readWord(fields.decision, `${path}.decision`, DECISIONS, report)
    : DECISIONS[0];
  for (const [name, only] of ONLY_OF) {
    const field = fields[name];
    if (fields.decision && field && decision !== only)
      report.add(field, `${path}.${name}: only ${only === "ask" ? "an" : "a"} ${only} has one`);
  }

  const { rule, because, nearMiss, reason, until, wouldHave, unknown } = fields;
  return {
    decision,
    ...(rule && { rule: readNames(rule, `${path}.rule`, "rule", reading) }),
    ...(because && { because: readNames(because, `${path}.because`, "rule", reading) }),
    ...(nearMiss && { nearMiss: readNearMiss(nearMiss, `${path}.nearMiss`, reading) }),
    ...(reason && { reason: readSentence(reason, `${path}.reason`, report) }),
    terms: readWantedTerms(fields, path, reading),
    ...(until && { until: readInstant(until, `${path}.until`, report) }),
    ...(wouldHave && { wouldHave: readWouldHave(wouldHave, `${path}.wouldHave`, report) }),
    ...(unknown && { unknown: readFields(unknown, `${path}.unknown`, report) }),
  };
}

/** Facts that have a name of their own; of tags, only each of them has. */
const WHOLE_FACTS = Object.keys(FACT_TYPES).filter((name) => !name.endsWith(".tags"));

/** Names of facts, or of one tag of tags, as the policy writes them. */
function readFields(tree: Tree, path: string, report: Report): readonly string[] {
  return readTexts(tree, path, report).map(({ text, at }) => {
    const isField = textField(text) !== null || WHOLE_FACTS.includes(text);
    const known = [...textFieldNames(text), ...WHOLE_FACTS];
    if (text !== "" && !isField)
      report.addUnknown(at, `${path}: there is no fact ${quote(text, 60)}`, text, known);
    return text;
  });
}

function readNearMiss(
  tree: Tree,
  path: string,
  reading: ExpectReading,
): NonNullable<Expectation["nearMiss"]> {
  const { rule, field } = readMapping(
    tree,
    path,
    { required: ["rule"], optional: ["field"] },
    reading.report,
  );
  const [name = ""] = rule ? readNames(rule, `${path}.rule`, "rule", reading) : [];
  const [seen = null] = field ? readFields(field, `${path}.field`, reading.report) : [];
  return { rule: name, field: seen };
}

function readWouldHave(tree: Tree, path: string, report: Report): WouldHave["kind"] | null {
  if (tree.kind === "scalar" && tree.value === null) return null;
  if (tree.kind === "scalar") return readWord(tree, path, OUTCOMES, report);
  complain(report, tree, `${path}: expected ${OUTCOMES.join(", ")} or null; found ${describe(tree)}`);
  return null;
}
