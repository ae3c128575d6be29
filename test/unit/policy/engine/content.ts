import type {
  Ask,
  AskOutcome,
  Block,
  Condition,
  Freeze,
  Matcher,
  Outcome,
  PolicyContent,
  RejectOutcome,
  Rule,
  TimeWindow,
} from "../../../../shared/policy/content.ts";
import { compile } from "../../../../shared/policy/engine/compile.ts";
import type { Policy } from "../../../../shared/policy/engine/compiled.ts";
import type { Facts, Field } from "../../../../shared/policy/facts.ts";
import type { Requirement } from "../../../../shared/policy/verdict.ts";
import { someFacts as facts, is, named, type Said } from "../facts.ts";

export const HOUR = 3_600_000;
export const AKS = "6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61";
export const DUTY = "c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2";
const GROUPS: Readonly<Record<string, string>> = { aks: AKS, duty: DUTY };

/** A matcher with the words for it. */
interface Test {
  readonly expected: string;
  readonly matcher: Matcher;
}
type Wanted = string | readonly string[] | Test;
type Lines = Readonly<Record<string, Wanted>>;

export const not = (...texts: string[]): Test => ({
  expected: `not to be ${texts.join(" or ")}`,
  matcher: { kind: "text", negated: true, texts },
});
export const inList = (list: string, negated = false): Test => ({
  expected: `${negated ? "not " : ""}to be in list "${list}"`,
  matcher: { kind: "list", negated, list },
});
export const sameAs = (other: string, negated = false): Test => ({
  expected: `${negated ? "not " : ""}to be the same as ${other}`,
  matcher: { kind: "sameAs", negated, other: fieldOf(other) },
});
export const present = (wanted: boolean): Test => ({
  expected: wanted ? "to be present" : "to be absent",
  matcher: { kind: "present", wanted },
});
export const count = (atLeast: number | null, atMost: number | null = null): Test => ({
  expected: `to be ${atLeast} to ${atMost}`,
  matcher: { kind: "count", atLeast, atMost },
});
export const during = (window: Partial<TimeWindow>, negated = false): Test => ({
  expected: `${negated ? "not " : ""}to be within a time`,
  matcher: { kind: "time", negated, window: aWindow(window) },
});

export const aWindow = (window: Partial<TimeWindow>): TimeWindow => ({
  timezone: null,
  days: null,
  between: null,
  from: null,
  until: null,
  ...window,
});

export function fieldOf(name: string): Field {
  const path = name.split(".");
  const [resource = "", tags, ...tag] = path;
  return tags === "tags"
    ? { name, path: [resource, tags], tag: tag.join(".").toLowerCase() }
    : { name, path, tag: null };
}

/** Conditions by the names of their fields. */
export const aBlock = (lines: Lines): Block =>
  Object.entries(lines).map(([name, wanted]): Condition => {
    const { expected, matcher } = testOf(wanted);
    return { field: fieldOf(name), key: JSON.stringify(matcher), expected, matcher };
  });

function testOf(wanted: Wanted): Test {
  if (typeof wanted !== "string" && "matcher" in wanted) return wanted;
  const texts = typeof wanted === "string" ? [wanted] : wanted;
  const [only = ""] = texts;
  const is = /[*?]/.test(only) ? "to match" : "to be";
  const expected = texts.length === 1 ? `${is} "${only}"` : `to be one of ${texts.join(", ")}`;
  return { expected, matcher: { kind: "text", negated: false, texts } };
}

/** Object id of the person who asked, in all facts that say nothing else. */
export const SOMEONE = "22222222-2222-4222-8222-222222222222";

export const aRequirement = (approvers: string[], more: Partial<Requirement> = {}): Requirement => ({
  approvers,
  groups: approvers.map((name) => GROUPS[name] ?? name),
  quorum: 1,
  escalation: null,
  ...more,
});
export const anAsk = (approvers: string[], more: Partial<Ask> = {}): Ask => ({
  requirements: [aRequirement(approvers)],
  timeoutMs: 24 * HOUR,
  remindAfterMs: null,
  onTimeout: "expire",
  reasonRequired: false,
  preventSelfReview: false,
  authContext: null,
  inCard: false,
  distinctPeople: false,
  ...more,
});

export const approve = { kind: "approve" } as const;
export const reject = (reason: string): RejectOutcome => ({ kind: "reject", reason });
export const asks = (approvers: string[], more: Partial<Ask> = {}): AskOutcome => ({
  kind: "ask",
  ask: anAsk(approvers, more),
});

interface More {
  readonly line?: number;
  readonly mode?: Rule["mode"];
  readonly anyOf?: readonly Lines[];
  readonly unless?: readonly Lines[];
}
export const aRule = (name: string, when: Lines, outcome: Outcome, more: More = {}): Rule => ({
  name,
  line: more.line ?? 1,
  mode: more.mode ?? "enforce",
  when: aBlock(when),
  anyOf: (more.anyOf ?? []).map(aBlock),
  unless: (more.unless ?? []).map(aBlock),
  outcome,
});
export const aFreeze = (
  name: string,
  when: Lines,
  outcome: Freeze["outcome"] = { kind: "wait" },
  line = 1,
): Freeze => ({ name, line, when: aBlock(when), outcome });
export const onlyVisible = (
  blocks: readonly Lines[],
  otherwise: RejectOutcome | { kind: "leave" } = { kind: "leave" },
): PolicyContent["visibility"] => ({ line: 5, anyOf: blocks.map(aBlock), otherwise });

/** A policy of which only what matters is said: it asks `aks` by default, and `duty` when something is unknown. */
export const aContent = (said: Partial<PolicyContent> = {}): PolicyContent => ({
  mode: "enforce",
  lists: {},
  integrations: [],
  default: { line: 6, outcome: asks(["aks"]) },
  whenUnknown: { line: 7, ask: anAsk(["duty"], { timeoutMs: 2 * HOUR }) },
  visibility: null,
  freezes: [],
  rules: [],
  ...said,
});
export const HASH = "0".repeat(64);
export const aPolicy = (said: Partial<PolicyContent> = {}): Policy => compile(aContent(said), HASH);

export { absent, is, named, type Said, tagged, unknown } from "../facts.ts";

/** A request of which everything is known, and nothing is special. Its time is a Sunday in winter. */
export const someFacts = (said: Said = {}): Facts =>
  facts({
    requester: is("someone@example.com"),
    source: is("sweep"),
    time: is("2026-11-22T12:00:00.000Z"),
    ...said,
    consumer: {
      tenant: is("22222222-2222-4222-8222-222222222222"),
      managementGroups: named("mg-corp", "mg-root"),
      ...said.consumer,
    },
  });
