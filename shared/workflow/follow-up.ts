import { policyChangeEntries } from "../approval/policy-change.ts";
import { compareSnapshot, snapshotEntries } from "../approval/snapshot.ts";
import { dueEntries } from "../approval/wait.ts";
import type { Instant } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import { amendIfUnchanged, currentRequest } from "../request/ledger.ts";
import type { Entry } from "../request/record.ts";
import { type ApprovalRequest, isAtRest, isLeft, type RequestIn } from "../request/request.ts";
import { statusNow } from "./attempt.ts";
import type { FollowUp, RoundStatus } from "./contract.ts";
import { freshView, judgedAgainEntries } from "./judge.ts";
import { type ActivityNeeds, inTurnOf } from "./needs.ts";
import { findRequester, waitsForRequester } from "./requester.ts";

type AtRest = RequestIn<"waiting" | "deferred">;

/** Reminds, escalates, expires, takes up again, or notices that the world moved, while a request is at rest. */
export async function followUp(
  needs: ActivityNeeds,
  { requestId, round, now }: FollowUp,
): Promise<RoundStatus> {
  const request = await currentRequest(needs.ledger, requestId);
  const isItsTurn = request.round === round && isAtRest(request);
  return statusNow(
    needs,
    isItsTurn ? await followUpAtRest(inTurnOf(needs, request, "look"), request, now) : request,
    { round, now },
  );
}

async function followUpAtRest(needs: ActivityNeeds, request: AtRest, now: Instant): Promise<ApprovalRequest> {
  const looked = await lookAgain(needs, request);
  const seen = waitsForRequester(looked) ? await findRequester(needs, looked) : looked;
  if (!isAtRest(seen)) return seen;
  return amendIfUnchanged(needs.ledger, seen, await dueByPolicy(needs, seen, now));
}

/** The end of a wait is the policy's word, too: where another one is in force, that one is asked before it is over. */
async function dueByPolicy(
  { policies }: ActivityNeeds,
  seen: AtRest,
  now: Instant,
): Promise<readonly Entry[]> {
  const due = dueEntries(seen, now);
  if (!due.some(({ kind }) => kind === "expired" || kind === "decided")) return due;
  const outdated = policyChangeEntries(seen, (await policies.current()).hash);
  return outdated.length > 0 ? outdated : due;
}

/** Trouble at ARM does not hold up a reminder: nothing is approved on this look, so the next one will do. */
async function lookAgain(needs: ActivityNeeds, request: AtRest): Promise<ApprovalRequest> {
  const { connections, ledger, warn } = needs;
  try {
    const news = isLeft(request)
      ? await judgedAgainEntries(needs, request, await freshView(needs)(request))
      : snapshotEntries(
          request,
          compareSnapshot(request, await connections.read(request.connectionId)),
          ledger.now(),
        );
    return await amendIfUnchanged(ledger, request, news);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    warn(`${request.id}: could not look at the connection while waiting: ${error.message}`);
    return request;
  }
}
