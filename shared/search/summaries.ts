import * as z from "zod";
import { armName } from "../connection/arm-id.ts";
import { Instant, RequestId } from "../connection/connection.ts";
import { type AuditRecord, outcomeOf, RecordKind } from "../request/record.ts";
import { type ApprovalRequest, outcomeOfRequest } from "../request/request.ts";
import { Actor, DecisionKind, Outcome, RequestState } from "../request/terms.ts";
import { TROUBLES, troubleOf } from "../request/trouble.ts";

/** Where a record or a request belongs, in names: they are what people look for, and short. */
const place = {
  cluster: z.string().describe("Name of the cluster."),
  endpoint: z.string().nullable().describe("Name of the private endpoint; null where ARM names none."),
  consumer: z
    .string()
    .nullable()
    .describe("Subscription of the private endpoint; null where ARM names none."),
};

/** What a list says of a record. Below 1 KB as JSON, so what is long is cut. */
export const RecordSummary = z
  .object({
    requestId: RequestId,
    seq: z.int().positive(),
    at: Instant,
    kind: RecordKind,
    actor: Actor,
    sentence: z.string(),
    outcome: Outcome.nullable().describe("With which the record closed its request; null where it did not."),
    ...place,
  })
  .meta({ id: "RecordSummary" });
export type RecordSummary = z.infer<typeof RecordSummary>;

/** What a list says of a request. Below 1 KB as JSON, so what is long is cut. */
export const ListedRequest = z
  .object({
    id: RequestId,
    state: RequestState,
    outcome: Outcome.nullable(),
    ...place,
    consumerName: z
      .string()
      .nullable()
      .default(null)
      .describe(
        "What that subscription is called, as last known; null where nobody knows. Its owners' choice.",
      ),
    requestMessage: z.string().describe("The consumer's own words, or their beginning."),
    flags: z.array(z.string()),
    receivedAt: Instant,
    updatedAt: Instant,
    deadline: Instant.nullable().describe("Of the question, as long as the request waits for people."),
    approvers: z
      .array(z.string())
      .optional()
      .describe(
        "As long as the request waits for people, who is asked, by their names in the policy; of many the first ones.",
      ),
    trouble: z
      .enum(TROUBLES)
      .optional()
      .describe("What stands in its way for the moment, if anything; the request itself says more."),
    decision: z.object({ decision: DecisionKind, by: Actor }).nullable(),
    seq: z.int().positive().describe("Number of its audit records."),
  })
  .meta({ id: "ListedRequest" });
export type ListedRequest = z.infer<typeof ListedRequest>;

/** What is known of a request where it is found: what a list says of it, and who is asked. */
export const RequestSummary = ListedRequest.extend({
  /** As long as it waits for people; else null. */
  asked: z
    .object({
      /** Object ids of the groups that are asked. */
      groups: z.array(z.string()),
      /** Object ids of the people who have reviewed. */
      reviewers: z.array(z.string()),
      /** Object id of the person who may not review; null where there is none, or nobody knows. */
      excluded: z.string().nullable(),
    })
    .nullable(),
});
export type RequestSummary = z.infer<typeof RequestSummary>;

export function recordSummary(record: AuditRecord): RecordSummary {
  const { requestId, seq, at, kind, actor, sentence } = record;
  return {
    requestId,
    seq,
    at,
    kind,
    actor: short(actor),
    sentence: cutJson(sentence, 280),
    outcome: outcomeOf(record),
    ...placeOf(record),
  };
}

export function requestSummary(request: ApprovalRequest): RequestSummary {
  const { id, state, flags, receivedAt, updatedAt, decision, seq } = request;
  const trouble = troubleOf(request);
  return {
    id,
    state,
    outcome: outcomeOfRequest(request),
    ...placeOf(request),
    consumerName: request.consumerName && cutJson(request.consumerName, 64),
    requestMessage: cutJson(request.requestMessage, 120),
    flags,
    receivedAt,
    updatedAt,
    deadline: state === "waiting" ? request.ask.deadline : null,
    ...(state === "waiting" && { approvers: approversOf(request.ask) }),
    ...(trouble !== null && { trouble }),
    decision: decision && { decision: decision.decision, by: short(decision.by) },
    seq,
    asked: state === "waiting" ? askedOf(request.ask) : null,
  };
}

/** What a list says of it. */
export const listedOf = ({ asked: _asked, ...listed }: RequestSummary): ListedRequest => listed;

const placeOf = ({
  clusterId,
  privateEndpointId,
  consumerSubscription,
}: Pick<ApprovalRequest, "clusterId" | "privateEndpointId" | "consumerSubscription">) => ({
  cluster: armName(clusterId).name,
  endpoint: privateEndpointId === null ? null : armName(privateEndpointId).name,
  consumer: consumerSubscription && cutJson(consumerSubscription, 100),
});

const askedOf = ({
  requirement: { requirements, excludedReviewer },
  reviews,
}: NonNullable<ApprovalRequest["ask"]>): RequestSummary["asked"] => ({
  groups: [...new Set(requirements.flatMap(({ groups }) => groups))],
  reviewers: reviews.flatMap(({ by }) => (by.kind === "person" ? [by.oid] : [])),
  excluded: excludedReviewer,
});

/** Of many the first ones: the request has them all. */
const approversOf = ({ requirement: { requirements } }: NonNullable<ApprovalRequest["ask"]>): string[] =>
  [...new Set(requirements.flatMap(({ approvers }) => approvers))]
    .slice(0, 2)
    .map((name) => cutJson(name, 48));

/** Of many rules the first ones: the record has them all. */
function short(actor: Actor): Actor {
  switch (actor.kind) {
    case "person":
      return { ...actor, name: cutJson(actor.name, 90) };
    case "rule":
      return { ...actor, rules: actor.rules.slice(0, 2).map((rule) => cutJson(rule, 64)) };
    case "integration":
    case "system":
      return actor;
  }
}

/** The beginning of a text that takes at most so many bytes as JSON in UTF-8, where one letter takes up to six. */
function cutJson(text: string, maxBytes: number): string {
  let end = 0;
  let bytes = 0;
  let endWithEllipsis = 0;
  for (const letter of text) {
    bytes += Buffer.byteLength(JSON.stringify(letter)) - 2;
    if (bytes > maxBytes) return `${text.slice(0, endWithEllipsis)}…`;
    end += letter.length;
    if (bytes <= maxBytes - ELLIPSIS_BYTES) endWithEllipsis = end;
  }
  return text;
}

const ELLIPSIS_BYTES = 3;
