import * as z from "zod";
import { ClusterId, ConnectionId, PrivateEndpointId } from "../connection/arm-id.ts";
import { Answer, Instant, RequestId } from "../connection/connection.ts";
import { Facts } from "../policy/facts.ts";
import { PolicyVersion } from "../policy/policy-version.ts";
import { ApprovalRequirement, Verdict } from "../policy/verdict.ts";
import { jsonIn } from "./json.ts";
import {
  Actor,
  Claim,
  DecisionKind,
  HintSource,
  type Outcome,
  Person,
  type RequestState,
  Reviewer,
  Via,
} from "./terms.ts";

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
  /** Hash of the policy that assessed the request, null before any did. */
  policyHash: z.string().nullable(),
  /** ARM's correlation id, where the record is about a call to ARM. */
  correlationId: z.string().nullable(),
  sentence: z.string(),
  /** Keyed hash of this record and of the seal before it, `<id of the key>.<hash>`: nobody else can write such a record. */
  seal: z.string(),
};

/** What went wrong, what a person can do about it, and when the app tries again. */
const trouble = { code: z.string(), message: z.string(), hint: z.string().nullable(), retryAt: Instant };

interface KindOf<S extends RequestState, F extends z.ZodRawShape> {
  /** The states of a request in which such a record may be added. */
  readonly follows: readonly S[];
  readonly fields: F;
  /** The outcome with which it closes the request; null when it does not. */
  readonly outcome: ((fields: z.output<z.ZodObject<F>>) => Outcome) | null;
}

const kind = <S extends RequestState, F extends z.ZodRawShape>(
  follows: readonly S[],
  fields: F,
  outcome: KindOf<S, F>["outcome"] = null,
): KindOf<S, F> => ({ follows, fields, outcome });

/**
 * Every kind of record: in which states it may be added, what it says beside what all records say, and the outcome with
 * which it closes a request. The union of records, the life of a request and its outcomes follow from this table.
 */
export const RECORD_KINDS = {
  /** A Pending connection came into our care, or its request message changed while it was. */
  received: kind(["assessing", "waiting", "deferred", "applying"], {
    requestMessage: z.string(),
    source: HintSource,
    flags: z.array(z.string()),
  }),
  assessed: kind(["assessing", "waiting", "deferred"], {
    verdict: Verdict,
    /** What the verdict stands on; another policy can be tried on them. */
    facts: Facts,
    /** Of a policy from a blob. */
    policyVersion: PolicyVersion.optional(),
    /** Of the policy that assessed the request before, null before any did. */
    previousPolicyHash: z.string().nullable(),
  }),
  /** The policy keeps the app from doing anything until then; `until` is null where only a change can end that. */
  deferred: kind(["assessing"], { until: Instant.nullable(), because: z.string() }),
  /** Another policy is in force than the one that assessed the request. What it makes of it is the next record. */
  policyChanged: kind(["waiting", "deferred", "applying"], { from: z.string(), to: z.string() }),
  /** What was thought and said no longer counts: the request is assessed again. */
  resumed: kind(["waiting", "deferred", "applying"], { because: z.string() }),
  asked: kind(["assessing"], {
    requirement: ApprovalRequirement,
    deadline: Instant,
    remindAt: Instant.nullable(),
  }),
  reminded: kind(["waiting"], { remindAt: Instant.nullable() }),
  /** Too few met a demand in time, so that more people may: `requirement` is what is asked for from now on. */
  escalated: kind(["waiting"], { requirement: ApprovalRequirement }),
  reviewed: kind(["waiting"], {
    actor: Reviewer,
    review: DecisionKind,
    reason: z.string(),
    /** Number of the record that asked what the reviewer has seen. */
    asked: z.int().positive(),
    /** Those of the asked groups that the person is in. */
    groups: z.array(z.string()),
    /** All that the person's token called them. */
    signInNames: z.array(z.string()),
    /** Authentication contexts that were demanded and that the sign-in satisfied; records of earlier versions have none. */
    authContexts: z.array(z.string()).default([]),
    /** Only of an integration. */
    claim: Claim.optional(),
    via: Via.optional(),
  }),
  /** A person takes their review back. */
  withdrawn: kind(["waiting"], { actor: Person, reason: z.string(), asked: z.int().positive() }),
  /** It has become known who asked for the connection; that person's review no longer counts. */
  requesterFound: kind(["waiting"], { requester: z.guid() }),
  decided: kind(["assessing", "waiting"], { decision: DecisionKind, reason: z.string() }),
  /** The intent; durable before ARM is called. */
  applying: kind(["applying"], { answer: Answer, description: z.string() }),
  /** ARM took the answer; `found` when it already showed it and nothing was written. */
  applied: kind(["assessing", "waiting", "deferred", "applying"], {
    answer: Answer,
    how: z.enum(["written", "found"]),
  }),
  /** A read after the write shows the answer. */
  verified: kind(["assessing", "waiting", "deferred", "applying"], { answer: Answer }, ({ answer }) =>
    answer === "Approved" ? "approved" : "rejected",
  ),
  /** ARM did not show the connection, or not its cluster: for the first time, which decides nothing. */
  missing: kind(["assessing", "waiting", "deferred", "applying"], { because: z.string() }),
  /** ARM shows again what was missing. */
  found: kind(["assessing", "waiting", "deferred", "applying"], {}),
  /** ARM is in trouble, and the app tries again: written when that takes long, or becomes another trouble. */
  delayed: kind(["assessing", "applying"], trouble),
  /** The app could not go on while the request was at rest. The wait stays as it is, and is looked after again then. */
  interrupted: kind(["waiting", "deferred"], trouble),
  failed: kind(["assessing", "applying"], trouble, () => "failed"),
  /** The request and its records did not add up, so somebody wrote into the store: nothing of before counts any more. */
  distrusted: kind(["assessing", "waiting", "deferred", "applying", "closed"], trouble, () => "failed"),
  expired: kind(["waiting"], { deadline: Instant }, () => "expired"),
  superseded: kind(
    ["assessing", "waiting", "deferred", "applying"],
    { because: z.string() },
    () => "superseded",
  ),
  refused: kind(["assessing"], { because: z.string() }, () => "refused"),
  /** A closed request is taken up again, from its assessment or, when people's decision stands, from its application. */
  reopened: kind(["closed"], { reason: z.string(), resume: z.enum(["assessing", "applying"]) }),
} as const;

type Kinds = typeof RECORD_KINDS;
export type RecordKind = keyof Kinds;
export const recordKinds = Object.keys(RECORD_KINDS) as RecordKind[];
export const RecordKind = z.enum(recordKinds);

/** The states in which a record of this kind may be added. */
export type StateBefore<K extends RecordKind> = Kinds[K]["follows"][number];

type Shape<K extends RecordKind> = Omit<typeof common, keyof Kinds[K]["fields"]> &
  Kinds[K]["fields"] & { kind: z.ZodLiteral<K> };

/** One kind of record. */
export type RecordOf<K extends RecordKind> = z.output<z.ZodObject<Shape<K>>>;

const schemaOf = <K extends RecordKind>(name: K) =>
  z.object({ ...common, ...RECORD_KINDS[name].fields, kind: z.literal(name) } as unknown as Shape<K>);

/** A record of what the policy made of a request. */
export const AssessedRecord = schemaOf("assessed");

/** One immutable entry of the audit trail. */
export type AuditRecord = { [K in RecordKind]: RecordOf<K> }[RecordKind];
const [first, ...others] = recordKinds.map((name) =>
  name === "assessed" ? AssessedRecord : schemaOf<RecordKind>(name),
);
if (first === undefined) throw new Error("There is no kind of record.");
export const AuditRecord = z
  .discriminatedUnion("kind", [first, ...others])
  .meta({ id: "AuditRecord" }) as unknown as z.ZodType<AuditRecord>;

/** A stored record, which need not be as it was written; null when it cannot be read. */
export function recordIn({
  said,
  seal,
}: {
  readonly said: string;
  readonly seal: string;
}): AuditRecord | null {
  const json = jsonIn(said);
  return typeof json === "object" ? (AuditRecord.safeParse({ ...json, seal }).data ?? null) : null;
}

/** The outcome that a record closes its request with; null when it does not close it. */
export function outcomeOf(record: AuditRecord): Outcome | null {
  const outcome = RECORD_KINDS[record.kind].outcome as ((fields: AuditRecord) => Outcome) | null;
  return outcome === null ? null : outcome(record);
}

/** What a transition says; key, time and the request's own particulars are added when it is written down. */
type Filled =
  | "requestId"
  | "seq"
  | "at"
  | "connectionId"
  | "clusterId"
  | "privateEndpointId"
  | "consumerSubscription"
  | "seal";
type WithoutFilled<R> = R extends AuditRecord
  ? Omit<R, Filled | "policyHash" | "correlationId"> & Partial<Pick<R, "policyHash" | "correlationId">>
  : never;
export type Entry = WithoutFilled<AuditRecord>;
export type EntryOf<K extends RecordKind> = Extract<Entry, { kind: K }>;
