import type { Ask } from "../content.ts";
import { formatDuration } from "../duration.ts";
import { quote } from "../text.ts";
import type { Escalation, OnTimeout, Requirement } from "../verdict.ts";
import {
  complain,
  describe,
  isText,
  type Keys,
  readDurationMs,
  readFlag,
  readInteger,
  readList,
  readMapping,
  readText,
  readWord,
} from "./reader.ts";
import { placed, type Reading } from "./reading.ts";
import type { Report, Span } from "./report.ts";
import type { Tree } from "./tree.ts";

/** What an `ask` may say. */
export const ASK = {
  required: ["approvers"],
  optional: [
    "quorum",
    "timeout",
    "remindAfter",
    "onTimeout",
    "escalateTo",
    "escalateAfter",
    "reasonRequired",
    "preventSelfReview",
    "authContext",
    "distinctPeople",
  ],
} as const satisfies Keys<string>;
export const ON_TIMEOUT = ["expire", "reject"] as const satisfies readonly OnTimeout[];
/**
 * Entra has at most 99 of them in a tenant.
 * @see https://learn.microsoft.com/entra/identity-platform/developer-guide-conditional-access-authentication-context
 */
export const AUTH_CONTEXT = /^c[1-9]\d?$/;
export const QUORUM_BOUNDS = { min: 1, max: 100 } as const;

const DEFAULT_TIMEOUT_MS = 24 * 3_600_000;
/** What an ask demands when it says nothing more. */
const PLAIN = {
  timeoutMs: DEFAULT_TIMEOUT_MS,
  remindAfterMs: null,
  onTimeout: "expire",
  reasonRequired: false,
  preventSelfReview: false,
  authContext: null,
  distinctPeople: false,
} as const satisfies Partial<Ask>;

type Fields = Partial<Record<(typeof ASK.required | typeof ASK.optional)[number], Tree>>;

/** Reads nothing when `tree` is missing: the mapping that lacks it was reported. */
export function readAsk(tree: Tree | undefined, path: string, reading: Reading): Ask {
  const { report } = reading;
  if (tree === undefined) return { requirements: [], ...PLAIN };
  const fields = readMapping(tree, path, ASK, report);
  const { timeout, onTimeout, reasonRequired, preventSelfReview, authContext, distinctPeople } = fields;

  const timeoutMs =
    timeout === undefined ? DEFAULT_TIMEOUT_MS : readDurationMs(timeout, `${path}.timeout`, report);
  const within = { path, timeoutMs, reading };
  const escalation = readEscalation(tree, fields, within);
  const ask: Ask = {
    requirements: readRequirements(fields, path, reading).map((demand) => ({ ...demand, escalation })),
    timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
    remindAfterMs: readWithin("remindAfter", fields, within),
    onTimeout:
      onTimeout === undefined
        ? PLAIN.onTimeout
        : readWord(onTimeout, `${path}.onTimeout`, ON_TIMEOUT, report),
    reasonRequired:
      reasonRequired !== undefined && readFlag(reasonRequired, `${path}.reasonRequired`, report),
    preventSelfReview:
      preventSelfReview !== undefined &&
      readPreventSelfReview(preventSelfReview, keyOf(tree, "preventSelfReview"), path, reading),
    authContext:
      authContext === undefined ? null : readAuthContext(authContext, `${path}.authContext`, report),
    distinctPeople:
      distinctPeople !== undefined && readFlag(distinctPeople, `${path}.distinctPeople`, report),
  };
  return placed(ask, tree, reading);
}

/** As Entra names it; null when it is none. */
export function readAuthContext(tree: Tree, path: string, report: Report): string | null {
  if (tree.kind === "scalar" && typeof tree.value === "string" && AUTH_CONTEXT.test(tree.value))
    return tree.value;
  complain(report, tree, `${path}: must be an authentication context of Entra, c1 to c99`);
  return null;
}

/** One member of any of these approvers, for 24h: who is asked when the file does not say. */
export function plainAsk(approvers: readonly string[], reading: Reading): Ask {
  return { requirements: [{ ...groupsOf(approvers, reading), quorum: 1, escalation: null }], ...PLAIN };
}

/** One demand for a list of approvers, one each for a mapping of approvers to their quorums. */
function readRequirements(
  { approvers, quorum }: Fields,
  path: string,
  reading: Reading,
): readonly Omit<Requirement, "escalation">[] {
  const { report } = reading;
  if (approvers?.kind !== "map") {
    const count = quorum === undefined ? 1 : readInteger(quorum, `${path}.quorum`, QUORUM_BOUNDS, report);
    return [{ ...readApproverNames(approvers, `${path}.approvers`, reading), quorum: count }];
  }
  if (quorum !== undefined)
    report.add(quorum, `${path}.quorum: each of the approvers has a quorum of its own already`);
  return [...approvers.entries].map(([name, { key, value }]) => {
    checkApprover(name, key, reading);
    const count = readInteger(value, `${path}.approvers.${name}`, QUORUM_BOUNDS, report);
    return { ...groupsOf([name], reading), quorum: count };
  });
}

function readApproverNames(tree: Tree | undefined, path: string, reading: Reading) {
  const { report } = reading;
  const names = new Set<string>();
  if (tree !== undefined && tree.kind !== "list")
    complain(
      report,
      tree,
      `${path}: expected a list or a mapping of names to quorums; found ${describe(tree)}`,
    );
  for (const item of tree?.kind === "list" ? readList(tree, path, report) : []) {
    const name = readText(item, `${path}[]`, report);
    if (names.has(name)) report.add(item, `${path}: ${quote(name, 60)} is already in this list`);
    else if (isText(item)) checkApprover(name, item, reading);
    names.add(name);
  }
  return groupsOf([...names], reading);
}

function checkApprover(name: string, span: Span, { report, approvers, usedApprovers }: Reading): void {
  if (approvers.has(name)) usedApprovers.add(name);
  else {
    const message = `approvers ${quote(name, 60)} are not defined under approvers`;
    report.addUnknown(span, message, name, approvers.keys());
  }
}

function groupsOf(names: readonly string[], { approvers }: Reading) {
  const groups = names.flatMap((name) => approvers.get(name)?.groups ?? []).map(({ id }) => id);
  return { approvers: [...names], groups: [...new Set(groups)] };
}

function readPreventSelfReview(
  tree: Tree,
  key: Span,
  path: string,
  { report, hasWhenUnknown }: Reading,
): boolean {
  const isWanted = readFlag(tree, `${path}.preventSelfReview`, report);
  if (isWanted && !hasWhenUnknown)
    report.add(key, `${path}: preventSelfReview needs whenUnknown: who reviews when nobody knows who asked?`);
  return isWanted;
}

interface Within {
  readonly path: string;
  /** Null when it was not sound. */
  readonly timeoutMs: number | null;
  readonly reading: Reading;
}

/** A duration shorter than the timeout; null when it is not given, or not sound. */
function readWithin(
  key: "remindAfter" | "escalateAfter",
  fields: Fields,
  { path, timeoutMs, reading: { report } }: Within,
): number | null {
  const tree = fields[key];
  if (tree === undefined) return null;
  const ms = readDurationMs(tree, `${path}.${key}`, report);
  if (ms !== null && timeoutMs !== null && ms >= timeoutMs)
    report.add(tree, `${path}.${key}: must be shorter than the timeout (${formatDuration(timeoutMs)})`);
  return ms;
}

function readEscalation(tree: Tree, fields: Fields, within: Within): Escalation | null {
  const { path, reading } = within;
  const { escalateTo, escalateAfter } = fields;
  const afterMs = readWithin("escalateAfter", fields, within);
  if (escalateTo !== undefined && escalateAfter === undefined)
    reading.report.add(keyOf(tree, "escalateTo"), `${path}: escalateTo needs escalateAfter`);
  if (escalateTo === undefined) {
    if (escalateAfter !== undefined)
      reading.report.add(keyOf(tree, "escalateAfter"), `${path}: escalateAfter needs escalateTo`);
    return null;
  }
  if (escalateTo.kind !== "list") {
    complain(
      reading.report,
      escalateTo,
      `${path}.escalateTo: expected a list; found ${describe(escalateTo)}`,
    );
    return null;
  }
  const names = readApproverNames(escalateTo, `${path}.escalateTo`, reading);
  return afterMs === null ? null : { ...names, afterMs };
}

const keyOf = (tree: Tree, key: string): Span =>
  (tree.kind === "map" ? tree.entries.get(key)?.key : null) ?? tree;
