import {
  firstKey,
  type Keys,
  readList,
  readMapping,
  readSentence,
  readText,
  readTitle,
  readWord,
} from "../../policy/file/reader.ts";
import { type Problem, Report } from "../../policy/file/report.ts";
import { type FileKind, parseTree, type Tree } from "../../policy/file/tree.ts";
import { quote } from "../../policy/text.ts";
import { type Expectation, readExpectation } from "./expectation.ts";
import { type Given, readGiven } from "./given.ts";
import type { ExpectReading, Mention } from "./names.ts";

/** One request, in words, and what the policy should make of it. */
export interface PolicyTest {
  /** The test's own name; a case of it has its number, or its own name, behind. */
  readonly name: string;
  /** 1-based, of the test or the case. */
  readonly line: number;
  /** What the file, the test and its cases say, to be merged in this order: a file may say much to many of them. */
  readonly given: readonly Given[];
  readonly expect: Expectation;
}

/** A file of tests of one policy. */
export interface TestFile {
  /** Path of the policy, relative to the file of tests. */
  readonly policy: string;
  readonly tests: readonly PolicyTest[];
  /** The problems with names that the tests take from the policy and that it does not have. */
  unknownNames(known: Readonly<Record<Mention["of"], readonly string[]>>): readonly Problem[];
}

const KIND: FileKind = {
  called: "a test file",
  needs: "it needs at least apiVersion, kind, policy and tests",
  emptyMappings: "allowed",
};

const TOP = {
  required: ["apiVersion", "kind", "policy", "tests"],
  optional: ["given"],
} as const satisfies Keys<string>;

/** Reads a file of tests strictly: either all of it, or all of its problems. Never throws. */
export function readTestFile(
  text: string,
  file: string,
):
  | { readonly kind: "tests"; readonly file: TestFile }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] } {
  const report = new Report(text, file);
  const tree = parseTree(text, KIND, report);
  const read = tree === null ? null : readTop(tree, report);
  return read === null || !report.isClean
    ? { kind: "problems", problems: report.problems }
    : { kind: "tests", file: read };
}

function readTop(tree: Tree, report: Report): TestFile {
  const top = readMapping(tree, "test file", TOP, report);
  if (top.apiVersion) readWord(top.apiVersion, "apiVersion", ["policy/v1"], report);
  if (top.kind) readWord(top.kind, "kind", ["ConnectionPolicyTest"], report);
  const mentions: Mention[] = [];
  const given = top.given ? [readGiven(top.given, "given", report)] : [];
  return {
    policy: top.policy ? readText(top.policy, "policy", report) : "",
    tests: top.tests ? readTests(top.tests, given, { report, mentions }) : [],
    unknownNames: (known) => {
      for (const { of, name, at } of mentions) {
        if (known[of].includes(name)) continue;
        const what = of === "rule" ? "has no rule" : "asks no approvers";
        report.addUnknown(at, `the policy ${what} ${quote(name, 60)}`, name, known[of]);
      }
      return report.problems;
    },
  };
}

const TEST = { required: ["name"], optional: ["description", "given", "expect", "cases"] } as const;
const CASE = { required: [], optional: ["name", "description", "given", "expect", "cases"] } as const;

function readTests(tree: Tree, given: readonly Given[], reading: ExpectReading): readonly PolicyTest[] {
  const lineOfName = new Map<string, number>();
  return readList(tree, "tests", reading.report).flatMap((item) => {
    const fields = readMapping(item, "tests[]", TEST, reading.report);
    const name = fields.name ? readTestName(fields.name, lineOfName, reading.report) : "";
    return readBody(item, fields, { name, path: "tests[]", given }, reading);
  });
}

function readTestName(tree: Tree, lineOfName: Map<string, number>, report: Report): string {
  const name = readTitle(tree, "tests[].name", report);
  const earlier = lineOfName.get(name);
  if (name !== "" && earlier !== undefined)
    report.add(tree, `test name ${quote(name, 60)} is already used on line ${earlier}`);
  else lineOfName.set(name, report.lineOf(tree.from));
  return name;
}

/** What a test or a case inherits from what it stands in. */
interface Around {
  readonly name: string;
  readonly path: string;
  readonly given: readonly Given[];
}

function readBody(
  tree: Tree,
  fields: Partial<Record<(typeof TEST)["optional"][number], Tree>>,
  { name, path, given: around }: Around,
  reading: ExpectReading,
): readonly PolicyTest[] {
  const { report } = reading;
  if (fields.description) readSentence(fields.description, `${path}.description`, report);
  const given = fields.given ? [...around, readGiven(fields.given, `${path}.given`, report)] : around;
  if (tree.kind === "map" && (fields.expect === undefined) === (fields.cases === undefined))
    report.add(firstKey(tree), `${path}: needs either "expect" or "cases"`);
  if (fields.cases) return readCases(fields.cases, { name, path: `${path}.cases`, given }, reading);
  if (fields.expect === undefined) return [];

  const expect = readExpectation(fields.expect, `${path}.expect`, reading);
  return [{ name, line: report.lineOf(firstKey(tree).from), given, expect }];
}

function readCases(tree: Tree, { name, path, given }: Around, reading: ExpectReading): readonly PolicyTest[] {
  return readList(tree, path, reading.report).flatMap((item, index) => {
    const fields = readMapping(item, `${path}[]`, CASE, reading.report);
    const own = fields.name ? readTitle(fields.name, `${path}[].name`, reading.report) : `case ${index + 1}`;
    return readBody(item, fields, { name: `${name}: ${own}`, path: `${path}[]`, given }, reading);
  });
}
