import * as z from "zod";
import { ClusterId, ConnectionId, PrivateEndpointId } from "../connection/arm-id.ts";
import { Answer, Instant, RequestId } from "../connection/connection.ts";
import { Facts } from "../policy/facts.ts";
import { ApprovalRequirement, Verdict } from "../policy/index.ts";

/** A person who signed in; `oid` is their object id in the directory. */
export const Person = z.object({ kind: z.literal("person"), oid: z.guid(), name: z.string() });
export type Person = z.infer<typeof Person>;
/** Who caused a record: a person, rules of the policy, or the app itself. */
export const Actor = z.discriminatedUnion("kind", [
  Person,
  z.object({ kind: z.literal("rule"), rules: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal("system") }),
]);
export type Actor = z.infer<typeof Actor>;
export const SYSTEM: Actor = { kind: "system" };

/** How sentences call an actor. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case "person":
      return actor.name;
    case "rule":
      return `${actor.rules.length === 1 ? "rule" : "rules"} ${actor.rules.join(", ")}`;
    case "system":
      return "the app";
  }
}

/** What made us look at a connection. */
export const HintSource = z.enum(["event", "message", "sweep"]);
export type HintSource = z.infer<typeof HintSource>;

/** What we will do about a connection. */
export const DecisionKind = z.enum(["approve", "reject"]);
export type DecisionKind = z.infer<typeof DecisionKind>;

/** What every record says: which request, when, whose doing, and one sentence for people. */
const common = {
  requestId: RequestId,
  /** 1, 2, 3, ... within the request, without a hole. With `requestId` it is the record's key. */
  seq: z.int().positive(),
  at: Instant,
  connectionId: ConnectionId,
  clusterId: ClusterId,
  privateEndpointId: PrivateEndpointId.nullable(),
  consumerSubscription: z.string().nullable(),
  actor: Actor,
  /** Hash of the policy that judged the request, null before any did. */
  policyHash: z.string().nullable(),
  /** ARM's correlation id, where the record is about a call to ARM. */
  correlationId: z.string().nullable(),
  sentence: z.string(),
};

const kinds = {
  /** A Pending connection came into our care, or its request message changed while it was. */
  received: { requestMessage: z.string(), source: HintSource, flags: z.array(z.string()) },
  /** `facts`: what the verdict stands on; another policy can be tried on them. Null in records from before they were kept. */
  assessed: {
    verdict: Verdict,
    facts: Facts.nullable().default(null),
    /** Of the policy that judged the request the last time, null before any did. */
    previousPolicyHash: z.string().nullable().default(null),
  },
  /** The policy keeps the app from doing anything until then; `until` is null where only a change can end that. */
  deferred: { until: Instant.nullable(), because: z.string() },
  /** Another policy is in force than the one that judged the request. What it makes of it is the next record. */
  policyChanged: { from: z.string(), to: z.string() },
  /** What was thought and said counts no more: the request is assessed anew. */
  resumed: { because: z.string() },
  asked: { requirement: ApprovalRequirement, deadline: Instant, remindAt: Instant.nullable() },
  reminded: { remindAt: Instant.nullable() },
  /** Nobody met a demand in time, so that more people may: `requirement` is what is asked for from now on. */
  escalated: { requirement: ApprovalRequirement },
  /** `groups`: those of the asked groups that the person is in. `signInNames`: none in records from before they were kept. */
  reviewed: {
    actor: Person,
    review: DecisionKind,
    reason: z.string(),
    groups: z.array(z.string()),
    signInNames: z.array(z.string()).default([]),
  },
  decided: { decision: DecisionKind, reason: z.string() },
  /** The intent; durable before ARM is called. */
  applying: { answer: Answer, description: z.string() },
  /** ARM took the answer; `found` when it already showed it and nothing was written. */
  applied: { answer: Answer, how: z.enum(["written", "found"]) },
  /** A read after the write shows the answer: the request is closed. */
  verified: { answer: Answer },
  failed: { code: z.string(), message: z.string(), hint: z.string().nullable(), retryAt: Instant },
  expired: { deadline: Instant },
  superseded: { because: z.string() },
  refused: { because: z.string() },
  /** A closed request is taken up again, from its assessment or, when people's decision stands, from its application. */
  reopened: { reason: z.string(), resume: z.enum(["assessing", "applying"]) },
} as const;

export type RecordKind = keyof typeof kinds;
export const recordKinds = Object.keys(kinds) as RecordKind[];

/** A record of what the policy made of a request. */
export const AssessedRecord = z.object({ ...common, kind: z.literal("assessed"), ...kinds.assessed });

/** One immutable entry of the audit trail. */
export const AuditRecord = z
  .discriminatedUnion("kind", [
    z.object({ ...common, kind: z.literal("received"), ...kinds.received }),
    AssessedRecord,
    z.object({ ...common, kind: z.literal("deferred"), ...kinds.deferred }),
    z.object({ ...common, kind: z.literal("policyChanged"), ...kinds.policyChanged }),
    z.object({ ...common, kind: z.literal("resumed"), ...kinds.resumed }),
    z.object({ ...common, kind: z.literal("asked"), ...kinds.asked }),
    z.object({ ...common, kind: z.literal("reminded"), ...kinds.reminded }),
    z.object({ ...common, kind: z.literal("escalated"), ...kinds.escalated }),
    z.object({ ...common, kind: z.literal("reviewed"), ...kinds.reviewed }),
    z.object({ ...common, kind: z.literal("decided"), ...kinds.decided }),
    z.object({ ...common, kind: z.literal("applying"), ...kinds.applying }),
    z.object({ ...common, kind: z.literal("applied"), ...kinds.applied }),
    z.object({ ...common, kind: z.literal("verified"), ...kinds.verified }),
    z.object({ ...common, kind: z.literal("failed"), ...kinds.failed }),
    z.object({ ...common, kind: z.literal("expired"), ...kinds.expired }),
    z.object({ ...common, kind: z.literal("superseded"), ...kinds.superseded }),
    z.object({ ...common, kind: z.literal("refused"), ...kinds.refused }),
    z.object({ ...common, kind: z.literal("reopened"), ...kinds.reopened }),
  ])
  .meta({ id: "AuditRecord" });
export type AuditRecord = z.infer<typeof AuditRecord>;

/** What a transition says; key, time and the request's own particulars are added when it is written down. */
type Filled =
  | "requestId"
  | "seq"
  | "at"
  | "connectionId"
  | "clusterId"
  | "privateEndpointId"
  | "consumerSubscription";
type WithoutFilled<R> = R extends AuditRecord
  ? Omit<R, Filled | "policyHash" | "correlationId"> & Partial<Pick<R, "policyHash" | "correlationId">>
  : never;
export type Entry = WithoutFilled<AuditRecord>;
