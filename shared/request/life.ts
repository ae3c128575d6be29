import { armName } from "../connection/arm-id.ts";
import { type Instant, type PrivateEndpointConnection, requestIdOf } from "../connection/connection.ts";
import type { Verdict } from "../policy/index.ts";
import type { AuditRecord, Entry, HintSource, RecordKind } from "./record.ts";
import type { ApprovalRequest, Outcome, RequestState, Review } from "./request.ts";
import { selfReviewRefusalOf } from "./self-review.ts";

type Of<K extends RecordKind> = Extract<AuditRecord, { kind: K }>;
type Effect<K extends RecordKind> = (request: ApprovalRequest, record: Of<K>) => Partial<ApprovalRequest>;

const closed = (outcome: Outcome, at: Instant): Partial<ApprovalRequest> => ({
  state: "closed",
  outcome,
  closedAt: at,
  deadline: null,
  remindAt: null,
  deferredUntil: null,
});

/**
 * What was thought and said about an earlier sight of the connection counts no more. `askedSeq` stays: an orchestration
 * may still be in the wait that it names, and has to be told.
 */
const unjudged = {
  verdict: null,
  requirement: null,
  deadline: null,
  remindAt: null,
  deferredUntil: null,
  reviews: [],
  decision: null,
  intent: null,
  applied: false,
} satisfies Partial<ApprovalRequest>;

/** Who asked for the connection has become known while people are asked: that person, and their review, count no more. */
function keptOut(
  { state, requirement, reviews }: ApprovalRequest,
  verdict: Verdict,
): Partial<ApprovalRequest> {
  const excludedReviewer = verdict.kind === "ask" ? verdict.requirement.excludedReviewer : null;
  if (
    state !== "waiting" ||
    requirement === null ||
    requirement.excludedReviewer !== null ||
    excludedReviewer === null
  )
    return {};
  const isAnother = ({ by, signInNames }: Review) =>
    selfReviewRefusalOf({ oid: by.oid, signInNames }, excludedReviewer) === null;
  return { requirement: { ...requirement, excludedReviewer }, reviews: reviews.filter(isAnother) };
}

/** What each record changes. */
const EFFECTS: { readonly [K in RecordKind]: Effect<K> } = {
  received: (_request, { requestMessage, flags }) => ({
    ...unjudged,
    state: "assessing",
    requestMessage,
    flags,
  }),
  assessed: (request, { verdict, policyHash }) => ({ verdict, policyHash, ...keptOut(request, verdict) }),
  deferred: (_request, { until, seq }) => ({
    state: "deferred",
    deferredUntil: until,
    askedSeq: seq,
    lastAsked: null,
  }),
  policyChanged: () => ({}),
  resumed: () => ({ ...unjudged, state: "assessing" }),
  asked: (_request, { requirement, deadline, remindAt, seq }) => ({
    state: "waiting",
    requirement,
    lastAsked: requirement,
    deadline,
    remindAt,
    askedSeq: seq,
  }),
  reminded: (_request, { remindAt }) => ({ remindAt }),
  escalated: (_request, { requirement }) => ({ requirement, lastAsked: requirement }),
  reviewed: ({ reviews }, { review, reason, groups, signInNames, actor, at }) => ({
    reviews: [...reviews, { review, reason, groups, signInNames, by: actor, at }],
  }),
  decided: (_request, { decision, reason, actor, at }) => ({
    state: "applying",
    decision: { decision, reason, by: actor, at },
    deadline: null,
    remindAt: null,
  }),
  applying: (_request, { answer, description }) => ({ intent: { answer, description } }),
  applied: () => ({ applied: true }),
  verified: (_request, { answer, at }) => closed(answer === "Approved" ? "approved" : "rejected", at),
  failed: ({ failures }, { code, message, hint, retryAt, at }) => ({
    ...closed("failed", at),
    failure: { code, message, hint, retryAt },
    failures: failures + 1,
  }),
  expired: (_request, { at }) => closed("expired", at),
  superseded: (_request, { at }) => closed("superseded", at),
  refused: (_request, { at }) => closed("refused", at),
  reopened: ({ round }, { resume }) => ({
    ...(resume === "assessing" ? unjudged : { intent: null, applied: false }),
    state: resume,
    lastAsked: null,
    askedSeq: null,
    outcome: null,
    closedAt: null,
    failure: null,
    round: round + 1,
  }),
};

/** The whole life of a request: which records may follow in which state. What is not here cannot happen. */
export const ROUTE: Readonly<Record<RequestState, readonly RecordKind[]>> = {
  assessing: [
    "received",
    "assessed",
    "asked",
    "deferred",
    "decided",
    "refused",
    "applied",
    "verified",
    "superseded",
    "failed",
  ],
  waiting: [
    "received",
    "policyChanged",
    "assessed",
    "resumed",
    "reminded",
    "escalated",
    "reviewed",
    "decided",
    "expired",
    "applied",
    "verified",
    "superseded",
    "failed",
  ],
  deferred: [
    "received",
    "policyChanged",
    "assessed",
    "resumed",
    "applied",
    "verified",
    "superseded",
    "failed",
  ],
  applying: [
    "received",
    "policyChanged",
    "resumed",
    "applying",
    "applied",
    "verified",
    "superseded",
    "failed",
  ],
  closed: ["reopened"],
};

/** The request after one more record. Throws when the record cannot follow: that is a bug, never data. */
export function project(request: ApprovalRequest, record: AuditRecord): ApprovalRequest {
  if (!ROUTE[request.state].includes(record.kind)) {
    throw new Error(`A request that is ${request.state} cannot be ${record.kind} (${request.id}).`);
  }
  const effect = EFFECTS[record.kind] as Effect<RecordKind>;
  return { ...request, ...effect(request, record), seq: record.seq, updatedAt: record.at };
}

/** The records that `entries` become, numbered after those that `request` has, and the request after them. */
export function writeDown(
  request: ApprovalRequest,
  entries: readonly Entry[],
  at: Instant,
): { readonly records: readonly AuditRecord[]; readonly request: ApprovalRequest } {
  const records: AuditRecord[] = [];
  let current = request;
  for (const entry of entries) {
    const record: AuditRecord = {
      policyHash: current.policyHash,
      correlationId: null,
      ...entry,
      requestId: request.id,
      seq: current.seq + 1,
      at,
      connectionId: request.connectionId,
      clusterId: request.clusterId,
      privateEndpointId: request.privateEndpointId,
      consumerSubscription: request.consumerSubscription,
    };
    records.push(record);
    current = project(current, record);
  }
  return { records, request: current };
}

/** A new request about a Pending connection, with its first record. */
export function openRequest(
  connection: PrivateEndpointConnection,
  source: HintSource,
  received: Extract<Entry, { kind: "received" }>,
  at: Instant,
): { readonly records: readonly AuditRecord[]; readonly request: ApprovalRequest } {
  const endpoint = connection.privateEndpointId;
  const blank: ApprovalRequest = {
    ...unjudged,
    lastAsked: null,
    askedSeq: null,
    id: requestIdOf(connection.id, endpoint),
    state: "assessing",
    outcome: null,
    connectionId: connection.id,
    clusterId: connection.clusterId,
    privateEndpointId: endpoint,
    consumerSubscription: endpoint === null ? null : armName(endpoint).subscription,
    requestMessage: "",
    flags: [],
    source,
    receivedAt: at,
    updatedAt: at,
    closedAt: null,
    policyHash: null,
    failure: null,
    failures: 0,
    round: 1,
    seq: 0,
  };
  return writeDown(blank, [received], at);
}

/** The outcome that a record closes its request with; null when it does not close it. */
export function outcomeOf(record: AuditRecord): Outcome | null {
  switch (record.kind) {
    case "verified":
      return record.answer === "Approved" ? "approved" : "rejected";
    case "failed":
    case "expired":
    case "superseded":
    case "refused":
      return record.kind;
    default:
      return null;
  }
}
