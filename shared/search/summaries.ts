import * as z from "zod";
import { armName, ClusterId, PrivateEndpointId } from "../connection/arm-id.ts";
import { Instant, RequestId } from "../connection/connection.ts";
import { type AuditRecord, outcomeOf, RecordKind } from "../request/record.ts";
import { type ApprovalRequest, outcomeOfRequest } from "../request/request.ts";
import { Actor, DecisionKind, Outcome, RequestState } from "../request/terms.ts";

/** What a list says of a record. Below 1 KB. */
export const RecordSummary = z
  .object({
    requestId: RequestId,
    seq: z.int().positive(),
    at: Instant,
    kind: RecordKind,
    actor: Actor,
    sentence: z.string(),
    outcome: Outcome.nullable(),
    /** Name of the cluster. */
    cluster: z.string(),
    /** Name of the private endpoint; null where ARM names none. */
    endpoint: z.string().nullable(),
    consumer: z.string().nullable(),
  })
  .meta({ id: "RecordSummary" });
export type RecordSummary = z.infer<typeof RecordSummary>;

/** What a list says of a request. Below 1 KB. */
export const RequestSummary = z
  .object({
    id: RequestId,
    state: RequestState,
    outcome: Outcome.nullable(),
    clusterId: ClusterId,
    privateEndpointId: PrivateEndpointId.nullable(),
    requestMessage: z.string(),
    flags: z.array(z.string()),
    receivedAt: Instant,
    updatedAt: Instant,
    /** Of the question, as long as the request waits for people. */
    deadline: Instant.nullable(),
    /** Object ids of the groups that are asked. */
    groups: z.array(z.string()),
    /** Who has said what so far: object ids. */
    reviews: z.array(z.object({ oid: z.string(), review: DecisionKind })),
    decision: z.object({ decision: DecisionKind, by: Actor }).nullable(),
    seq: z.int().positive(),
  })
  .meta({ id: "RequestSummary" });
export type RequestSummary = z.infer<typeof RequestSummary>;

export function recordSummary(record: AuditRecord): RecordSummary {
  const { requestId, seq, at, kind, actor, sentence, clusterId, privateEndpointId } = record;
  return {
    requestId,
    seq,
    at,
    kind,
    actor,
    sentence: cut(sentence, 300),
    outcome: outcomeOf(record),
    cluster: armName(clusterId).name,
    endpoint: privateEndpointId === null ? null : armName(privateEndpointId).name,
    consumer: record.consumerSubscription,
  };
}

export function requestSummary(request: ApprovalRequest): RequestSummary {
  const { id, state, clusterId, privateEndpointId, flags, receivedAt, updatedAt, ask, decision, seq } =
    request;
  return {
    id,
    state,
    outcome: outcomeOfRequest(request),
    clusterId,
    privateEndpointId,
    requestMessage: cut(request.requestMessage, 140),
    flags,
    receivedAt,
    updatedAt,
    deadline: state === "waiting" ? request.ask.deadline : null,
    groups: ask === null ? [] : [...new Set(ask.requirement.requirements.flatMap(({ groups }) => groups))],
    reviews: (ask?.reviews ?? []).map(({ by, review }) => ({ oid: by.oid, review })),
    decision: decision && { decision: decision.decision, by: decision.by },
    seq,
  };
}

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
