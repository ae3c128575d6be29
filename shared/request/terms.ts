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

/** Who caused a record: a person, rules of the policy, or the app itself. */
export const Actor = z.discriminatedUnion("kind", [
  Person,
  z.object({ kind: z.literal("rule"), rules: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal("system") }),
]);
export type Actor = z.infer<typeof Actor>;
export const SYSTEM: Actor = { kind: "system" };
