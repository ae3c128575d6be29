import { armName } from "../connection/arm-id.ts";
import { type Instant, type PrivateEndpointConnection, requestIdOf } from "../connection/connection.ts";
import { canonicalText } from "./json.ts";
import { consumerNameAfter } from "./names.ts";
import { type DueNotice, dueNotice } from "./notice.ts";
import {
  type AuditRecord,
  type Entry,
  type EntryOf,
  outcomeOf,
  RECORD_KINDS,
  type RecordKind,
  type RecordOf,
  type StateBefore,
} from "./record.ts";
import type { ApprovalRequest, Ask, Closure, OwnWords, RequestIn, Review } from "./request.ts";
import { isSameReviewer } from "./reviewer.ts";
import type { Seals } from "./seal.ts";
import { withRequester } from "./self-review.ts";
import type { RequestState, Reviewer } from "./terms.ts";

type Open = RequestIn<Exclude<RequestState, "closed">>;

/** What each record makes of a request that is in one of the states in which it may follow; closing comes on top. */
const EFFECTS: {
  readonly [K in RecordKind]: (request: RequestIn<StateBefore<K>>, record: RecordOf<K>) => ApprovalRequest;
} = {
  received: (request, { requestMessage, flags, at }) => ({
    ...assessAgain(request),
    requestMessage,
    flags,
    takenUpAt: at,
    missing: null,
  }),
  assessed: (request, record) => ({
    ...request,
    verdict: record.verdict,
    policyHash: record.policyHash,
    consumerName: consumerNameAfter(request.consumerName, record),
  }),
  // Those who were asked before the request was assessed again hear now that it is withdrawn, and then no more.
  deferred: (request, { until, seq }) => ({
    ...request,
    state: "deferred",
    deferral: { until },
    waitSeq: seq,
    audience: null,
  }),
  policyChanged: (request) => request,
  resumed: (request) => assessAgain(request),
  asked: (request, { requirement, deadline, remindAt, seq }) => ({
    ...request,
    state: "waiting",
    ask: { seq, requirement, deadline, remindAt, reviews: [] },
    waitSeq: seq,
    audience: requirement,
  }),
  reminded: (request, { remindAt }) => withAsk(request, { remindAt }),
  escalated: (request, { requirement }) => ({ ...withAsk(request, { requirement }), audience: requirement }),
  reviewed: (request, record) => {
    const { review, reason, groups, signInNames, authContexts, claim, via, actor, at } = record;
    const said = { review, reason, groups, signInNames, authContexts, by: actor, at };
    // A person's has none of these, and no members that hold nothing.
    const came = { ...(claim && { claim }), ...(via && { via }) };
    return withAsk(request, { reviews: [...reviewsOfOthers(request, actor), { ...said, ...came }] });
  },
  withdrawn: (request, { actor }) => withAsk(request, { reviews: reviewsOfOthers(request, actor) }),
  requesterFound: (request, { requester }) => {
    const found = withRequester(request.ask, requester);
    return { ...withAsk(request, found), audience: found.requirement };
  },
  decided: (request, { decision, reason, actor, at }) => ({
    ...request,
    state: "applying",
    decision: { decision, reason, by: actor, at },
    audience: request.state === "waiting" ? request.audience : null,
  }),
  applying: (request, { answer, description }) => ({
    ...request,
    application: { answer, description, isTaken: false },
    ownWords: withOwnWords(request, { answer, description, round: request.round }),
  }),
  applied: (request, { answer }) => ({
    ...request,
    application: { answer, description: request.application?.description ?? null, isTaken: true },
  }),
  verified: (request) => request,
  missing: (request, { at }) => ({ ...request, missing: { since: at } }),
  found: (request) => ({ ...request, missing: null }),
  delayed: (request, { code, message, hint, retryAt, at }) => ({
    ...request,
    delay: { code, message, hint, retryAt, since: request.delay?.code === code ? request.delay.since : at },
  }),
  interrupted: (request, { code, message, hint, retryAt }) => ({
    ...request,
    interruption: { code, message, hint, retryAt, count: (request.interruption?.count ?? 0) + 1 },
  }),
  failed: (request) => ({ ...request, failures: request.failures + 1 }),
  // What we wrote stays known: ARM may show it.
  distrusted: (request, record) => ({
    ...request,
    state: "assessing",
    consumerName: consumerNameAfter(request.consumerName, record),
    verdict: null,
    ask: null,
    deferral: null,
    decision: null,
    closure: null,
    failures: request.failures + 1,
  }),
  expired: (request) => request,
  superseded: (request) => request,
  refused: (request) => request,
  reopened: (request, { resume, at }) => reopen(request, resume, at),
};

/** What was thought and said of the connection no longer counts. Those who were asked still have to hear of it. */
const assessAgain = (request: Open): RequestIn<"assessing"> => ({
  ...request,
  state: "assessing",
  verdict: null,
  ask: null,
  deferral: null,
  decision: null,
  application: null,
});

/** More rounds than any request should see; the oldest words are forgotten first. */
const MAX_OWN_WORDS = 20;

const withOwnWords = ({ ownWords }: ApprovalRequest, words: OwnWords): OwnWords[] =>
  [...ownWords, words].slice(-MAX_OWN_WORDS);

const withAsk = (request: RequestIn<"waiting">, change: Partial<Ask>): RequestIn<"waiting"> => ({
  ...request,
  ask: { ...request.ask, ...change },
});

const reviewsOfOthers = ({ ask }: RequestIn<"waiting">, reviewer: Reviewer): Review[] =>
  ask.reviews.filter(({ by }) => !isSameReviewer(reviewer, by));

/** How a record closes its request; null when it does not. */
function closureOf(record: AuditRecord): Closure | null {
  if (record.kind === "failed" || record.kind === "distrusted") {
    const { at, code, message, hint, retryAt } = record;
    return { outcome: "failed", at, failure: { code, message, hint, retryAt } };
  }
  const outcome = outcomeOf(record);
  return outcome === null || outcome === "failed" ? null : { outcome, at: record.at, failure: null };
}

/** Another round, in which nothing has been asked or written yet; only a decision may stand. */
function reopen(
  request: RequestIn<"closed">,
  resume: "assessing" | "applying",
  at: Instant,
): ApprovalRequest {
  const nothingYet = { waitSeq: null, application: null, closure: null, missing: null } as const;
  const round = { ...nothingYet, round: request.round + 1 };
  const { decision } = request;
  return resume === "applying" && decision !== null
    ? { ...request, ...round, state: "applying", decision }
    : {
        ...request,
        ...round,
        state: "assessing",
        verdict: null,
        ask: null,
        decision: null,
        audience: null,
        takenUpAt: at,
      };
}

/** Whether a record of this kind may be added to a request in this state. */
export const mayFollow = (state: RequestState, kind: RecordKind): boolean =>
  (RECORD_KINDS[kind].follows as readonly RequestState[]).includes(state);

const STAY_INTERRUPTED: ReadonlySet<RecordKind> = new Set(["interrupted", "reviewed", "withdrawn"]);

/** The request after one more record. Throws when the record cannot follow: that is a bug, never data. */
export function project(request: ApprovalRequest, record: AuditRecord): ApprovalRequest {
  if (!mayFollow(request.state, record.kind)) {
    throw new Error(`A request that is ${request.state} cannot be ${record.kind} (${request.id}).`);
  }
  // The table ties each effect to the states in which its record may follow, which was looked at just now.
  const effect = EFFECTS[record.kind] as (before: ApprovalRequest, record: AuditRecord) => ApprovalRequest;
  // What a person says tells nothing about whether the wait is looked after; all else is written by work that goes on.
  const staysInterrupted = STAY_INTERRUPTED.has(record.kind);
  const before: ApprovalRequest = {
    ...request,
    interruption: staysInterrupted ? request.interruption : null,
    delay: record.kind === "delayed" ? request.delay : null,
  };
  const after = effect(before, record);
  const closure = closureOf(record);
  const moved: ApprovalRequest =
    closure === null ? after : { ...after, state: "closed", deferral: null, closure };
  return { ...moved, seq: record.seq, head: record.seal, updatedAt: record.at };
}

/** What is added to a request at once: all of it is stored, or nothing is. */
export interface Change {
  readonly records: readonly AuditRecord[];
  /** What each of them says, as canonical JSON without its seal: what the seal covers, and what a store keeps. */
  readonly said: readonly string[];
  /** The request after them. */
  readonly request: ApprovalRequest;
  /** The same as the text that a store keeps, which its seal covers. */
  readonly requestSaid: string;
  /**
   * The seal of that text after the seal of its last record: a proof that it is the sum of the records up to that
   * one, for those who do not want to add up. Null where the request was not made from sound records.
   */
  readonly requestSeal: string | null;
  /** Of which records people must be told. */
  readonly notices: readonly DueNotice[];
}

/** A record before it carries its seal. */
type Unsealed = AuditRecord extends infer R ? (R extends AuditRecord ? Omit<R, "seal"> : never) : never;

function sealed(
  unsealed: Unsealed,
  previous: string | null,
  seals: Seals,
): { readonly record: AuditRecord; readonly said: string } {
  const said = canonicalText(unsealed);
  return { record: { ...unsealed, seal: seals.seal(previous, said) }, said };
}

/** The records that `entries` become, numbered and sealed after those that `request` has, and what they change. */
export function writeDown(
  request: ApprovalRequest,
  entries: readonly Entry[],
  at: Instant,
  seals: Seals,
): Change {
  const records: AuditRecord[] = [];
  const texts: string[] = [];
  const notices: DueNotice[] = [];
  let current = request;
  for (const entry of entries) {
    const unsealed: Unsealed = {
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
    const { record, said } = sealed(unsealed, current.head, seals);
    records.push(record);
    texts.push(said);
    const next = project(current, record);
    notices.push(...[dueNotice(current, record, next)].filter((notice) => notice !== null));
    current = next;
  }
  return { records, said: texts, request: current, ...sealedRequest(current, seals), notices };
}

/** A new request about a Pending connection, with its first record. */
export function openRequest(
  { id: connectionId, clusterId, privateEndpointId }: PrivateEndpointConnection,
  received: EntryOf<"received">,
  at: Instant,
  seals: Seals,
): Change {
  const unsealed: Unsealed = {
    policyHash: null,
    correlationId: null,
    ...received,
    requestId: requestIdOf(connectionId, privateEndpointId),
    seq: 1,
    at,
    connectionId,
    clusterId,
    privateEndpointId,
    consumerSubscription: privateEndpointId === null ? null : armName(privateEndpointId).subscription,
  };
  const { record, said } = sealed(unsealed, null, seals);
  const request = sumOf([record]);
  return { records: [record], said: [said], request, ...sealedRequest(request, seals), notices: [] };
}

/** A request as a store keeps it, whose seal covers the very text. */
export const requestText = (request: ApprovalRequest): string => JSON.stringify(request);

function sealedRequest(
  request: ApprovalRequest,
  { requests }: Seals,
): Pick<Change, "requestSaid" | "requestSeal"> {
  const requestSaid = requestText(request);
  return { requestSaid, requestSeal: requests.seal(request.head, requestSaid) };
}

/** The request that these records make, the first of them on. @throws when they are not those of one request */
export function sumOf([first, ...others]: readonly AuditRecord[]): ApprovalRequest {
  if (first?.kind !== "received") throw new Error("A trail begins with the connection that was received.");
  return others.reduce(project, begin(first));
}

const begin = (first: RecordOf<"received">): ApprovalRequest => ({
  id: first.requestId,
  connectionId: first.connectionId,
  clusterId: first.clusterId,
  privateEndpointId: first.privateEndpointId,
  consumerSubscription: first.consumerSubscription,
  consumerName: null,
  requestMessage: first.requestMessage,
  flags: first.flags,
  source: first.source,
  receivedAt: first.at,
  takenUpAt: first.at,
  updatedAt: first.at,
  state: "assessing",
  verdict: null,
  policyHash: null,
  ask: null,
  deferral: null,
  decision: null,
  application: null,
  closure: null,
  audience: null,
  ownWords: [],
  missing: null,
  delay: null,
  interruption: null,
  waitSeq: null,
  failures: 0,
  round: 1,
  seq: first.seq,
  head: first.seal,
});
