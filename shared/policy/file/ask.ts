import type { Ask } from "../content.ts";
import { formatDuration } from "../duration.ts";
import { isForPeople } from "../engine/demands.ts";
import { type Telling, toldTogether } from "../engine/telling.ts";
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
    "inCard",
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
  inCard: false,
  distinctPeople: false,
} as const satisfies Partial<Ask>;

type Fields = Partial<Record<(typeof ASK.required | typeof ASK.optional)[number], Tree>>;

/** Reads nothing when `tree` is missing: the mapping that lacks it was reported. */
export function readAsk(tree: Tree | undefined, path: string, reading: Reading): Ask {
  const { report } = reading;
  if (tree === undefined) return { requirements: [], ...PLAIN };
  const fields = readMapping(tree, path, ASK, report);
  const { timeout, onTimeout, reasonRequired, preventSelfReview, authContext, distinctPeople, escalateTo } =
    fields;
  const { inCard } = fields;

  const timeoutMs =
    timeout === undefined ? DEFAULT_TIMEOUT_MS : readDurationMs(timeout, `${path}.timeout`, report);
  const within = { path, timeoutMs, reading };
  const escalation = readEscalation(tree, fields, within);
  const requirements = readRequirements(fields, path, reading);
  if (escalateTo !== undefined && requirements.length > 0 && !requirements.some(isForPeople))
    report.add(
      keyOf(tree, "escalateTo"),
      `${path}: escalateTo is for what people are asked, and here none are`,
    );
  const ask: Ask = {
    requirements: requirements.map((demand) => ({
      ...demand,
      // Nobody stands in for an integration.
      escalation: isForPeople(demand) ? escalation : null,
    })),
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
    inCard: inCard !== undefined && readInCard(inCard, fields, path, reading),
    distinctPeople:
      distinctPeople !== undefined && readFlag(distinctPeople, `${path}.distinctPeople`, report),
  };
  return placed(ask, tree, reading);
}

/** A click in Teams comes without a sign-in, so that it proves no authentication context. */
function readInCard(tree: Tree, { authContext }: Fields, path: string, { report }: Reading): boolean {
  const isAllowed = readFlag(tree, `${path}.inCard`, report);
  if (isAllowed && authContext !== undefined)
    report.add(
      tree,
      `${path}.inCard: an answer in Teams proves no authentication context; leave out one of the two`,
    );
  return isAllowed;
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
  return { requirements: [{ ...askedBy(approvers, reading), quorum: 1, escalation: null }], ...PLAIN };
}

/** Reports an ask that only integrations answer where it is people to whom the app must be able to turn. */
export function checkAsksPeople(ask: Ask, path: string, at: Span, { report }: Reading): void {
  if (ask.requirements.length > 0 && !ask.requirements.some(isForPeople))
    report.add(at, `${path}: must ask people, too; only a rule may leave it to integrations alone`);
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
    const demand = { ...readApproverNames(approvers, `${path}.approvers`, reading), quorum: count };
    checkSystems(demand, quorum ?? approvers, `${path}.quorum`, report);
    return [demand];
  }
  if (quorum !== undefined)
    report.add(quorum, `${path}.quorum: each of the approvers has a quorum of its own already`);
  return [...approvers.entries].map(([name, { key, value }]) => {
    checkApprover(name, key, reading);
    const count = readInteger(value, `${path}.approvers.${name}`, QUORUM_BOUNDS, report);
    const demand = { ...askedBy([name], reading), quorum: count };
    checkSystems(demand, value, `${path}.approvers.${name}`, report);
    return demand;
  });
}

/** Of integrations each counts once, so that more than there are would never come. */
function checkSystems(
  { integrations, quorum }: Pick<Requirement, "integrations" | "quorum">,
  at: Tree | undefined,
  path: string,
  report: Report,
): void {
  if (at !== undefined && integrations !== undefined && quorum > integrations.length)
    report.add(at, `${path}: each integration counts once, and ${integrations.length} can answer`);
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
  const ofPeople = [...names].filter((name) => reading.approvers.has(name));
  if (tree !== undefined && [...names].some((name) => reading.integrations.has(name)) && ofPeople.length > 0)
    report.add(
      tree,
      `${path}: people and integrations cannot stand in for one another; demand each, as in { ${[...names].map((name) => `${name}: 1`).join(", ")} }`,
    );
  return askedBy([...names], reading);
}

function checkApprover(name: string, span: Span, reading: Reading): void {
  const { report, approvers, integrations, usedApprovers, usedIntegrations } = reading;
  if (approvers.has(name)) usedApprovers.add(name);
  else if (integrations.has(name)) usedIntegrations.add(name);
  else {
    const message = `approvers ${quote(name, 60)} are not defined under approvers`;
    report.addUnknown(span, message, name, [...approvers.keys(), ...integrations.keys()]);
  }
}

/** Whom these names mean: people by their groups, and how they are told, or integrations. */
function askedBy(
  names: readonly string[],
  { approvers, integrations }: Reading,
): Pick<Requirement, "approvers" | "groups" | "integrations"> & Telling {
  const systems = names.flatMap((name) => integrations.get(name)?.integration ?? []);
  if (systems.length > 0) return { approvers: [...names], groups: [], integrations: systems };
  const written = names.flatMap((name) => approvers.get(name) ?? []);
  const groups = written.flatMap((each) => each.groups).map(({ id }) => id);
  return { approvers: [...names], groups: [...new Set(groups)], ...toldTogether(written) };
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
  const { integrations, ...people } = readApproverNames(escalateTo, `${path}.escalateTo`, reading);
  if (integrations !== undefined)
    reading.report.add(escalateTo, `${path}.escalateTo: no integration stands in for people`);
  return afterMs === null ? null : { ...people, afterMs };
}

const keyOf = (tree: Tree, key: string): Span =>
  (tree.kind === "map" ? tree.entries.get(key)?.key : null) ?? tree;
