import { createHash } from "node:crypto";
import { compile } from "../engine/compile.ts";
import type { Ask, Policy, PolicyContent } from "../policy.ts";
import { readApprovers, readLists } from "./names.ts";
import { readDefault, readOnlyAsk } from "./outcomes.ts";
import { type Keys, type Reading, readMapping, readWord } from "./reader.ts";
import { type Problem, Report } from "./report.ts";
import { readRules } from "./rules.ts";
import { canonicalText, parseTree, type Tree } from "./tree.ts";

const MAX_FILE_BYTES = 256 * 1_024;
const DAY_MS = 86_400_000;

const TOP = {
  required: ["apiVersion", "kind", "default", "rules"],
  optional: ["lists", "approvers", "whenUnknown"],
  later: ["freeze", "shadow", "tests"],
} as const satisfies Keys<string>;

/**
 * Reads a policy file: either a policy that is sound in every part, or all of its problems at once. Never throws.
 *
 * @param text - the file's content
 * @param file - its name, as messages should show it
 */
export function loadPolicy(
  text: string,
  file: string,
):
  | { readonly kind: "policy"; readonly policy: Policy }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] } {
  const report = new Report(text, file);
  const tree = parseBounded(text, report);
  const content = tree === null ? null : readContent(tree, report);

  if (tree === null || content === null || !report.isClean)
    return { kind: "problems", problems: report.problems };
  const hash = createHash("sha256").update(canonicalText(tree, true)).digest("hex");
  return { kind: "policy", policy: compile(content, hash) };
}

function parseBounded(text: string, report: Report): Tree | null {
  if (Buffer.byteLength(text) <= MAX_FILE_BYTES) return parseTree(text, report);
  report.add({ from: 0, to: 1 }, `the file is larger than ${MAX_FILE_BYTES / 1_024} KiB`);
  return null;
}

function readContent(tree: Tree, report: Report): PolicyContent | null {
  const top = readMapping(tree, "policy", TOP, report);
  if (top.apiVersion) readWord(top.apiVersion, "apiVersion", ["policy/v1"], report);
  if (top.kind) readWord(top.kind, "kind", ["ConnectionPolicy"], report);

  // Names first, wherever they stand in the file: whoever uses one can then say at once that it is not defined.
  const lists = top.lists ? readLists(top.lists, report) : new Map<string, never>();
  const approvers = top.approvers ? readApprovers(top.approvers, report) : new Map<string, never>();
  const reading: Reading = { report, lists, approvers };

  const rules = top.rules ? readRules(top.rules, reading) : [];
  const byDefault = top.default && {
    line: lineOfKey(tree, "default", report),
    outcome: readDefault(top.default, "default", reading),
  };
  const whenUnknown = top.whenUnknown && {
    line: lineOfKey(tree, "whenUnknown", report),
    ask: readOnlyAsk(top.whenUnknown, "whenUnknown", reading),
  };
  if (byDefault === undefined || top.default === undefined) return null;
  return {
    rules,
    default: byDefault,
    whenUnknown: whenUnknown ?? unwrittenWhenUnknown(byDefault, top.default, reading),
  };
}

const lineOfKey = (tree: Tree, key: string, report: Report): number =>
  report.lineOf((tree.kind === "map" ? (tree.entries.get(key)?.key ?? tree) : tree).from);

/** Who is asked about an unreadable fact when the file does not say: the same as by default, or else everybody. */
function unwrittenWhenUnknown(
  { line, outcome }: PolicyContent["default"],
  tree: Tree,
  { report, approvers }: Reading,
): { readonly line: number; readonly ask: Ask } {
  if (outcome.kind === "ask") return { line, ask: outcome.ask };
  if (tree.kind === "map" && approvers.size === 0) {
    report.add(
      tree,
      "default: a default that rejects needs approvers, because people decide when a fact cannot be read",
    );
  }
  const groups = [...new Set([...approvers.values()].flat())];
  const requirement = { approvers: [...approvers.keys()], groups, quorum: 1 };
  return { line, ask: { requirement, timeoutMs: DAY_MS, remindAfterMs: null, onTimeout: "expire" } };
}
