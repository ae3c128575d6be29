import { FACT_TYPES } from "../../policy/facts.ts";
import { ON_TIMEOUT, QUORUM_BOUNDS } from "../../policy/file/ask.ts";
import {
  complain,
  describe,
  type Keys,
  readDurationMs,
  readInteger,
  readList,
  readMapping,
  readSentence,
  readText,
  readWord,
} from "../../policy/file/reader.ts";
import type { Report, Span } from "../../policy/file/report.ts";
import type { Tree } from "../../policy/file/tree.ts";
import { textField, textFieldNames } from "../../policy/file/vocabulary.ts";
import { quote } from "../../policy/text.ts";
import type { OnTimeout, Verdict, WouldHave } from "../../policy/verdict.ts";
import { readInstant } from "./given.ts";

/** What a test wants of a verdict; what is absent may be anything. */
export interface Expectation {
  readonly decision: Verdict["kind"];
  /** What decided: all of them, in any order. */
  readonly rule?: readonly string[];
  /** The rules that could not be decided and made `whenUnknown` ask: all of them. */
  readonly because?: readonly string[];
  readonly nearMiss?: { readonly rule: string; readonly field: string | null };
  readonly reason?: string;
  readonly approvers?: WantedApprovers;
  readonly timeoutMs?: number;
  readonly onTimeout?: OnTimeout;
  readonly until?: string;
  /** Null: nothing else than what was decided. */
  readonly wouldHave?: WouldHave["kind"] | null;
  /** The facts that could not be read: all of them. */
  readonly unknown?: readonly string[];
}

/** Who must be asked: these names with no word about the quorum, or each demand (`a or b`) with its quorum. */
export type WantedApprovers =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "demands"; readonly demands: readonly (readonly [names: string, quorum: number])[] };

/** A name that a test takes from the policy, and where it stands. */
export interface Mention {
  readonly of: "rule" | "approvers";
  readonly name: string;
  readonly at: Span;
}

/** What readers of expectations need: where problems go, and where names that the policy must know are noted. */
export interface ExpectReading {
  readonly report: Report;
  readonly mentions: Mention[];
}

const DECISIONS = ["approve", "reject", "ask", "wait", "leave"] as const satisfies readonly Verdict["kind"][];
const OUTCOMES = ["approve", "reject", "ask"] as const satisfies readonly WouldHave["kind"][];

const EXPECT = {
  required: ["decision"],
  optional: [
    "rule",
    "because",
    "nearMiss",
    "reason",
    "approvers",
    "timeout",
    "onTimeout",
    "until",
    "wouldHave",
    "unknown",
  ],
} as const satisfies Keys<string>;

/** What can be expected of one decision only. */
const ONLY_OF = {
  reason: "reject",
  approvers: "ask",
  timeout: "ask",
  onTimeout: "ask",
  until: "wait",
} as const;

/** What stands under `expect`. */
export function readExpectation(tree: Tree, path: string, reading: ExpectReading): Expectation {
  const { report } = reading;
  const fields = readMapping(tree, path, EXPECT, report);
  const decision = fields.decision
    ? readWord(fields.decision, `${path}.decision`, DECISIONS, report)
    : DECISIONS[0];
  for (const [name, only] of Object.entries(ONLY_OF)) {
    const field = fields[name as keyof typeof ONLY_OF];
    if (fields.decision && field && decision !== only)
      report.add(field, `${path}.${name}: only ${only === "ask" ? "an" : "a"} ${only} has one`);
  }

  const { rule, because, nearMiss, reason, approvers, timeout, onTimeout, until, wouldHave, unknown } =
    fields;
  return {
    decision,
    ...(rule && { rule: readNames(rule, `${path}.rule`, "rule", reading) }),
    ...(because && { because: readNames(because, `${path}.because`, "rule", reading) }),
    ...(nearMiss && { nearMiss: readNearMiss(nearMiss, `${path}.nearMiss`, reading) }),
    ...(reason && { reason: readSentence(reason, `${path}.reason`, report) }),
    ...(approvers && { approvers: readApprovers(approvers, `${path}.approvers`, reading) }),
    ...(timeout && { timeoutMs: readDurationMs(timeout, `${path}.timeout`, report) ?? 0 }),
    ...(onTimeout && { onTimeout: readWord(onTimeout, `${path}.onTimeout`, ON_TIMEOUT, report) }),
    ...(until && { until: readInstant(until, `${path}.until`, report) }),
    ...(wouldHave && { wouldHave: readWouldHave(wouldHave, `${path}.wouldHave`, report) }),
    ...(unknown && { unknown: readFields(unknown, `${path}.unknown`, report) }),
  };
}

/** One text or a list of them, which may be empty, with their places. */
function readTexts(tree: Tree, path: string, report: Report): readonly { text: string; at: Span }[] {
  if (tree.kind === "list" && tree.items.length === 0) return [];
  const items = tree.kind === "list" ? readList(tree, path, report) : [tree];
  return items.map((item) => ({
    text: readText(item, tree.kind === "list" ? `${path}[]` : path, report),
    at: item,
  }));
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

function readNames(
  tree: Tree,
  path: string,
  of: Mention["of"],
  { report, mentions }: ExpectReading,
): readonly string[] {
  return readTexts(tree, path, report).map(({ text, at }) => {
    if (text !== "") mentions.push({ of, name: text, at });
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

function readApprovers(tree: Tree, path: string, reading: ExpectReading): WantedApprovers {
  if (tree.kind !== "map") return { kind: "names", names: readNames(tree, path, "approvers", reading) };
  const demands = [...tree.entries].map(([names, { key, value }]) => {
    for (const name of names.split(" or ")) reading.mentions.push({ of: "approvers", name, at: key });
    const quorum = readInteger(value, `${path}.${names}`, QUORUM_BOUNDS, reading.report);
    return [names, quorum] as const;
  });
  return { kind: "demands", demands };
}

function readWouldHave(tree: Tree, path: string, report: Report): WouldHave["kind"] | null {
  if (tree.kind === "scalar" && tree.value === null) return null;
  if (tree.kind === "scalar") return readWord(tree, path, OUTCOMES, report);
  complain(report, tree, `${path}: expected ${OUTCOMES.join(", ")} or null; found ${describe(tree)}`);
  return null;
}
