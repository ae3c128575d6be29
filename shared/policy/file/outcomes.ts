import type { Ask, AskOutcome, Freeze, Outcome, RejectOutcome, Visibility } from "../content.ts";
import { readAsk } from "./ask.ts";
import { complain, describe, firstKey, type Keys, readMapping, readSentence } from "./reader.ts";
import type { Reading } from "./reading.ts";
import { oneOf, type Report } from "./report.ts";
import type { Tree } from "./tree.ts";

export const REJECT = { required: ["reason"], optional: [] } as const satisfies Keys<string>;
/** The only key of `whenUnknown`. */
export const ONLY_ASK = { required: ["ask"], optional: [] } as const satisfies Keys<string>;

/** What a rule leads to: `approve`, `{ reject: … }` or `{ ask: … }`. */
export const readOutcome = (tree: Tree, path: string, reading: Reading): Outcome =>
  isWord(tree, "approve")
    ? { kind: "approve" }
    : readMappedOutcome(tree, path, { word: "approve", kinds: ["reject", "ask"] }, reading);

/** What happens when no rule matched. Never `approve`: a policy that forgot a case would be open. */
export const readDefault = (tree: Tree, path: string, reading: Reading): RejectOutcome | AskOutcome =>
  readMappedOutcome(tree, path, { word: null, kinds: ["reject", "ask"] }, reading);

/** What a freeze makes of an approval: `wait` or `{ ask: … }`. */
export const readFreezeOutcome = (tree: Tree, path: string, reading: Reading): Freeze["outcome"] =>
  isWord(tree, "wait")
    ? { kind: "wait" }
    : readMappedOutcome(tree, path, { word: "wait", kinds: ["ask"] }, reading);

/** What becomes of those who may not ask: `leave` or `{ reject: … }`. */
export const readOtherwise = (tree: Tree, path: string, reading: Reading): Visibility["otherwise"] =>
  isWord(tree, "leave")
    ? { kind: "leave" }
    : readMappedOutcome(tree, path, { word: "leave", kinds: ["reject"] }, reading);

/** A mapping with one key, `ask`. */
export function readOnlyAsk(tree: Tree, path: string, reading: Reading): Ask {
  const { ask } = readMapping(tree, path, ONLY_ASK, reading.report);
  return readAsk(ask, `${path}.ask`, reading);
}

const isWord = (tree: Tree, word: string): boolean => tree.kind === "scalar" && tree.value === word;

interface Choice<K extends "reject" | "ask"> {
  /** What may stand there instead of a mapping. */
  readonly word: "approve" | "wait" | "leave" | null;
  readonly kinds: readonly K[];
}

type Mapped<K> = K extends "reject" ? RejectOutcome : AskOutcome;

/** A mapping with exactly one of the given kinds of outcome. */
function readMappedOutcome<K extends "reject" | "ask">(
  tree: Tree,
  path: string,
  { word, kinds }: Choice<K>,
  reading: Reading,
): Mapped<K> {
  const { report } = reading;
  if (tree.kind !== "map") refuseWord(tree, path, { word, kinds }, report);
  const fields: Partial<Record<K, Tree>> =
    tree.kind === "map" ? readMapping(tree, path, { required: [], optional: kinds }, report) : {};
  const [kind, another] = kinds.filter((candidate) => fields[candidate] !== undefined);
  if (another !== undefined)
    report.add(firstKey(tree), `${path}: only ${oneOf(kinds)} can be used at a time`);
  // Of what is neither, an unknown key or a wrong word, some outcome is read from nothing.
  return readKind(kind ?? kinds[0] ?? "ask", fields, path, reading) as Mapped<K>;
}

function refuseWord(
  tree: Tree,
  path: string,
  { word, kinds }: Choice<"reject" | "ask">,
  report: Report,
): void {
  const mapping = `a mapping with ${kinds.length === 1 ? kinds[0] : oneOf(kinds)}`;
  const expected =
    word === null ? `${mapping} (what no rule speaks of is never approved)` : `${word}, or ${mapping}`;
  const message = `${path}: expected ${expected}; found ${describe(tree)}`;
  const written = tree.kind === "scalar" && typeof tree.value === "string" ? tree.value : null;
  if (written === "reject") report.add(tree, `${message}; a reject needs a reason`);
  else if (written === null || word === null) complain(report, tree, message);
  else report.addUnknown(tree, message, written, [word]);
}

function readKind(
  kind: "reject" | "ask",
  fields: Partial<Record<"reject" | "ask", Tree>>,
  path: string,
  reading: Reading,
): RejectOutcome | AskOutcome {
  if (kind === "ask") return { kind, ask: readAsk(fields.ask, `${path}.ask`, reading) };
  return { kind, reason: fields.reject ? readReason(fields.reject, `${path}.reject`, reading.report) : "" };
}

function readReason(tree: Tree, path: string, report: Report): string {
  const { reason } = readMapping(tree, path, REJECT, report);
  return reason === undefined ? "" : readSentence(reason, `${path}.reason`, report);
}
