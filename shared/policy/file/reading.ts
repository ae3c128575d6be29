import type { Telling } from "../engine/telling.ts";
import type { Integration, Mode } from "../verdict.ts";
import type { PatternBudget } from "./pattern-budget.ts";
import type { Report, Span } from "./report.ts";

/** A list under `lists:` or in a file of its own. */
export interface WrittenList {
  /** As written. */
  readonly entries: readonly string[];
  /** The report of the file that defines it: the policy's own, or the list file's. */
  readonly report: Report;
  /** Its name under `lists:`, or the first character of its file. */
  readonly at: Span;
  /** Whether it is a file of its own. */
  readonly isFile: boolean;
}

/** One name under `approvers:`. */
export interface WrittenApprovers extends Telling {
  readonly at: Span;
  /** As written, but lower-cased; may hold repetitions. */
  readonly groups: readonly { readonly id: string; readonly at: Span }[];
}

/** One name under `integrations:`. */
export interface WrittenIntegration {
  readonly at: Span;
  readonly integration: Integration;
}

/**
 * What every reader of this folder needs.
 *
 * A reader always returns something of its type. When it has reported a problem, that is a placeholder: it is never
 * used, since a file with problems makes no policy; reading on is what shows the author all problems at once.
 */
export interface Reading {
  readonly report: Report;
  /** The policy's own mode. */
  readonly mode: Mode;
  readonly lists: ReadonlyMap<string, WrittenList>;
  readonly approvers: ReadonlyMap<string, WrittenApprovers>;
  /** None has a name that stands under `approvers:`, too. */
  readonly integrations: ReadonlyMap<string, WrittenIntegration>;
  /** Whether the file says who is asked when a fact cannot be read. */
  readonly hasWhenUnknown: boolean;
  readonly patterns: PatternBudget;
  /** The different time zones so far, without case. Readers add to them. */
  readonly timezones: Set<string>;
  /** Names of the lists, approvers and integrations that something refers to. Readers add to them. */
  readonly usedLists: Set<string>;
  readonly usedApprovers: Set<string>;
  readonly usedIntegrations: Set<string>;
  /** Where the parts of the content stand. Readers add to it, by `placed`. */
  readonly places: Map<object, Span>;
}

/** Remembers where a part of the content stands, and returns it. */
export function placed<T extends object>(part: T, { from, to }: Span, reading: Reading): T {
  reading.places.set(part, { from, to });
  return part;
}
