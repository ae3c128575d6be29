import * as z from "zod";

/** Where a request stands. */
export const RequestState = z.enum(["assessing", "waiting", "deferred", "applying", "closed"]);
export type RequestState = z.infer<typeof RequestState>;

/** What became of a closed request. */
export const Outcome = z.enum(["approved", "rejected", "expired", "superseded", "refused", "failed"]);
export type Outcome = z.infer<typeof Outcome>;

/** What made us look at a connection. */
export const HintSource = z.enum(["event", "message", "sweep"]);
export type HintSource = z.infer<typeof HintSource>;

/** What we will do about a connection. */
export const DecisionKind = z.enum(["approve", "reject"]);
export type DecisionKind = z.infer<typeof DecisionKind>;

/** A person who signed in; `oid` is their object id in the directory. */
export const Person = z.object({ kind: z.literal("person"), oid: z.guid(), name: z.string() });
export type Person = z.infer<typeof Person>;

/** How a system proved that it is the one: by a token of its app, or by a key of its own, which an id tells from others. */
export const Proof = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("app"), oid: z.guid() }),
  z.object({ kind: z.literal("key"), id: z.string() }),
]);
export type Proof = z.infer<typeof Proof>;

/** A system that reviews under the name which the policy gives it; never a person, whoever stands behind it. */
export const IntegrationActor = z.object({
  kind: z.literal("integration"),
  name: z.string(),
  proof: Proof,
});
export type IntegrationActor = z.infer<typeof IntegrationActor>;

/** Who can review. */
export const Reviewer = z.discriminatedUnion("kind", [Person, IntegrationActor]);
export type Reviewer = z.infer<typeof Reviewer>;

/** What came with the review of an integration: its own words, and nobody's proof. */
export const Claim = z.object({
  /** Of the message that brought it: the same one that comes again is not counted again. */
  messageId: z.string(),
  /** What the system calls that which its answer rests on, such as the number of a change. */
  externalId: z.string(),
  /** For whom it says that it speaks, by an object id or a sign-in name; null when it does not say. */
  onBehalfOf: z.string().nullable(),
});
export type Claim = z.infer<typeof Claim>;

/** By which way a review came in; absent where a person called the API. */
export const Via = z.enum(["integrations", "teams"]);
export type Via = z.infer<typeof Via>;

/** Who caused a record: a person, an integration, rules of the policy, or the app itself. */
export const Actor = z.discriminatedUnion("kind", [
  Person,
  IntegrationActor,
  z.object({ kind: z.literal("rule"), rules: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal("system") }),
]);
export type Actor = z.infer<typeof Actor>;
export const SYSTEM: Actor = { kind: "system" };
