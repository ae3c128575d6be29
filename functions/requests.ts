import * as z from "zod";
import { amend } from "../shared/approval/amend.ts";
import { reopenEntries, reopenRefusalOf } from "../shared/approval/reopen.ts";
import { ApprovalRequest, Outcome, RequestState } from "../shared/approval/request.ts";
import { type ReviewRefusal, refusalOf, reviewEntries } from "../shared/approval/review.ts";
import { DecisionKind } from "../shared/audit/record.ts";
import { instant, RequestId } from "../shared/connection/connection.ts";
import { ledgerOf, signIn, store } from "./kit/app.ts";
import { orchestrationsOf } from "./kit/orchestrations.ts";
import { Paging, pageOf } from "./kit/paging.ts";
import { Problem } from "./kit/problem.ts";
import { serve } from "./kit/route.ts";

const OneRequest = z.object({ id: RequestId });

const RequestQuery = Paging.extend({ state: RequestState.optional(), outcome: Outcome.optional() });

const RequestPage = z.object({ requests: z.array(ApprovalRequest), nextCursor: z.string().nullable() });

const MAX_REASON_CHARACTERS = 500;

/** A rejection cannot be undone, so it says why. */
const ReviewForm = z
  .object({ review: DecisionKind, reason: z.string().trim().max(MAX_REASON_CHARACTERS).default("") })
  .refine(({ review, reason }) => review === "approve" || reason !== "", {
    path: ["reason"],
    error: "must say why the connection is rejected: a rejected connection can never be approved again",
  });

const now = () => instant(Date.now());

async function requestOf(id: RequestId): Promise<ApprovalRequest> {
  const request = await store.read(id);
  if (request === null) throw new Problem("not-found", `There is no request ${id}.`);
  return request;
}

serve(
  {
    operationId: "listRequests",
    method: "GET",
    path: "requests",
    summary: "Approval requests, newest first",
    role: "Reader",
    querySchema: RequestQuery,
    replySchema: RequestPage,
    problems: [],
  },
  signIn,
  async ({ query }) => {
    const { items, nextCursor } = await store.requests({ ...query, ...pageOf(query) });
    return { requests: [...items], nextCursor };
  },
);

serve(
  {
    operationId: "getRequest",
    method: "GET",
    path: "requests/{id}",
    summary: "One approval request",
    role: "Reader",
    pathSchema: OneRequest,
    replySchema: ApprovalRequest,
    problems: ["not-found"],
  },
  signIn,
  ({ path }) => requestOf(path.id),
);

serve(
  {
    operationId: "reviewRequest",
    method: "POST",
    path: "requests/{id}/reviews",
    summary: "Approve or reject, as one of the approvers who were asked",
    role: "Approver",
    pathSchema: OneRequest,
    bodySchema: ReviewForm,
    replySchema: ApprovalRequest,
    problems: ["not-found", "conflict"],
  },
  signIn,
  async ({ path: { id }, body, caller, context }) => {
    const before = await requestOf(id);
    const refusal = refusalOf(before, caller, now());
    if (refusal !== null) throw reviewProblem(refusal);
    // The store answers: whoever writes first wins, and the event is raised only for what is stored.
    const after = await amend(ledgerOf(context), id, (request) =>
      reviewEntries(request, caller, body, now()),
    );
    const isRecorded = after.reviews.some(({ by, at }) => by.oid === caller.oid && at === after.updatedAt);
    if (!isRecorded)
      throw reviewProblem(refusalOf(after, caller, now()) ?? { code: "notWaiting", state: after.state });
    if (after.state !== "waiting" && after.askedSeq !== null) {
      await orchestrationsOf(context).settle(after, after.askedSeq);
    }
    return after;
  },
);

serve(
  {
    operationId: "reopenRequest",
    method: "POST",
    path: "requests/{id}/reopen",
    summary: "Ask again about a request that expired",
    role: "Approver",
    pathSchema: OneRequest,
    replySchema: ApprovalRequest,
    problems: ["not-found", "conflict"],
  },
  signIn,
  async ({ path: { id }, caller, context }) => {
    const refusal = reopenRefusalOf(await requestOf(id), caller);
    if (refusal?.code === "notAnApprover") throw new Problem("forbidden", NOT_AN_APPROVER);
    if (refusal !== null) {
      throw new Problem(
        "conflict",
        `Only a request that expired can be reopened; this one is ${refusal.state}.`,
      );
    }
    const after = await amend(ledgerOf(context), id, (request) => reopenEntries(request, caller));
    await orchestrationsOf(context).start(after);
    return after;
  },
);

const NOT_AN_APPROVER = "You are in none of the groups that were asked about this request.";

/** What a person is told whose review does not count. */
function reviewProblem(refusal: ReviewRefusal): Problem {
  switch (refusal.code) {
    case "notAnApprover":
      return new Problem("forbidden", NOT_AN_APPROVER);
    case "alreadyDecided":
      return new Problem("conflict", `It was decided already, by ${refusal.by} at ${refusal.at}.`, {
        decidedBy: refusal.by,
        decidedAt: refusal.at,
      });
    case "alreadyReviewed":
      return new Problem("conflict", "You have reviewed this request already; others are waited for.");
    case "deadlinePassed":
      return new Problem("conflict", `The time to answer was over at ${refusal.deadline}.`);
    case "notWaiting":
      return new Problem("conflict", `The request does not wait for people; it is ${refusal.state}.`);
  }
}
