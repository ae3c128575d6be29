import * as z from "zod";
import { ClusterId, ConnectionId, PrivateEndpointId } from "../connection/arm-id.ts";
import { Answer, Instant, RequestId } from "../connection/connection.ts";
import { ApprovalRequirement, Verdict } from "../policy/verdict.ts";
import {
  Actor,
  Claim,
  DecisionKind,
  HintSource,
  Outcome,
  type RequestState,
  Reviewer,
  Via,
} from "./terms.ts";

/** The answer of one person, or of one integration. */
export const Review = z.object({
  review: DecisionKind,
  reason: z.string(),
  /** Those of the asked groups that a person is in; an integration is in none. */
  groups: z.array(z.string()),
  by: Reviewer,
  /** All that the person's token called them. */
  signInNames: z.array(z.string()),
  /** Authentication contexts that were demanded and that the sign-in satisfied. */
  authContexts: z.array(z.string()).default([]),
  /** Only of an integration. */
  claim: Claim.optional(),
  via: Via.optional(),
  at: Instant,
});
export type Review = z.infer<typeof Review>;

/** The question to people: whom, until when, and what they said so far. */
export const Ask = z.object({
  /** Number of the record that asked. */
  seq: z.int().positive(),
  requirement: ApprovalRequirement,
  deadline: Instant,
  /** Null when no reminder comes before the deadline. */
  remindAt: Instant.nullable(),
  reviews: z.array(Review),
});
export type Ask = z.infer<typeof Ask>;

/** That the policy keeps the app from doing anything; `until` is null when only a change ends that. */
const Deferral = z.object({ until: Instant.nullable() });

/** What we will do and why: by whose word, when. */
export const Decision = z.object({ decision: DecisionKind, reason: z.string(), by: Actor, at: Instant });
export type Decision = z.infer<typeof Decision>;

/** How far the answer has come. */
const Application = z.object({
  answer: Answer,
  /** What we set out to write with it; null when ARM showed the answer and nothing of ours was on its way. */
  description: z.string().nullable(),
  /** Whether ARM took the answer. */
  isTaken: z.boolean(),
});

/** What went wrong, what a person can do about it, and when the app tries again. */
const Failure = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
  retryAt: Instant,
});
export type Failure = z.infer<typeof Failure>;

/** Words that we set out to write into ARM, in which round, and the answer with them. */
const OwnWords = z.object({ description: z.string(), answer: Answer, round: z.int().positive() });
export type OwnWords = z.infer<typeof OwnWords>;

/** How it ended, and when. */
const Closure = z.union([
  z.object({ outcome: z.literal("failed"), at: Instant, failure: Failure }),
  z.object({ outcome: Outcome.exclude(["failed"]), at: Instant, failure: z.null() }),
]);
export type Closure = z.infer<typeof Closure>;

/** What a request says in every state. */
const common = {
  id: RequestId,
  connectionId: ConnectionId,
  clusterId: ClusterId,
  privateEndpointId: PrivateEndpointId.nullable(),
  consumerSubscription: z.string().nullable(),
  consumerName: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "What that subscription was called when an assessment last found that out, by its owners' choice; null where none did.",
    ),
  /** The consumer's own words, as ARM showed them when the connection was last assessed. */
  requestMessage: z.string(),
  flags: z.array(z.string()),
  source: HintSource,
  receivedAt: Instant,
  /** When the connection that it is about now came into our care: at first, with another message, or in another round. */
  takenUpAt: Instant,
  updatedAt: Instant,
  /** What the policy says of the connection as it is; null until it is asked. */
  verdict: Verdict.nullable(),
  /** Of the policy that assessed the request last; null before any did. */
  policyHash: z.string().nullable(),
  audience: ApprovalRequirement.nullable().describe(
    "The people whom the app asked last, as long as they have to hear how it ends; null when there are none.",
  ),
  application: Application.nullable(),
  ownWords: z
    .array(OwnWords)
    .describe(
      "The latest of all that our records say we set out to write, in any round: nothing else in ARM is ours.",
    ),
  missing: z
    .object({ since: Instant })
    .nullable()
    .describe(
      "Since when ARM does not show the connection; null while it does. Only a later look that misses it too counts.",
    ),
  /** What keeps the app from assessing or applying for the moment, and since when; the next record clears it. */
  delay: Failure.extend({ since: Instant }).nullable(),
  /** Why the app does not look after a wait for the moment; the next record clears it. */
  interruption: Failure.extend({ count: z.int().positive() }).nullable(),
  waitSeq: z
    .int()
    .positive()
    .nullable()
    .describe("Number of the record that began the last wait of this round; names the event that ends it."),
  /** How often it failed so far; the pauses between the tries grow with it. */
  failures: z.int().min(0),
  /** 1, and one more each time that it is reopened. */
  round: z.int().positive(),
  /** Number of its audit records. */
  seq: z.int().positive(),
  head: z.string().describe("Seal of the last of its audit records."),
};

const inState = <S extends RequestState, F extends z.ZodRawShape>(state: S, fields: F) =>
  z.object({ ...common, state: z.literal(state), ...fields });

const none = z.null();

/**
 * Our handling of one Pending connection, from received to closed: the sum of its audit records, and nothing that is
 * not in them. The members are the same in every state; which of them are null is the state's.
 */
export const ApprovalRequest = z
  .discriminatedUnion("state", [
    inState("assessing", { ask: none, deferral: none, decision: none, closure: none }),
    inState("waiting", { ask: Ask, deferral: none, decision: none, closure: none }),
    inState("deferred", { ask: none, deferral: Deferral, decision: none, closure: none }),
    inState("applying", { ask: Ask.nullable(), deferral: none, decision: Decision, closure: none }),
    inState("closed", {
      ask: Ask.nullable(),
      deferral: none,
      decision: Decision.nullable(),
      closure: Closure,
    }),
  ])
  .meta({ id: "ApprovalRequest" });
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

/** A request in one of some states. */
export type RequestIn<S extends RequestState> = Extract<ApprovalRequest, { state: S }>;

/**
 * Whether the request's orchestration is in a wait: for people, or for the policy to let it go on. Only time, a review,
 * a change of the connection or another policy moves such a request.
 */
export const isAtRest = (request: ApprovalRequest): request is RequestIn<"waiting" | "deferred"> =>
  request.state === "waiting" || request.state === "deferred";

/** Whether the policy leaves it alone without an end. */
export const isLeft = (request: ApprovalRequest): request is RequestIn<"deferred"> =>
  request.state === "deferred" && request.deferral.until === null;

/** What became of it; null while it is open. */
export const outcomeOfRequest = ({ closure }: ApprovalRequest): Outcome | null => closure?.outcome ?? null;

/** The Durable instance that carries a request: its id, and from the second round on the round. */
export const instanceIdOf = (request: Pick<ApprovalRequest, "id" | "round">): string =>
  request.round === 1 ? request.id : `${request.id}-${request.round}`;

/** Name of the event that ends the wait which the record `waitSeq` began. Durable compares it with case. */
export const settledEvent = (waitSeq: number): string => `settled-${waitSeq}`;
