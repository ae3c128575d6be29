import { setImmediate as giveWay } from "node:timers/promises";
import { judgementOf } from "../approval/activities/judging.ts";
import { add, current, type JudgingNeeds } from "../approval/activities/needs.ts";
import { isOwnConnection } from "../approval/assess.ts";
import { isOutdated, policyChangeEntries } from "../approval/policy-change.ts";
import { type ApprovalRequest, isAtRest } from "../approval/request.ts";
import { CLUSTER_GONE, compareSight, sightEntries } from "../approval/sight.ts";
import type { Entry } from "../audit/record.ts";
import type { RequestId } from "../connection/connection.ts";
import { Walk, type WalkOptions, type WalkReport } from "./pace.ts";
import type { Orchestrations } from "./port.ts";

export interface ReassessNeeds extends JudgingNeeds {
  readonly orchestrations: Orchestrations;
}

/** What came of a request: it goes on as before, or it is at rest no more; null when the policy had nothing to say. */
type Reassessed = "kept" | "anew" | null;

export interface ReassessReport extends WalkReport {
  readonly kept: number;
  readonly anew: number;
}

/**
 * Lets the policy in force look at a request that waits for people, or is deferred, by the word of another. Where it
 * comes to the same, the request goes on as it did; else it is judged anew, and its orchestration is woken.
 *
 * May be said twice, and by several at once: the first one counts. Throws a `Fault` when ARM cannot be asked.
 */
export async function reassess(needs: ReassessNeeds, seen: ApprovalRequest): Promise<Reassessed> {
  const { hash } = await needs.policies.current();
  if (!isAtRest(seen) || !isOutdated(seen, hash)) return null;
  const after = await add(needs.ledger, seen, await newsOf(needs, seen));
  if (isAtRest(after)) return isOutdated(after, hash) ? null : "kept";
  // Whoever is killed before this is made up for by the next sweep, as for every wait that is over.
  if (seen.askedSeq !== null) await needs.orchestrations.settle(after, seen.askedSeq);
  return "anew";
}

async function newsOf(needs: ReassessNeeds, request: ApprovalRequest): Promise<readonly Entry[]> {
  const sighting = compareSight(request, await needs.connections.read(request.connectionId));
  if (sighting.kind !== "same") return sightEntries(request, sighting);
  const cluster = await needs.clusters.read(request.clusterId);
  if (cluster === null) return CLUSTER_GONE;
  const at = needs.ledger.now();
  const judgement = await judgementOf(needs, { request, cluster, at });
  const { policyHash } = judgement.verdict;
  return policyChangeEntries(request, policyHash, isOwnConnection(request, cluster) ? null : judgement);
}

/** Requests that are read from the store at a time. */
const PAGE = 100;

/** Lets the policy in force look at every request at rest that another one judged. */
export async function reassessAll(needs: ReassessNeeds, options: WalkOptions): Promise<ReassessReport> {
  const walk = new Walk(options);
  const outdated = await walk.attempt("the policy in force", () => outdatedRequests(needs));
  const done = await walk.through(outdated ?? [], "requests", async (id) => ({
    result: await reassess(needs, await current(needs.ledger, id)),
  }));
  const count = (wanted: Reassessed) => done.filter(({ result }) => result === wanted).length;
  const { troubles, broken } = walk;
  return { kept: count("kept"), anew: count("anew"), troubles, broken };
}

async function outdatedRequests({ ledger, policies }: ReassessNeeds): Promise<RequestId[]> {
  const { hash } = await policies.current();
  const ids: RequestId[] = [];
  for (const state of ["waiting", "deferred"] as const) {
    for (let cursor: string | null = null, isLast = false; !isLast; isLast = cursor === null) {
      const page = await ledger.store.requests({ state, limit: PAGE, cursor });
      ids.push(...page.items.flatMap((request) => (isOutdated(request, hash) ? [request.id] : [])));
      cursor = page.nextCursor;
      // The store answers without ever giving way; whoever waits for the app meanwhile should not wait for all pages.
      await giveWay();
    }
  }
  return ids;
}
