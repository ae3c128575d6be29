import * as z from "zod";
import type { ReviewRefusal } from "../shared/approval/review.ts";
import { Instant, RequestId } from "../shared/connection/connection.ts";
import { Fault } from "../shared/connection/fault.ts";
import { DecisionKind, type IntegrationActor, Outcome, RequestState } from "../shared/request/terms.ts";
import { hasVisible } from "../shared/text.ts";
import { type Heard, reviewByIntegration } from "../shared/workflow/review-by-integration.ts";
import type { App } from "./kit/app.ts";
import { noSuchRequest } from "./kit/one-request.ts";
import { Problem } from "./kit/problem.ts";
import { optionalReason, rejectionReason } from "./kit/reasons.ts";
import { notReassessedProblem, REVIEW_PROBLEMS, reviewProblem } from "./kit/refusals.ts";
import { type Call, route } from "./kit/route.ts";
import { signedByIntegration } from "./kit/signed.ts";

const OneIntegration = z.object({
  name: z.string().max(60).describe("The integration's name in the policy."),
});

const ASKED = /^(pec-[0-9a-f]{32}):([1-9]\d{0,8})$/;
const MAX_CLAIM_CHARACTERS = 200;
const claim = (what: string) =>
  z
    .string(`must be ${what}`)
    .trim()
    .min(1, "must not be empty")
    .max(MAX_CLAIM_CHARACTERS)
    .refine(hasVisible, "must not be empty");

const common = {
  asked: z
    .string("must be the id of the event that asked, <request>:<number>")
    .regex(ASKED, "must be the id of the event that asked, <request>:<number>")
    .describe(
      "What is answered: the id of the event that asked; or the request's id, a colon, and its ask.seq. A question that changed since is not answered.",
    ),
  externalId: claim("what you call that which your answer rests on").describe(
    "What the system calls that which its answer rests on, such as the number of a change. Of what comes with a token, it also tells a message that comes again.",
  ),
  onBehalfOf: claim("an object id or a sign-in name")
    .optional()
    .describe(
      "For whom the system says that it speaks, by object id or sign-in name. It is kept as its claim, and can only have the review refused.",
    ),
};

/** What an integration says. It takes nothing back. */
const IntegrationReview = z.discriminatedUnion(
  "answer",
  [
    z.object({
      answer: z.literal("approve").describe("Approves, as what the policy calls the integration."),
      ...common,
      reason: optionalReason.describe("Why, for the trail and for ARM."),
    }),
    z.object({
      answer: z.literal("reject").describe("Rejects, for good, where the policy lets it."),
      ...common,
      reason: rejectionReason,
    }),
  ],
  { error: "must be approve or reject" },
);

const RecordedReview = z
  .object({
    request: RequestId,
    record: z.int().positive().describe("Number of the record of the review."),
    answer: DecisionKind,
    at: Instant.describe("When it was recorded."),
    isReplay: z
      .boolean()
      .describe("Whether it was on record before this message came; nothing was counted again."),
    state: RequestState.describe("Where the request stands now."),
    outcome: Outcome.nullable(),
    decision: DecisionKind.nullable(),
  })
  .meta({ id: "RecordedReview" });

/** Who calls, as the policy in force names it and as token or signature prove it. @throws a `Problem` */
async function integrationOf(
  { peopleNeeds }: App,
  { path: { name }, signed, caller, context }: Call<{ name: string }, unknown, unknown>,
): Promise<IntegrationActor> {
  const { integrations } = await peopleNeeds(context).policies.current();
  const named = integrations.find((integration) => integration.name === name);
  if (named === undefined || (signed !== null && !named.signed) || (signed === null && named.app === null))
    throw new Problem(
      "unknownIntegration",
      `The policy in force names no integration of this name that proves itself by ${signed === null ? "a token" : "a signature"}.`,
    );
  if (signed !== null) return { kind: "integration", name, proof: { kind: "key", id: signed.keyId } };
  if (named.app !== caller.oid)
    throw new Problem(
      "wrongIntegration",
      "The policy names another app for this integration than the token's.",
    );
  return { kind: "integration", name, proof: { kind: "app", oid: caller.oid } };
}

/** @throws when it is none, which the schema has ruled out */
function questionIn(asked: string): { readonly id: RequestId; readonly seq: number } {
  const [, id, seq] = ASKED.exec(asked) ?? [];
  return { id: RequestId.parse(id), seq: Number(seq) };
}

/** What an integration is told in other words than a person: it has no token that lists groups, and asked for nothing itself. */
function refused(refusal: ReviewRefusal): Problem {
  switch (refusal.code) {
    case "notAnApprover":
      return new Problem(refusal.code, "No demand of this request names this integration.");
    case "selfReview":
      return new Problem(
        refusal.code,
        "onBehalfOf names whoever asked for the connection, and they must not review it.",
      );
    default:
      return reviewProblem(refusal);
  }
}

function answered({ record, request, isReplay }: Extract<Heard, { kind: "recorded" }>) {
  return {
    request: request.id,
    record: record.seq,
    answer: record.review,
    at: record.at,
    isReplay,
    state: request.state,
    outcome: request.closure?.outcome ?? null,
    decision: request.decision?.decision ?? null,
  };
}

export const integrationRoutes = [
  route({
    operationId: "reviewAsIntegration",
    method: "POST",
    path: "integrations/{name}/reviews",
    summary: "Approve or reject, as a system that the policy names and that was asked",
    role: "Integration",
    signedBy: signedByIntegration,
    pathSchema: OneIntegration,
    bodySchema: IntegrationReview,
    replySchema: RecordedReview,
    problems: ["not-found", ...REVIEW_PROBLEMS],
    handle: async (app, call) => {
      const actor = await integrationOf(app, call);
      const { asked, answer, reason, externalId, onBehalfOf = null } = call.body;
      const { id, seq } = questionIn(asked);
      const messageId = call.signed?.messageId ?? externalId;
      const integration = { ...actor, messageId, externalId, onBehalfOf };
      const said = { review: answer, reason, asked: seq };
      const heard = await reviewByIntegration(app.peopleNeeds(call.context), id, integration, said).catch(
        asProblem,
      );
      if (heard === null) throw noSuchRequest(id);
      if (heard.kind === "refused") throw refused(heard.refusal);
      return answered(heard);
    },
  }),
];

function asProblem(error: unknown): never {
  throw error instanceof Fault ? notReassessedProblem(error) : error;
}
