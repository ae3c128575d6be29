import type { Problem } from "./problem.ts";
import type { Caller } from "./sign-in.ts";

/** That somebody was not let in, or not allowed to do what they asked for. */
export interface Refusal {
  readonly problem: Problem;
  readonly status: number;
  /** What was asked for. */
  readonly operation: string;
  /** About which request, where the address names one. */
  readonly requestId: string | null;
  /** Whom a good token names; null where nothing proves anybody. */
  readonly caller: Caller | null;
  /** Name of the integration whose key signed it; null where none did. */
  readonly integration: string | null;
}

/** Takes a refusal to the log of its invocation. */
export type RefusalLog = (refusal: Refusal, warn: (line: string) => void) => void;

const WINDOW_MS = 60_000;
/** Sixty a minute, half of them for those whom a token names: a flood of strangers hides none of these. */
const MAX_LINES = 30;

/**
 * One line of JSON for each refusal: what was asked, by whom, and why not. Of the token, only who it names. What is too
 * much for a minute is counted, and the first refusal after it says how many were left out.
 */
export function refusalLog(now: () => number): RefusalLog {
  const strangers = limited(now);
  const known = limited(now);
  return (refusal, warn) => {
    const isStranger = refusal.caller === null && refusal.integration === null;
    (isStranger ? strangers : known)(lineOf(refusal), warn);
  };
}

function lineOf({ problem, status, operation, requestId, ...who }: Refusal): string {
  return JSON.stringify({
    event: "refused",
    status,
    code: problem.code,
    operation,
    ...(requestId !== null && { requestId }),
    ...whoOf(who),
    why: problem.message,
  });
}

function whoOf({ caller, integration }: Pick<Refusal, "caller" | "integration">) {
  if (integration !== null) return { who: "integration", name: integration };
  if (caller === null) return { who: "nobody" };
  const { oid, name, clientId, isPerson } = caller;
  return { who: isPerson ? "person" : "app", oid, name, clientId };
}

/** Passes on so many lines in a minute, and then says how many it did not. */
function limited(now: () => number): (line: string, warn: (line: string) => void) => void {
  let since = Number.NEGATIVE_INFINITY;
  let lines = 0;
  return (line, warn) => {
    if (now() - since >= WINDOW_MS) {
      const leftOut = lines - MAX_LINES;
      if (leftOut > 0) {
        warn(
          JSON.stringify({ event: "refusalsLeftOut", count: leftOut, since: new Date(since).toISOString() }),
        );
      }
      since = now();
      lines = 0;
    }
    lines += 1;
    if (lines <= MAX_LINES) warn(line);
  };
}
