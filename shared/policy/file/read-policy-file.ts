import type { Ask, PolicyContent } from "../content.ts";
import { hashOfContent } from "../content-hash.ts";
import { byCodeUnits } from "../text.ts";
import { checkAsksPeople, plainAsk } from "./ask.ts";
import { readIntegrations } from "./integrations.ts";
import { readListFiles } from "./list-files.ts";
import { readApprovers, readLists } from "./names.ts";
import { readDefault, readOnlyAsk } from "./outcomes.ts";
import { PatternBudget } from "./pattern-budget.ts";
import { type Keys, readMapping, readWord } from "./reader.ts";
import {
  placed,
  type Reading,
  type WrittenApprovers,
  type WrittenIntegration,
  type WrittenList,
} from "./reading.ts";
import { Report, roomForAll, type Span } from "./report.ts";
import { MODES, readNamedRules, readVisibility } from "./rules.ts";
import { parseTree, type Tree } from "./tree.ts";

export const TOP = {
  required: ["apiVersion", "kind", "default", "rules"],
  optional: ["lists", "approvers", "integrations", "whenUnknown", "mode", "visibility", "freeze"],
} as const satisfies Keys<string>;

/**
 * A policy file as it was read: what it says, where each part stands, and which names are unused. `loadPolicy` compiles
 * its content; `checkPolicy` looks at the rest too, and notes what it thinks of it in the same reports.
 */
export interface PolicyReading {
  /** What the file says; null exactly when some report holds an error. */
  readonly content: PolicyContent | null;
  /** SHA-256, in hex, of what the files say; "" when there is no content. */
  readonly hash: string;
  /** The policy file's own report. Take a place from below and say `report.warn(place, "…")`. */
  readonly report: Report;
  /** The policy file's report, then those of the list files, by name. All problems: `reports.flatMap((r) => r.problems)`. */
  readonly reports: readonly Report[];
  /**
   * Where parts of `content` stand in the policy file, by the very object: each `Rule` and `Freeze` (its name), the
   * `Visibility`, `content.default` and `content.whenUnknown` (their keys), each `Condition` (what stands under its
   * field), each `Block` (its first key), and each `Ask` that was written.
   */
  readonly places: ReadonlyMap<object, Span>;
  /** Everything under `approvers:`, by name. */
  readonly approvers: ReadonlyMap<string, WrittenApprovers & { readonly isUsed: boolean }>;
  /** Everything under `integrations:`, by name. */
  readonly integrations: ReadonlyMap<string, WrittenIntegration & { readonly isUsed: boolean }>;
  /** Every list, inline or in a file, by name. Its place is one of `list.report`: warn there, not in the policy's. */
  readonly lists: ReadonlyMap<string, WrittenList & { readonly isUsed: boolean }>;
}

/**
 * Reads a policy file and its list files, with all of their problems at once. Never throws.
 *
 * @param text - the policy file's content
 * @param file - its name, as messages should show it
 * @param listFiles - the text of each list file, by its name as messages should show it: `lists/payments.yaml`
 */
export function readPolicyFile(
  text: string,
  file: string,
  listFiles: ReadonlyMap<string, string> = new Map(),
): PolicyReading {
  const room = roomForAll();
  const report = new Report(text, file, room);
  const parsed = parseTree(text, POLICY_FILE, report);
  const tree = parsed !== null && isTestFile(parsed, report) ? null : parsed;
  const top = tree === null ? {} : readMapping(tree, "policy", TOP, report);

  // Names first, wherever they stand in the file: a reader that meets one then knows whether it is defined.
  const inline = top.lists ? readLists(top.lists, report) : new Map<string, never>();
  const { lists, reports: listReports } = readListFiles(listFiles, inline, room);
  const timezones = new Set<string>();
  const approvers = top.approvers
    ? readApprovers(top.approvers, { report, timezones })
    : new Map<string, never>();
  const reading: Reading = {
    report,
    lists,
    approvers,
    integrations: top.integrations
      ? readIntegrations(top.integrations, approvers, report)
      : new Map<string, never>(),
    mode: top.mode ? readWord(top.mode, "mode", MODES, report) : "enforce",
    hasWhenUnknown: top.whenUnknown !== undefined,
    patterns: new PatternBudget(),
    timezones,
    usedLists: new Set(),
    usedApprovers: new Set(),
    usedIntegrations: new Set(),
    places: new Map(),
  };
  const read = tree === null ? null : readContent(tree, top, reading);

  const reports = [report, ...listReports];
  const content = reports.every(({ isClean }) => isClean) ? read : null;
  return {
    content,
    hash: content === null ? "" : hashOfContent(content),
    report,
    reports,
    places: reading.places,
    approvers: withUse(reading.approvers, reading.usedApprovers),
    integrations: withUse(reading.integrations, reading.usedIntegrations),
    lists: withUse(lists, reading.usedLists),
  };
}

/** Reports a file of tests: all that it does not have as a policy would be no help. */
function isTestFile(tree: Tree, report: Report): boolean {
  const kind = tree.kind === "map" ? tree.entries.get("kind")?.value : undefined;
  if (kind?.kind !== "scalar" || kind.value !== "ConnectionPolicyTest") return false;
  report.add(kind, `this is a file of tests; run it with: npm run policy -- test ${report.file}`);
  return true;
}

const POLICY_FILE = {
  called: "a policy file",
  needs: "a policy needs at least apiVersion, kind, default and rules",
  emptyMappings: "refused",
} as const;

type Top = Partial<Record<(typeof TOP.required | typeof TOP.optional)[number], Tree>>;

function readContent(tree: Tree, top: Top, reading: Reading): PolicyContent | null {
  const { report } = reading;
  if (top.apiVersion) readWord(top.apiVersion, "apiVersion", ["policy/v1"], report);
  if (top.kind) readWord(top.kind, "kind", ["ConnectionPolicy"], report);

  const { rules, freezes } = readNamedRules(top.rules, top.freeze, reading);
  const keyOf = (key: string): Span => (tree.kind === "map" ? tree.entries.get(key)?.key : undefined) ?? tree;
  const visibility = top.visibility ? readVisibility(top.visibility, keyOf("visibility"), reading) : null;
  const whenUnknown = top.whenUnknown && {
    line: report.lineOf(keyOf("whenUnknown").from),
    ask: readOnlyAsk(top.whenUnknown, "whenUnknown", reading),
  };
  if (whenUnknown) checkAsksPeople(whenUnknown.ask, "whenUnknown", keyOf("whenUnknown"), reading);
  for (const freeze of freezes)
    if (freeze.outcome.kind === "ask")
      checkAsksPeople(
        freeze.outcome.ask,
        `freeze ${freeze.name}`,
        reading.places.get(freeze) ?? tree,
        reading,
      );
  if (top.default === undefined) return null;

  const key = keyOf("default");
  const byDefault = {
    line: report.lineOf(key.from),
    outcome: readDefault(top.default, "default", reading),
  };
  if (byDefault.outcome.kind === "ask") checkAsksPeople(byDefault.outcome.ask, "default", key, reading);
  return {
    mode: reading.mode,
    lists: entriesOf(reading.usedLists, reading.lists),
    integrations: [...reading.integrations.values()].map(({ integration }) => integration),
    default: placed(byDefault, key, reading),
    whenUnknown: placed(
      whenUnknown ?? { line: byDefault.line, ask: unwrittenWhenUnknown(byDefault, top.default, reading) },
      whenUnknown ? keyOf("whenUnknown") : key,
      reading,
    ),
    visibility,
    freezes,
    rules,
  };
}

/** Who is asked about an unreadable fact when the file does not say: the same as by default, or else everybody. */
function unwrittenWhenUnknown({ outcome }: PolicyContent["default"], tree: Tree, reading: Reading): Ask {
  if (outcome.kind === "ask") return outcome.ask;
  const names = [...reading.approvers.keys()];
  if (tree.kind === "map" && names.length === 0) {
    reading.report.add(
      tree,
      "default: a default that rejects needs approvers, because people decide when a fact cannot be read",
    );
  }
  for (const name of names) reading.usedApprovers.add(name);
  return plainAsk(names, reading);
}

const entriesOf = (names: ReadonlySet<string>, lists: ReadonlyMap<string, WrittenList>) =>
  Object.fromEntries([...names].toSorted(byCodeUnits).map((name) => [name, lists.get(name)?.entries ?? []]));

const withUse = <T>(named: ReadonlyMap<string, T>, used: ReadonlySet<string>) =>
  new Map([...named].map(([name, value]) => [name, { ...value, isUsed: used.has(name) }]));
