import type { Block, Freeze, Outcome, Rule, Visibility } from "../content.ts";
import { quote } from "../text.ts";
import { type Mode, RESERVED_NAMES } from "../verdict.ts";
import { readBlock, readBlocks, readWhen } from "./conditions.ts";
import { readFreezeOutcome, readOtherwise, readOutcome } from "./outcomes.ts";
import {
  checkName,
  complain,
  describe,
  firstKey,
  isText,
  type Keys,
  readMapping,
  readSentence,
  readText,
  readWord,
} from "./reader.ts";
import { placed, type Reading } from "./reading.ts";
import type { Span } from "./report.ts";
import type { WINDOW } from "./time-condition.ts";
import type { Tree } from "./tree.ts";

/** Each does less than the one before. */
export const MODES = ["enforce", "approveOnly", "shadow"] as const satisfies readonly Mode[];
/** The most rules, and the most freezes, of one file. */
export const MAX_RULES = 2_000;

export const RULE = {
  required: ["name", "then"],
  optional: ["description", "when", "unless", "mode"],
} as const satisfies Keys<string>;
export const FREEZE = {
  required: ["name", "when", "then"],
  optional: ["description"],
} as const satisfies Keys<string>;
export const VISIBILITY = { required: ["allow"], optional: ["otherwise"] } as const satisfies Keys<string>;

/** The line of every name of a rule or freeze so far, without case. */
type LineOfName = Map<string, number>;

/** All rules and freezes of the file, which share their names; either list may be empty. */
export function readNamedRules(
  rules: Tree | undefined,
  freezes: Tree | undefined,
  reading: Reading,
): { readonly rules: readonly Rule[]; readonly freezes: readonly Freeze[] } {
  const lineOfName: LineOfName = new Map();
  return {
    rules: readAll(rules, "rules", reading).map((item) => readRule(item, lineOfName, reading)),
    freezes: readAll(freezes, "freeze", reading).map((item) => readFreeze(item, lineOfName, reading)),
  };
}

function readAll(tree: Tree | undefined, path: string, { report }: Reading): readonly Tree[] {
  if (tree === undefined) return [];
  if (tree.kind !== "list") {
    complain(report, tree, `${path}: expected a list ([] for none); found ${describe(tree)}`);
    return [];
  }
  const tooMany = tree.items[MAX_RULES];
  if (tooMany)
    report.add(firstKey(tooMany), `${path}: must have at most ${MAX_RULES} entries; this one is too many`);
  return tree.items;
}

const MISSING: Outcome = { kind: "reject", reason: "" };

function readRule(tree: Tree, lineOfName: LineOfName, reading: Reading): Rule {
  const { report } = reading;
  const fields = readMapping(tree, "rules[]", RULE, report);
  const outcome = fields.then ? readOutcome(fields.then, "rules[].then", reading) : MISSING;
  if (outcome.kind === "approve" && fields.when === undefined) {
    report.add(
      firstKey(tree),
      'rules[]: an approve rule needs conditions under "when"; without them it approves everything',
    );
  }
  const description = fields.description && readSentence(fields.description, "rules[].description", report);
  const mode = fields.mode ? readWord(fields.mode, "rules[].mode", MODES, report) : reading.mode;
  const rule: Rule = {
    name: fields.name ? readName(fields.name, "rule", "rules[].name", lineOfName, reading) : "",
    ...(description && { description }),
    line: report.lineOf(firstKey(tree).from),
    mode: laterOf(mode, reading.mode),
    ...(fields.when ? readWhen(fields.when, "rules[].when", reading) : { when: [], anyOf: [] }),
    unless: fields.unless ? readBlocks(fields.unless, "rules[].unless", reading) : [],
    outcome,
  };
  return placed(rule, fields.name ?? firstKey(tree), reading);
}

/** The mode that does less. */
const laterOf = (a: Mode, b: Mode): Mode => (MODES.indexOf(a) > MODES.indexOf(b) ? a : b);

function readFreeze(tree: Tree, lineOfName: LineOfName, reading: Reading): Freeze {
  const { report } = reading;
  const fields = readMapping(tree, "freeze[]", FREEZE, report);
  if (fields.description) readSentence(fields.description, "freeze[].description", report);
  const when = fields.when ? readBlock(fields.when, "freeze[].when", reading) : [];
  const outcome: Freeze["outcome"] = fields.then
    ? readFreezeOutcome(fields.then, "freeze[].then", reading)
    : { kind: "wait" };

  if (fields.when && fields.then && outcome.kind === "wait")
    checkEnd(fields.when, when, fields.then, reading);
  const freeze: Freeze = {
    name: fields.name ? readName(fields.name, "freeze", "freeze[].name", lineOfName, reading) : "",
    line: report.lineOf(firstKey(tree).from),
    when,
    outcome,
  };
  return placed(freeze, fields.name ?? firstKey(tree), reading);
}

/** A freeze that waits must have an end. */
function checkEnd(tree: Tree, when: Block, then: Tree, { report }: Reading): void {
  const isTimed = when.some(({ matcher }) => matcher.kind === "time" && !matcher.negated);
  const time = tree.kind === "map" ? tree.entries.get("time")?.value : undefined;
  const ends = time?.kind === "map" && ENDING.some((key) => time.entries.has(key));
  if (!isTimed)
    report.add(then, 'freeze[].then: wait needs a "time" under "when" (not under "not"), to know its end');
  else if (!ends)
    report.add(
      then,
      'freeze[].then: wait needs "until", "days" or "between" in its "time", else it never ends',
    );
}

const ENDING = ["until", "days", "between"] as const satisfies readonly (typeof WINDOW.optional)[number][];

const RESERVED = new Set(RESERVED_NAMES.map((name) => name.toLowerCase()));

function readName(
  tree: Tree,
  kind: "rule" | "freeze",
  path: string,
  lineOfName: LineOfName,
  { report }: Reading,
): string {
  const name = readText(tree, path, report);
  if (!isText(tree)) return name;
  checkName(name, tree, path, report);

  const key = name.toLowerCase();
  const earlier = lineOfName.get(key);
  if (RESERVED.has(key)) report.add(tree, `${kind} name ${quote(name)} is reserved`);
  else if (earlier !== undefined)
    report.add(tree, `${kind} name ${quote(name, 60)} is already used on line ${earlier}`);
  else lineOfName.set(key, report.lineOf(tree.from));
  return name;
}

/**
 * Who may ask at all.
 *
 * @param key - where the word `visibility` stands
 */
export function readVisibility(tree: Tree, key: Span, reading: Reading): Visibility {
  const { allow, otherwise } = readMapping(tree, "visibility", VISIBILITY, reading.report);
  const visibility: Visibility = {
    line: reading.report.lineOf(key.from),
    anyOf: allow === undefined ? [] : readAllowed(allow, reading),
    otherwise: otherwise ? readOtherwise(otherwise, "visibility.otherwise", reading) : { kind: "leave" },
  };
  return placed(visibility, key, reading);
}

/** One block, or a list of them. */
const readAllowed = (tree: Tree, reading: Reading) =>
  tree.kind === "map"
    ? [readBlock(tree, "visibility.allow", reading)]
    : readBlocks(tree, "visibility.allow", reading);
