import { instant } from "../connection/connection.ts";
import type { PoliciesInForce, Report } from "../policy-in-force/policies.ts";
import type { Outbox } from "../request/store.ts";
import { within } from "../time-limit.ts";
import { type MaxAges, type Trouble, troublesOf } from "./health.ts";
import type { Runs } from "./port.ts";

interface Needs {
  readonly store: { readonly runs: Runs; readonly outbox: Pick<Outbox, "figures"> };
  readonly policyInForce: Pick<PoliciesInForce, "status" | "switches" | "current">;
  /** Hears what a look at the policy finds. */
  readonly report: Report;
  readonly maxAges: MaxAges;
  /** Unix time in ms. */
  now(): number;
}

/** How the app is. */
export type Health =
  | { readonly isReady: false }
  | { readonly isReady: true; readonly troubles: readonly Trouble[] };

/** Anybody may ask, as often as they like: whoever asks within this time hears the same. */
const REMEMBERED_MS = 10_000;
/** Whoever probes waits no longer. */
const LIMIT_MS = 5_000;
/** The same for the policy, without whose answer the app is ready. */
const POLICY_LIMIT_MS = 4_000;

/** Tells how the app is; without the store it is not ready, since nothing could be recorded. Never throws. */
export function healthOf({ store, policyInForce, report, maxAges, now }: Needs): () => Promise<Health> {
  const startedAt = instant(now());
  let last: { readonly at: number; readonly health: Promise<Health> } | null = null;

  /** Where Azure runs timers in other instances than the API, nobody else looks in this one. What fails is in its status. */
  const lookAtPolicy = () => within(POLICY_LIMIT_MS, policyInForce.current(report)).catch(() => undefined);

  async function look(): Promise<Health> {
    try {
      const [runs, channels] = await within(
        LIMIT_MS,
        Promise.all([store.runs.last(), store.outbox.figures(), lookAtPolicy()]),
      );
      const [policy, switches] = [policyInForce.status(), policyInForce.switches()];
      const signs = { policy, switches, runs, channels, startedAt, now: instant(now()) };
      return { isReady: true, troubles: troublesOf(signs, maxAges) };
    } catch {
      // Why is for those who may read the log of whatever needs the store; a probe is anybody.
      return { isReady: false };
    }
  }

  return () => {
    // Absolute, because clocks are set back.
    if (last === null || Math.abs(now() - last.at) > REMEMBERED_MS) last = { at: now(), health: look() };
    return last.health;
  };
}
