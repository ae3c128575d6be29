import type { CompiledFreeze, CompiledMatcher, Policy } from "./compiled.ts";
import { isWithin, lastEndOf, startOf } from "./time-window.ts";

/** A freeze as it stands in the file, whatever the moment. */
interface Named {
  readonly name: string;
  readonly line: number;
  /** What becomes of what would be approved. */
  readonly outcome: "wait" | "ask";
  /** Whether it is for every connection; else it has conditions beside the time. */
  readonly isForAll: boolean;
}

/** A freeze that is on; ISO 8601, null when it has no end. */
export interface FreezeNow extends Named {
  readonly until: string | null;
}

/** A freeze that will be on; ISO 8601. */
export interface FreezeToCome extends FreezeNow {
  readonly from: string;
}

/** What is frozen at a moment, by the clock alone, and which freeze begins next; null when none does. */
export interface Freezes {
  readonly now: FreezeNow[];
  readonly next: FreezeToCome | null;
}

type OnTime = Extract<CompiledMatcher, { kind: "time" }>;

/** In Unix ms; an end of null never comes. */
interface Stretch {
  readonly from: number;
  readonly until: number | null;
}

/** Which freezes of a policy are on at a moment (Unix ms), and which is the next one. */
export function freezesAt(policy: Policy, nowMs: number): Freezes {
  const stretches = policy.freezes.map((freeze) => {
    const times = timesOf(freeze, policy);
    const first = stretchFrom(times, nowMs);
    const isOn = first !== null && first.from <= nowMs;
    const later = !isOn ? first : first.until === null ? null : stretchFrom(times, first.until);
    const named = nameOf(freeze, times);
    return { named, on: isOn ? first : null, later };
  });
  const now = stretches.flatMap(({ named, on }) => (on === null ? [] : [{ ...named, until: iso(on.until) }]));
  const [next] = stretches
    .flatMap(({ named, later }) => (later === null ? [] : [{ named, ...later }]))
    .toSorted((one, other) => one.from - other.from);
  return {
    now,
    next: next === undefined ? null : { ...next.named, from: isoOf(next.from), until: iso(next.until) },
  };
}

const nameOf = ({ name, line, outcome, when }: CompiledFreeze, times: readonly OnTime[]): Named => ({
  name,
  line,
  outcome: outcome.kind,
  isForAll: times.length === when.length,
});

/** What a freeze says about the time. */
const timesOf = ({ when }: CompiledFreeze, { conditions }: Policy): readonly OnTime[] =>
  when.flatMap((index) => {
    const matcher = conditions[index]?.matcher;
    return matcher?.kind === "time" ? [matcher] : [];
  });

/** The first stretch from a moment on in which all of these hold; null when there is none. */
function stretchFrom(times: readonly OnTime[], nowMs: number): Stretch | null {
  let at = nowMs;
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const starts = times.map((time) => beginOf(time, at));
    if (starts.includes(null)) return null;
    const from = Math.max(at, ...starts.map(Number));
    if (from === at) return { from, until: first(times.map((time) => finishOf(time, at))) };
    at = from;
  }
  return null;
}

/** A policy has one condition on the time in each block; where several had to meet, they are looked for so often. */
const MAX_LOOKS = 100;

const beginOf = ({ window, negated }: OnTime, at: number): number | null => {
  if (!negated) return startOf(window, at);
  return isWithin(window, at) ? lastEndOf(window, at) : at;
};

const finishOf = ({ window, negated }: OnTime, at: number): number | null =>
  negated ? startOf(window, at) : lastEndOf(window, at);

/** The earliest of some ends; null when there is none. */
const first = (ends: readonly (number | null)[]): number | null => {
  const there = ends.filter((end) => end !== null);
  return there.length === 0 ? null : Math.min(...there);
};

const isoOf = (ms: number): string => new Date(ms).toISOString();
const iso = (ms: number | null): string | null => (ms === null ? null : isoOf(ms));
