import * as z from "zod";
import { instant } from "../shared/connection/connection.ts";
import { Fault } from "../shared/connection/fault.ts";
import { Facts } from "../shared/policy/facts.ts";
import { factsBehind } from "../shared/request/facts-behind.ts";
import { actorName } from "../shared/request/names.ts";
import { ApprovalRequest } from "../shared/request/request.ts";
import { Outcome, RequestState } from "../shared/request/terms.ts";
import { TROUBLES } from "../shared/request/trouble.ts";
import type { Page, Paging } from "../shared/search/page.ts";
import { ListedRequest, listedOf } from "../shared/search/summaries.ts";
import { termOf } from "../shared/search/terms.ts";
import { waitsFor } from "../shared/search/waits-for.ts";
import { reopen } from "../shared/workflow/reopen.ts";
import { retry } from "../shared/workflow/retry.ts";
import { review } from "../shared/workflow/review.ts";
import { type App, reportTo } from "./kit/app.ts";
import { challenged } from "./kit/claims-challenge.ts";
import { descriptionsOf, explanationOf } from "./kit/explanation.ts";
import { checkPerson, Filters, hintFor, inOrder, span, termsOf } from "./kit/filters.ts";
import { csvLine, jsonLine } from "./kit/lines.ts";
import { allPages, filePages } from "./kit/listing.ts";
import { NO_GROUPS, READS_ONLY, TOO_MANY_GROUPS } from "./kit/missing.ts";
import { noSuchRequest, OneRequest } from "./kit/one-request.ts";
import { hint, nextCursor, pageOf } from "./kit/paging.ts";
import { optionalReason, rejectionReason } from "./kit/reasons.ts";
import {
  notReassessedProblem,
  REOPEN_PROBLEMS,
  RETRY_PROBLEMS,
  REVIEW_PROBLEMS,
  reopenProblem,
  retryProblem,
  reviewProblem,
} from "./kit/refusals.ts";
import { type Call, route } from "./kit/route.ts";
import type { Caller } from "./kit/sign-in.ts";
import { Viewer, viewerOf } from "./kit/viewer.ts";

const RequestQuery = inOrder(
  Filters.extend({
    state: RequestState.optional().describe("Only requests in this state."),
    outcome: Outcome.optional().describe("Only closed requests with this outcome."),
    trouble: z
      .enum(TROUBLES)
      .optional()
      .describe("Only open requests that the app cannot look after, find or go on with for the moment."),
    ...span("requests that were received"),
    waitsForMe: z
      .enum(["true"])
      .optional()
      .describe(
        "Only requests that wait for a review of yours: you are asked, have not reviewed, and still have time.",
      ),
    order: z
      .enum(["newest", "oldest", "deadline"])
      .default("newest")
      .describe(
        "By when they were received, the newest or the oldest first; or those that wait for people, the nearest deadline first.",
      ),
  }),
);
type RequestQuery = z.infer<typeof RequestQuery>;

/** What is said of one request beside itself. */
const beside = {
  /** What the verdict rests on, line by line; empty before there is one. */
  explanation: z.array(z.string()),
  descriptions: z
    .record(z.string(), z.string())
    .describe(
      "What the rules that decided, or that have people asked, are for, by their names, in the words of the policy in force; empty where another policy judged.",
    ),
  facts: Facts.nullable().describe("What the verdict stands on; null before there is one."),
  viewer: Viewer,
};
const [assessing, waiting, deferred, applying, closed] = ApprovalRequest.options;
/** A closed schema cannot be added to from outside, so each state of a request gets what is said beside it. */
const ExplainedRequest = z
  .discriminatedUnion("state", [
    assessing.extend(beside),
    waiting.extend(beside),
    deferred.extend(beside),
    applying.extend(beside),
    closed.extend(beside),
  ])
  .meta({ id: "ExplainedRequest" });

const RequestPage = z.object({ requests: z.array(ListedRequest), nextCursor, hint });

/** Those that meet the filters, as a list shows them. */
async function found(
  { store: { search } }: App,
  query: RequestQuery,
  caller: Caller,
  paging: Paging,
): Promise<Page<ListedRequest>> {
  const { from, to, order, waitsForMe } = query;
  const isMine = waitsForMe === "true";
  const now = instant(Date.now());
  const { items, nextCursor } = await search.requests({
    terms: [...termsOf(query), ...(isMine ? [termOf("state", "waiting")] : [])],
    from,
    to,
    by: order,
    matches: isMine ? (request) => waitsFor(caller, request, now) : undefined,
    ...paging,
  });
  return { items: items.map(listedOf), nextCursor };
}

/** Why nothing was found; empty where nothing can be said. */
async function hintOf({ store: { search } }: App, query: RequestQuery, caller: Caller) {
  const isMine = query.waitsForMe === "true";
  const { roles, groups, hasTooManyGroups } = caller;
  if (isMine && !roles.includes("Approver")) return { hint: READS_ONLY };
  if (isMine && groups.length === 0) return { hint: hasTooManyGroups ? TOO_MANY_GROUPS : NO_GROUPS };
  return hintFor(search, query);
}

const COLUMNS = [
  ...["id", "state", "outcome", "cluster", "endpoint", "consumer", "consumerName"],
  ...["requestMessage", "flags"],
  ...["receivedAt", "updatedAt", "deadline", "decision", "decidedBy", "seq", "trouble"],
];

const csvOf = (request: ListedRequest): string => {
  const { id, state, outcome, cluster, endpoint, consumer, consumerName, ...rest } = request;
  const { requestMessage, flags, receivedAt, updatedAt, deadline, trouble, decision, seq } = rest;
  return csvLine([
    ...[id, state, outcome, cluster, endpoint, consumer, consumerName, requestMessage, flags.join("; ")],
    ...[receivedAt, updatedAt, deadline, decision?.decision ?? null],
    ...[decision && actorName(decision.by), seq, trouble ?? null],
  ]);
};

const listingOf = (
  app: App,
  { query, caller }: Pick<Call<unknown, RequestQuery, unknown>, "query" | "caller">,
) => allPages((paging) => found(app, query, caller, paging));

/** A review is one of what its author has seen. */
const asked = z
  .int("must be the number of the record that asks: ask.seq of the request, as you have read it")
  .positive()
  .describe(
    "What you have seen: ask.seq of the request as you read it. A question that changed since is not answered.",
  );

/** A rejection says why. */
const ReviewForm = z.discriminatedUnion(
  "review",
  [
    z.object({
      review: z.literal("approve").describe("Approves, as one of those who were asked."),
      asked,
      reason: optionalReason.describe("Why, for the trail and for ARM; the policy may demand it."),
    }),
    z.object({
      review: z.literal("withdraw").describe("Takes the own review back, as long as nothing is decided."),
      asked,
      reason: optionalReason.describe("Why, for the trail."),
    }),
    z.object({
      review: z
        .literal("reject")
        .describe("Rejects, for good: a rejected connection can never be approved again."),
      asked,
      reason: rejectionReason,
    }),
  ],
  { error: "must be approve, reject or withdraw" },
);

export const requestRoutes = [
  route({
    operationId: "listRequests",
    method: "GET",
    path: "requests",
    summary: "Approval requests, newest first, or by deadline",
    role: "Reader",
    querySchema: RequestQuery,
    replySchema: RequestPage,
    problems: [],
    shows: ({ requests }) => requests.length,
    exports: {
      name: "requests",
      pages: (type, app, call) =>
        type === "text/csv"
          ? filePages([csvLine(COLUMNS)], listingOf(app, call), (items) => items.map(csvOf))
          : filePages([], listingOf(app, call), (items) => items.map(jsonLine)),
    },
    handle: async (app, { query, caller }) => {
      checkPerson(caller, query);
      const { items, nextCursor } = await found(app, query, caller, pageOf(query));
      const hint = items.length === 0 ? await hintOf(app, query, caller) : {};
      return { requests: [...items], nextCursor, ...hint };
    },
  }),
  route({
    operationId: "getRequest",
    method: "GET",
    path: "requests/{id}",
    summary: "One approval request, why it stands where it does, and what you may do about it",
    role: "Reader",
    pathSchema: OneRequest,
    replySchema: ExplainedRequest,
    problems: ["not-found"],
    shows: () => 1,
    handle: async ({ store, config, policyInForce }, { path: { id }, caller, context }) => {
      const request = await store.read(id);
      if (request === null) throw noSuchRequest(id);
      const { verdict, seq } = request;
      // What was added since the request was read is not of it.
      const trail = (await store.trail(id)).filter((record) => record.seq <= seq);
      return {
        ...request,
        explanation: explanationOf(verdict),
        descriptions: descriptionsOf(request, await policyInForce.current(reportTo(context))),
        facts: factsBehind(verdict, trail),
        viewer: viewerOf(request, caller, config, instant(Date.now())),
      };
    },
  }),
  route({
    operationId: "reviewRequest",
    method: "POST",
    path: "requests/{id}/reviews",
    summary: "Approve, reject, or withdraw a review, as one of the approvers who were asked",
    role: "Approver",
    pathSchema: OneRequest,
    bodySchema: ReviewForm,
    replySchema: ApprovalRequest,
    problems: ["not-found", ...REVIEW_PROBLEMS],
    handle: async (app, { path: { id }, body, caller, context }) => {
      const reviewed = await review(app.peopleNeeds(context), id, caller, body).catch(asProblem);
      if (reviewed === null) throw noSuchRequest(id);
      if (reviewed.refusal !== null) throw challenged(reviewProblem(reviewed.refusal), app.config);
      return reviewed.request;
    },
  }),
  route({
    operationId: "reopenRequest",
    method: "POST",
    path: "requests/{id}/reopen",
    summary: "Ask again about a request that expired",
    role: "Approver",
    pathSchema: OneRequest,
    replySchema: ApprovalRequest,
    problems: ["not-found", ...REOPEN_PROBLEMS],
    handle: async (app, { path: { id }, caller, context }) => {
      const reopened = await reopen(app.peopleNeeds(context), id, caller);
      if (reopened === null) throw noSuchRequest(id);
      if (reopened.refusal !== null) throw reopenProblem(reopened.refusal);
      return reopened.request;
    },
  }),
  route({
    operationId: "retryRequest",
    method: "POST",
    path: "requests/{id}/retry",
    summary: "Try a request that failed again at once, as one of those who were asked, if anybody was",
    role: "Approver",
    pathSchema: OneRequest,
    replySchema: ApprovalRequest,
    problems: ["not-found", ...RETRY_PROBLEMS],
    handle: async (app, { path: { id }, caller, context }) => {
      const retried = await retry(app.peopleNeeds(context), id, caller);
      if (retried === null) throw noSuchRequest(id);
      if (retried.refusal !== null) throw retryProblem(retried.refusal);
      return retried.request;
    },
  }),
];

function asProblem(error: unknown): never {
  throw error instanceof Fault ? notReassessedProblem(error) : error;
}
