import { type Instant, instant } from "../connection/connection.ts";
import type { Verdict } from "../policy/index.ts";
import type { Entry, EntryOf } from "../request/record.ts";
import { SYSTEM } from "../request/terms.ts";
import { inUtc } from "../text.ts";

/**
 * A freeze is looked at again no sooner: the clock that woke the request may be a moment ahead of ours, by which the
 * freeze is not over yet, and the two would go round in circles.
 */
const SHORTEST_WAIT_MS = 60_000;

/** Words of what a policy would have done. */
const WOULD_HAVE = { approve: "approved", reject: "rejected", ask: "put to people" } as const;

type Waiting = Extract<Verdict, { kind: "wait" }>;
type Leaving = Extract<Verdict, { kind: "leave" }>;

/** The policy does nothing for now: until a freeze is over, or for as long as this policy is in force. */
export const deferral = (verdict: Waiting | Leaving, at: Instant): Entry =>
  verdict.kind === "wait" ? untilThawed(verdict, at) : leftAlone(verdict);

function untilThawed({ until: end, decidedBy }: Waiting, at: Instant): Entry {
  const until = instant(Math.max(Date.parse(end), Date.parse(at) + SHORTEST_WAIT_MS));
  const freezes = decidedBy.map(({ name }) => name);
  const because = `${freezes.join(", ")} ${freezes.length === 1 ? "freezes" : "freeze"} approvals.`;
  return {
    kind: "deferred",
    actor: SYSTEM,
    until,
    because,
    sentence: `Waits until ${inUtc(until)}: ${because}`,
  };
}

/** Because of a mode, or because such a request may not be made. */
function leftAlone({ mode, wouldHave, because }: Leaving): Entry {
  const left = { kind: "deferred", actor: SYSTEM, until: null } as const;
  if (mode === null || wouldHave === null) return { ...left, because, sentence: `Left alone: ${because}` };
  const by = wouldHave.decidedBy.map(({ name, line }) => `${name} (line ${line})`).join(", ");
  const what = `mode ${mode}: would have been ${WOULD_HAVE[wouldHave.kind]} by ${by}.`;
  return { ...left, because: `In ${what}`, sentence: `Left alone in ${what}` };
}

/** The same policy does not leave it alone any more: the hour is another, or what could not be read can be. */
export function noLongerLeftEntries(verdict: Verdict): readonly Entry[] {
  if (verdict.kind === "leave") return [];
  const because = "The policy does not leave it alone any more.";
  return [{ kind: "resumed", actor: SYSTEM, because, sentence: `Assessed again. ${because}` }];
}

/** The freeze is over; nothing is due for what is left alone without an end. */
export function resumedEntries(until: Instant | null, nowMs: number): readonly EntryOf<"resumed">[] {
  if (until === null || nowMs < Date.parse(until)) return [];
  const because = `It waited until ${inUtc(until)}.`;
  return [{ kind: "resumed", actor: SYSTEM, because, sentence: `Assessed again. ${because}` }];
}
