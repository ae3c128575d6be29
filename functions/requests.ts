import type { InvocationContext } from "@azure/functions";
import * as z from "zod";
import { reopenEntries, reopenRefusalOf } from "../shared/approval/reopen.ts";
import { MAX_REASON_CHARACTERS } from "../shared/approval/review.ts";
import { RequestId } from "../shared/connection/connection.ts";
import { Fault } from "../shared/connection/fault.ts";
import { amendWithRecords } from "../shared/request/ledger.ts";
import { ApprovalRequest, isAtRest, Outcome, RequestState } from "../shared/request/request.ts";
import { oneLine } from "../shared/text.ts";
import { takeReview } from "../shared/workflow/review.ts";
import { intakeNeedsOf, ledgerOf, signIn, store } from "./kit/app.ts";
import { explanationOf } from "./kit/explanation.ts";
import { orchestrationsOf } from "./kit/orchestrations.ts";
import { Paging, pageOf } from "./kit/paging.ts";
import { Problem } from "./kit/problem.ts";
import { notReassessedProblem, reopenProblem, reviewProblem } from "./kit/refusals.ts";
import { serve } from "./kit/route.ts";

const OneRequest = z.object({ id: RequestId });

const RequestQuery = Paging.extend({ state: RequestState.optional(), outcome: Outcome.optional() });

/** What the verdict rests on, line by line; empty before there is one. */
const ExplainedRequest = ApprovalRequest.extend({ explanation: z.array(z.string()) }).meta({
  id: "ExplainedRequest",
});

const RequestPage = z.object({ requests: z.array(ApprovalRequest), nextCursor: z.string().nullable() });

const reason = z.string().trim().max(MAX_REASON_CHARACTERS);
const WHY = "must say why the connection is rejected: a rejected connection can never be approved again";

/** A rejection says why. */
const ReviewForm = z.discriminatedUnion(
  "review",
  [
    z.object({ review: z.literal("approve"), reason: reason.default("") }),
    z.object({
      review: z.literal("reject"),
      reason: z.string(WHY).trim().min(1, WHY).max(MAX_REASON_CHARACTERS),
    }),
  ],
  { error: "must be approve or reject" },
);

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
    summary: "One approval request, and why it stands where it does",
    role: "Reader",
    pathSchema: OneRequest,
    replySchema: ExplainedRequest,
    problems: ["not-found"],
  },
  signIn,
  async ({ path }) => {
    const request = await requestOf(path.id);
    return { ...request, explanation: explanationOf(request.verdict) };
  },
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
    problems: ["not-found", "conflict", "try-later"],
  },
  signIn,
  async ({ path: { id }, body, caller, context }) => {
    const { request, refusal } = await takeReview(
      intakeNeedsOf(context),
      await requestOf(id),
      caller,
      body,
    ).catch(asProblem);
    // Also when the review is refused: the one that settled the request may have been cut off before it said so.
    await wake(context, request);
    if (refusal !== null) throw reviewProblem(refusal);
    return request;
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
    await requestOf(id);
    const { request, records } = await amendWithRecords(ledgerOf(context), id, (before) =>
      reopenEntries(before, caller),
    );
    if (records.length === 0) {
      throw reopenProblem(reopenRefusalOf(request, caller) ?? { code: "notExpired", state: request.state });
    }
    await eventually(context, () => orchestrationsOf(context).start(request));
    return request;
  },
);

function asProblem(error: unknown): never {
  throw error instanceof Fault ? notReassessedProblem(error) : error;
}

/** Ends the wait that the store says is over. */
async function wake(context: InvocationContext, request: ApprovalRequest): Promise<void> {
  const { state, askedSeq } = request;
  if (askedSeq === null || isAtRest(request) || state === "closed") return;
  await eventually(context, () => orchestrationsOf(context).settle(request, askedSeq));
}

/** What is stored is decided, whatever becomes of the orchestration: the next sweep says it again. */
async function eventually(context: InvocationContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    context.warn(`The orchestration was not told; the next sweep will: ${oneLine(String(error), 300)}`);
  }
}
