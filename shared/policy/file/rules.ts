import type { Condition, Rule } from "../policy.ts";
import { quote } from "../text.ts";
import { readBlock } from "./conditions.ts";
import { readOutcome } from "./outcomes.ts";
import {
  checkName,
  complain,
  describe,
  firstKey,
  isText,
  type Keys,
  type Reading,
  readList,
  readMapping,
  readSentence,
  readText,
} from "./reader.ts";
import type { Tree } from "./tree.ts";

const MAX_RULES = 2_000;
/** Verdicts name the first two where no rule decided, and audit queries mean the app by the third. */
const RESERVED = new Set(["default", "whenunknown", "system"]);

const RULE = {
  required: ["name", "then"],
  optional: ["description", "when", "unless"],
  later: ["freeze", "shadow"],
} as const satisfies Keys<string>;

/** All rules of the file; the list may be empty. */
export function readRules(tree: Tree, reading: Reading): readonly Rule[] {
  if (tree.kind !== "list") {
    complain(reading.report, tree, `rules: expected a list ([] for none); found ${describe(tree)}`);
    return [];
  }
  const tooMany = tree.items[MAX_RULES];
  if (tooMany)
    reading.report.add(
      firstKey(tooMany),
      `rules: must have at most ${MAX_RULES} entries; this one is too many`,
    );

  const lineOfName = new Map<string, number>();
  return tree.items.map((item) => readRule(item, lineOfName, reading));
}

function readRule(tree: Tree, lineOfName: Map<string, number>, reading: Reading): Rule {
  const { report } = reading;
  const fields = readMapping(tree, "rules[]", RULE, report);
  const outcome = fields.then ? readOutcome(fields.then, "rules[].then", reading) : MISSING;
  if (outcome.kind === "approve" && fields.when === undefined) {
    report.add(
      firstKey(tree),
      'rules[]: an approve rule needs conditions under "when"; without them it approves everything',
    );
  }
  if (fields.description) readSentence(fields.description, "rules[].description", report);
  return {
    name: fields.name ? readRuleName(fields.name, lineOfName, reading) : "",
    line: report.lineOf(firstKey(tree).from),
    when: fields.when ? readBlock(fields.when, "rules[].when", reading) : [],
    unless: fields.unless ? readUnless(fields.unless, reading) : [],
    outcome,
  };
}

const MISSING = { kind: "reject", reason: "" } as const;

function readRuleName(tree: Tree, lineOfName: Map<string, number>, { report }: Reading): string {
  const name = readText(tree, "rules[].name", report);
  if (!isText(tree)) return name;
  checkName(name, tree, "rules[].name", report);

  const key = name.toLowerCase();
  const earlier = lineOfName.get(key);
  if (RESERVED.has(key)) report.add(tree, `rule name ${quote(name)} is reserved`);
  else if (earlier !== undefined)
    report.add(tree, `rule name ${quote(name, 60)} is already used on line ${earlier}`);
  else lineOfName.set(key, report.lineOf(tree.from));
  return name;
}

function readUnless(tree: Tree, reading: Reading): readonly (readonly Condition[])[] {
  return readList(tree, "rules[].unless", reading.report).map((block) =>
    readBlock(block, "rules[].unless[]", reading),
  );
}
