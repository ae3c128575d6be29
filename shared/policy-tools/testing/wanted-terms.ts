import { formatDuration } from "../../policy/duration.ts";
import { describeDemand } from "../../policy/engine/demands.ts";
import { distinctDemands } from "../../policy/engine/terms.ts";
import { ON_TIMEOUT, QUORUM_BOUNDS } from "../../policy/file/ask.ts";
import { readDurationMs, readFlag, readInteger, readWord } from "../../policy/file/reader.ts";
import type { Tree } from "../../policy/file/tree.ts";
import type { ApprovalRequirement, Requirement } from "../../policy/verdict.ts";
import { type ExpectReading, listed, NOTHING, readNames, readTexts } from "./names.ts";

/** A term of an ask as a test wants it, and how the same is told of what was asked. */
interface Wanted {
  readonly want: string;
  readonly got: (asked: ApprovalRequirement) => string;
}

/** The same with its name: as the policy calls it, where it does. */
export interface WantedTerm extends Wanted {
  readonly what: TermName;
}

type ReadTerm = (tree: Tree, path: string, reading: ExpectReading) => Wanted;

/** Each is read from what stands under it. `null` wants none, where a policy may leave it out. */
const TERMS = {
  approvers: (tree, path, reading) =>
    tree.kind === "map"
      ? { want: listed(readDemands(tree, path, reading)), got: demandsOf }
      : { want: listed(readNames(tree, path, "approvers", reading)), got: approversOf },
  groups: (tree, path, reading) =>
    tree.kind === "map"
      ? { want: listed(readGroupsByName(tree, path, reading)), got: groupsByName }
      : { want: listed(readIds(tree, path, reading)), got: groupsOf },
  distinctPeople: flag(
    ({ requirements }) => distinctDemands(requirements)[0]?.length === requirements.length,
  ),
  escalateTo: orNone(
    (tree, path, reading) => listed(readNames(tree, path, "approvers", reading)),
    escalateTo,
  ),
  escalateAfter: orNone(readDuration, escalateAfter),
  notify: orNone(
    (tree, path, { report }) => listed(readTexts(tree, path, report).map(({ text }) => text)),
    (asked) => listed(everybody(asked).flatMap(({ notify = [] }) => notify)),
  ),
  timeout: (tree, path, reading) => ({
    want: readDuration(tree, path, reading),
    got: ({ timeoutMs }) => formatDuration(timeoutMs),
  }),
  onTimeout: (tree, path, { report }) => ({
    want: readWord(tree, path, ON_TIMEOUT, report),
    got: ({ onTimeout }) => onTimeout,
  }),
  remindAfter: orNone(readDuration, ({ remindAfterMs }) =>
    remindAfterMs === null ? NOTHING : formatDuration(remindAfterMs),
  ),
  reasonRequired: flag(({ reasonRequired }) => reasonRequired),
  authContext: orNone(
    (tree, path, { report }) => listed(readTexts(tree, path, report).map(({ text }) => text)),
    ({ authContexts }) => listed(authContexts),
  ),
  inCard: flag(({ inCard }) => inCard === true),
  preventSelfReview: flag(({ preventSelfReview }) => preventSelfReview),
} as const satisfies Readonly<Record<string, ReadTerm>>;

export type TermName = keyof typeof TERMS;

/** What of an ask a test may expect. */
export const TERM_NAMES = Object.keys(TERMS) as readonly TermName[];

/** The terms that a test wants, in their order. */
export const readWantedTerms = (
  fields: Partial<Record<TermName, Tree>>,
  path: string,
  reading: ExpectReading,
): readonly WantedTerm[] =>
  TERM_NAMES.flatMap((what) => {
    const tree = fields[what];
    return tree === undefined ? [] : [{ what, ...TERMS[what](tree, `${path}.${what}`, reading) }];
  });

function flag(of: (asked: ApprovalRequirement) => boolean): ReadTerm {
  return (tree, path, { report }) => ({
    want: String(readFlag(tree, path, report)),
    got: (asked) => String(of(asked)),
  });
}

function orNone(
  read: (tree: Tree, path: string, reading: ExpectReading) => string,
  got: Wanted["got"],
): ReadTerm {
  return (tree, path, reading) => ({
    want: tree.kind === "scalar" && tree.value === null ? NOTHING : read(tree, path, reading),
    got,
  });
}

function readDuration(tree: Tree, path: string, { report }: ExpectReading): string {
  const ms = readDurationMs(tree, path, report);
  return ms === null ? "" : formatDuration(ms);
}

type MapTree = Extract<Tree, { readonly kind: "map" }>;

/** `{ a or b: 2 }`: so many of each. */
function readDemands(tree: MapTree, path: string, reading: ExpectReading): readonly string[] {
  return [...tree.entries].map(([names, { value }]) => {
    const quorum = readInteger(value, `${path}.${names}`, QUORUM_BOUNDS, reading.report);
    return demand(readKey(tree, names, reading), quorum);
  });
}

/** `{ a or b: [id, id] }`: these groups of each. */
function readGroupsByName(tree: MapTree, path: string, reading: ExpectReading): readonly string[] {
  return [...tree.entries].map(([names, { value }]) =>
    groupsOfNames(readKey(tree, names, reading), readIds(value, `${path}.${names}`, reading)),
  );
}

/** The names in the key `a or b`. */
function readKey(tree: MapTree, key: string, { mentions }: ExpectReading): readonly string[] {
  const names = key.split(" or ");
  const at = tree.entries.get(key)?.key ?? tree;
  for (const name of names) mentions.push({ of: "approvers", name, at });
  return names;
}

/** Object ids have no case. */
const readIds = (tree: Tree, path: string, { report }: ExpectReading): readonly string[] =>
  readTexts(tree, path, report).map(({ text }) => text.toLowerCase());

const approversOf = ({ requirements }: ApprovalRequirement): string =>
  listed(requirements.flatMap(({ approvers }) => approvers));

const demandsOf = ({ requirements }: ApprovalRequirement): string =>
  listed(requirements.map(({ approvers, quorum }) => demand(approvers, quorum)));

/** `2 of network or security`, in whatever order the names were written. */
const demand = (approvers: readonly string[], quorum: number): string =>
  describeDemand({ approvers: approvers.toSorted(), quorum });

/** Everybody who counts for some demand, from the beginning or after an escalation. */
const everybody = ({
  requirements,
}: ApprovalRequirement): readonly Pick<Requirement, "approvers" | "groups" | "notify">[] =>
  requirements.flatMap(({ escalation, ...demanded }) => [
    demanded,
    ...(escalation === null ? [] : [escalation]),
  ]);

const groupsOf = (asked: ApprovalRequirement): string =>
  listed(everybody(asked).flatMap(({ groups }) => groups));

const groupsByName = (asked: ApprovalRequirement): string =>
  listed(everybody(asked).map(({ approvers, groups }) => groupsOfNames(approvers, groups)));

const groupsOfNames = (names: readonly string[], ids: readonly string[]): string =>
  `${names.toSorted().join(" or ")} (${ids.toSorted().join(", ")})`;

const escalationsOf = ({ requirements }: ApprovalRequirement) =>
  requirements.flatMap(({ escalation }) => escalation ?? []);

function escalateTo(asked: ApprovalRequirement): string {
  return listed(escalationsOf(asked).flatMap(({ approvers }) => approvers));
}

function escalateAfter(asked: ApprovalRequirement): string {
  return listed(escalationsOf(asked).map(({ afterMs }) => formatDuration(afterMs)));
}
