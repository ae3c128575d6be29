import { isOutdated, TAKES_TURNS, takesTurns } from "../approval/policy-change.ts";
import type { RequestId } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import { amendIfUnchanged, currentRequest } from "../request/ledger.ts";
import { type ApprovalRequest, isAtRest } from "../request/request.ts";
import { ClusterViews } from "./cluster-views.ts";
import { freshView, judgedAgainEntries, type View } from "./judge.ts";
import type { JudgingNeeds } from "./needs.ts";
import { type Orchestrations, wake } from "./port.ts";
import { Walk, type WalkOptions, type WalkReport } from "./walk.ts";

export interface ReassessNeeds extends JudgingNeeds {
  readonly orchestrations: Orchestrations;
}

/** What came of a request: it goes on as before, or it is at rest no more; null when the policy had nothing to say. */
type Reassessed = "unchanged" | "assessedAgain" | null;

export interface ReassessReport extends WalkReport {
  readonly unchanged: number;
  readonly assessedAgain: number;
}

/**
 * Puts a request at rest that another policy assessed before the policy in force. Where that says the same, the request
 * goes on as it did; else it is assessed again, and its orchestration is woken.
 *
 * Several callers may do this at once: the first one counts. Throws a `Fault` when ARM cannot be asked, or when a fact
 * that matters cannot be read for the moment.
 */
export async function reassess(
  needs: ReassessNeeds,
  seen: ApprovalRequest,
  look: (request: ApprovalRequest) => Promise<View> = freshView(needs),
): Promise<Reassessed> {
  const { hash } = await needs.policies.current();
  if (!isAtRest(seen) || !isOutdated(seen, hash)) return null;
  const after = await amendIfUnchanged(
    needs.ledger,
    seen,
    await judgedAgainEntries(needs, seen, await look(seen)),
  );
  if (isAtRest(after)) return isOutdated(after, hash) ? null : "unchanged";
  // The next sweep makes up for a crash before this, as for every wait that is over.
  await wake(needs.orchestrations, after, seen.waitSeq);
  return "assessedAgain";
}

/**
 * Lets the policy in force look at every request at rest that another one judged: one after the other, and each cluster
 * is asked about once, since after a change that may be all there are.
 */
export async function reassessAll(needs: ReassessNeeds, options: WalkOptions): Promise<ReassessReport> {
  const walk = new Walk(options);
  const outdated = (await walk.attempt("the policy in force", () => outdatedRequests(needs))) ?? [];
  const views = new ClusterViews(needs);
  const work = async (id: RequestId) => ({ result: await reassessOne(needs, id, views) });
  const done = await walk.through(outdated, { what: "requests", sideBySide: 1 }, work);
  const count = (wanted: Reassessed) => done.filter(({ result }) => result === wanted).length;
  const { troubles, broken } = walk;
  return {
    unchanged: count("unchanged"),
    assessedAgain: count("assessedAgain"),
    troubles,
    broken,
  };
}

async function reassessOne(needs: ReassessNeeds, id: RequestId, views: ClusterViews): Promise<Reassessed> {
  const { ledger, policies } = needs;
  const request = await currentRequest(ledger, id);
  if (views.isOutOfReach(request.clusterId)) return null;
  const { policy, since } = await policies.inForce();
  const { hash } = policy;
  if (isOutdated(request, hash) && takesTurns(await ledger.store.trail(id), { hash, since }, ledger.now()))
    throw new Fault("BUSY", TAKES_TURNS);
  return reassess(needs, request, (of) => views.of(of));
}

async function outdatedRequests({ ledger, policies }: ReassessNeeds): Promise<readonly RequestId[]> {
  const { hash } = await policies.current();
  return ledger.store.atRest(hash);
}
