import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterId } from "../connection/arm-id.ts";
import { Fault } from "../connection/fault.ts";
import { oneLine } from "../text.ts";
import { type Findings, followHint, type IntakeNeeds, sum } from "./follow-hint.ts";

export interface SweepReport extends Findings {
  readonly clusters: number;
  /** Where ARM could not be asked, and why; the next sweep tries again. */
  readonly troubles: readonly string[];
  /** Where something of ours failed. What is wrong with one request keeps no other from being looked after. */
  readonly broken: readonly string[];
}

export interface SweepOptions {
  /** Where among the clusters to begin, in [0, 1): a sweep that runs out of time must not always miss the same ones. */
  readonly startAt: number;
  /** Calls the sweep off: it finishes what it has begun and reports what is left. */
  readonly signal: AbortSignal;
}

/** Clusters looked at side by side; ARM's budget is shared with everybody else, so few. */
const SIDE_BY_SIDE = 4;
/** Longest pause that a throttled sweep takes at once, and how often; the next sweep does the rest. */
const MAX_PAUSE_MS = 30_000;
const MAX_PAUSES = 5;

/**
 * Looks through every cluster in our care. The path that must be complete: no event announces a Pending connection on
 * the cluster's side.
 */
export async function sweep(needs: IntakeNeeds, { startAt, signal }: SweepOptions): Promise<SweepReport> {
  const troubles: string[] = [];
  const broken: string[] = [];
  const note = (what: string, { armCode, code, message }: Fault) =>
    troubles.push(`${what}: ${armCode ?? code}: ${message}`);
  const trying = async <T>(what: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await patiently(work, signal);
    } catch (error) {
      if (error instanceof Fault) note(what, error);
      else broken.push(`${what}: ${oneLine(String(error), 500)}`);
      return null;
    }
  };

  const clusters = new Set<ClusterId>(await needs.ledger.store.clustersWithOpenRequests());
  for (const scope of needs.scopes) {
    const listed = await trying(scope, () => needs.clusters.listIn(scope));
    for (const { id, isPrivate } of listed?.items ?? []) if (isPrivate) clusters.add(id);
    for (const fault of listed?.unreadable ?? []) note(scope, fault);
  }

  const found: Findings[] = [];
  const waiting = rotated([...clusters], startAt);
  const take = () => (signal.aborted ? undefined : waiting.shift());
  const worker = async () => {
    for (let next = take(); next !== undefined; next = take()) {
      const clusterId = next;
      const findings = await trying(clusterId, () =>
        followHint(needs, { kind: "cluster", clusterId }, "sweep"),
      );
      if (findings !== null) found.push(findings);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  if (waiting.length > 0)
    troubles.push(`Time was up; ${waiting.length} clusters are left for the next sweep.`);
  return { ...sum(found), clusters: clusters.size, troubles, broken };
}

/** The same items, beginning at a share of the way through them. */
function rotated<T>(items: readonly T[], startAt: number): T[] {
  const first = Math.floor(items.length * startAt);
  return [...items.slice(first), ...items.slice(0, first)];
}

/** Waits as long as ARM asks, a few times, when it throttles; not at all once the sweep is called off. */
async function patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let pauses = 0; ; pauses++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "THROTTLED" || pauses >= MAX_PAUSES) throw error;
      try {
        await sleep(Math.min(error.retryAfterMs ?? 1_000, MAX_PAUSE_MS), undefined, { signal });
      } catch (cause) {
        throw signal.aborted ? error : cause;
      }
    }
  }
}
