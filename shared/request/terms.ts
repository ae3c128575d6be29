import * as z from "zod";
import { hasVisible, oneLine } from "../text.ts";

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

/** Whatever may be taken for a quotation mark. */
const QUOTATION_MARKS = /["\p{Pi}\p{Pf}„″＂]/gu;

/**
 * How sentences and ARM call a person, in at most `max` characters: `"Ana Approver" (a1b5c7d9…)`. The name is what a
 * directory, perhaps a guest's own, says; the quotes and the beginning of the object id tell it from a rule and from
 * somebody else of the same name.
 */
export function personName(
  { oid, name }: Pick<Person, "oid" | "name">,
  max = Number.POSITIVE_INFINITY,
): string {
  const id = ` (${oid.slice(0, 8)}…)`;
  const said = (hasVisible(name) ? name : oid).replace(QUOTATION_MARKS, "'");
  return `"${oneLine(said, max - id.length - 2)}"${id}`;
}

/** How sentences call an actor, in at most `max` characters. */
export function actorName(actor: Actor, max = Number.POSITIVE_INFINITY): string {
  switch (actor.kind) {
    case "person":
      return personName(actor, max);
    case "rule":
      return oneLine(`${actor.rules.length === 1 ? "rule" : "rules"} ${actor.rules.join(", ")}`, max);
    case "system":
      return "the app";
  }
}
