import type { Instant } from "../connection/connection.ts";
import type { PolicyStatus, SwitchesStatus } from "../policy-in-force/status.ts";
import type { ChannelFigures } from "../request/store.ts";
import type { Job, Run } from "./port.ts";

/** What ails the app, each by the code that programs know it by. The app works all the same. */
export const AILMENTS = {
  policyRefused: "The policy that is on offer is refused; the last good one stays in force.",
  policyUnreadable: "The policy cannot be read; the last good one stays in force.",
  switchesUnreadable:
    "The switches beside the policy cannot be read or understood: within a minute nothing is approved by policy, or written.",
  sweepFailed:
    "The last sweep could not look at every cluster: connections whose events got lost may not be found.",
  sweepLate: "No sweep has ended well for too long: connections whose events got lost are not found.",
  digestsFailed: "The last digest failed, or found faults in those before it.",
  digestsLate: "No digest has been written for too long: cutting off a trail would be noticed late.",
  peopleNotTold: "A channel has not taken a message for too long: people may not know that they are asked.",
} as const;
export type Ailment = keyof typeof AILMENTS;

/** One thing that ails the app, and since when, as far as that is known. */
export interface Trouble {
  readonly code: Ailment;
  readonly since: Instant | null;
}

/** What the health is told by. */
export interface Signs {
  readonly policy: Pick<PolicyStatus, "refused" | "lastLookFailed">;
  readonly switches: Pick<SwitchesStatus, "problem">;
  readonly runs: Readonly<Record<Job, Run | null>>;
  readonly channels: readonly ChannelFigures[];
  /** When this process began: until a job's time is over it may be yet to come. */
  readonly startedAt: Instant;
  readonly now: Instant;
}

/** How long ago a job may have ended well, in ms. */
export type MaxAges = Readonly<Record<Job, number>>;

/** A channel is tried again within half an hour, at least once an hour. */
export const TELLING_MS = 60 * 60_000;

/** Everything that ails the app; empty when nothing does. */
export function troublesOf(
  { policy, switches, runs, channels, startedAt, now }: Signs,
  maxAges: MaxAges,
): Trouble[] {
  const since = (code: Ailment, at: Instant | null): Trouble => ({ code, since: at });
  const untold = channels.flatMap(({ oldestPendingAt: at }) =>
    at !== null && isOver(at, TELLING_MS) ? [at] : [],
  );
  return [
    ...(policy.refused === null ? [] : [since("policyRefused", policy.refused.at)]),
    ...(policy.lastLookFailed === null ? [] : [since("policyUnreadable", policy.lastLookFailed.at)]),
    ...(switches.problem === null ? [] : [since("switchesUnreadable", switches.problem.at)]),
    ...ofJob("sweep"),
    ...ofJob("digests"),
    ...untold
      .toSorted()
      .slice(0, 1)
      .map((at) => since("peopleNotTold", at)),
  ];

  function isOver(at: Instant, ms: number): boolean {
    return Date.parse(now) - Date.parse(at) > ms;
  }

  function ofJob(job: Job): Trouble[] {
    const run = runs[job];
    const wellAt = run?.wellAt ?? null;
    // What was never well counts from the start of this process on.
    if (isOver(wellAt ?? startedAt, maxAges[job])) return [since(`${job}Late`, wellAt)];
    return run !== null && run.endedAt !== wellAt ? [since(`${job}Failed`, run.endedAt)] : [];
  }
}
