import * as z from "zod";
import { ClusterId, ConnectionId, PrivateEndpointId } from "../connection/arm-id.ts";
import { Answer, Instant, RequestId } from "../connection/connection.ts";
import { ApprovalRequirement, Verdict } from "../policy/index.ts";
import { Actor, DecisionKind, HintSource, Person } from "./record.ts";

/** Where a request stands. */
export const RequestState = z.enum(["assessing", "waiting", "deferred", "applying", "closed"]);
export type RequestState = z.infer<typeof RequestState>;

/** What became of a closed request. */
export const Outcome = z.enum(["approved", "rejected", "expired", "superseded", "refused", "failed"]);
export type Outcome = z.infer<typeof Outcome>;

/** One person's answer. */
export const Review = z.object({
  review: DecisionKind,
  reason: z.string(),
  groups: z.array(z.string()),
  by: Person,
  /** All that the person's token called them; none in reviews from before they were kept. */
  signInNames: z.array(z.string()).default([]),
  at: Instant,
});
export type Review = z.infer<typeof Review>;

/** What we will do and why: by whose word, when. */
export const Decision = z.object({ decision: DecisionKind, reason: z.string(), by: Actor, at: Instant });
export type Decision = z.infer<typeof Decision>;

/**
 * Our handling of one Pending connection, from received to closed: the sum of its audit records, and nothing that is
 * not in them.
 */
export const ApprovalRequest = z
  .object({
    id: RequestId,
    state: RequestState,
    outcome: Outcome.nullable(),
    connectionId: ConnectionId,
    clusterId: ClusterId,
    privateEndpointId: PrivateEndpointId.nullable(),
    consumerSubscription: z.string().nullable(),
    /** The consumer's own words, as ARM showed them when the connection was last judged. */
    requestMessage: z.string(),
    flags: z.array(z.string()),
    source: HintSource,
    receivedAt: Instant,
    updatedAt: Instant,
    closedAt: Instant.nullable(),
    verdict: Verdict.nullable(),
    policyHash: z.string().nullable(),
    requirement: ApprovalRequirement.nullable(),
    /** Whom we asked last in this round; null when nobody was, and when they were told that nobody is asked any more. */
    lastAsked: ApprovalRequirement.nullable().default(null),
    /** `seq` of the record that asked people, or that deferred the request; names the event that ends the wait. */
    askedSeq: z.int().nullable(),
    deadline: Instant.nullable(),
    remindAt: Instant.nullable(),
    /** When a deferred request is assessed again; null when only a change ends that, and when it is not deferred. */
    deferredUntil: Instant.nullable().default(null),
    reviews: z.array(Review),
    decision: Decision.nullable(),
    /** The answer that we set out to write, null before. */
    intent: z.object({ answer: Answer, description: z.string() }).nullable(),
    /** Whether ARM took the answer. */
    applied: z.boolean(),
    failure: z
      .object({ code: z.string(), message: z.string(), hint: z.string().nullable(), retryAt: Instant })
      .nullable(),
    /** How often it failed so far; the pauses between the tries grow with it. */
    failures: z.int(),
    /** 1, and one more each time that it is reopened. */
    round: z.int().positive(),
    /** Number of its audit records. */
    seq: z.int().positive(),
  })
  .meta({ id: "ApprovalRequest" });
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

/**
 * Whether the request's orchestration is in a wait: for people, or for the policy to let it go on. Nothing but time, a
 * review, a change of the connection or another policy moves such a request.
 */
export const isAtRest = ({ state }: Pick<ApprovalRequest, "state">): boolean =>
  state === "waiting" || state === "deferred";

/** Whether the policy lets it alone without an end. */
export const isLeft = ({ state, deferredUntil }: Pick<ApprovalRequest, "state" | "deferredUntil">): boolean =>
  state === "deferred" && deferredUntil === null;

/** Those who know of the request because we asked them; null when nobody does. */
export const whoKnows = ({ requirement, lastAsked }: ApprovalRequest): ApprovalRequirement | null =>
  requirement ?? lastAsked;

/** The Durable instance that carries a request: its id, and from the second round on the round. */
export const instanceIdOf = (request: Pick<ApprovalRequest, "id" | "round">): string =>
  request.round === 1 ? request.id : `${request.id}-${request.round}`;

/** Name of the event that ends the wait which the record `askedSeq` began. Durable compares it with case. */
export const settledEvent = (askedSeq: number): string => `settled-${askedSeq}`;
