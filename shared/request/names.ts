import { hasVisible, oneLine } from "../text.ts";
import type { AuditRecord } from "./record.ts";
import type { Actor, Claim, Person } from "./terms.ts";

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
    case "integration":
      return oneLine(`integration ${actor.name}`, max);
    case "rule":
      return oneLine(`${actor.rules.length === 1 ? "rule" : "rules"} ${actor.rules.join(", ")}`, max);
    case "system":
      return "the app";
  }
}

/**
 * What an integration says beside its answer, as its words and nobody's proof: `servicenow says: CHG0012, on behalf of
 * "bo@contoso.com"`.
 */
export const claimWords = (
  name: string,
  { externalId, onBehalfOf }: Pick<Claim, "externalId" | "onBehalfOf">,
): string =>
  `${name} says: ${quoted(externalId)}${onBehalfOf === null ? "" : `, on behalf of ${quoted(onBehalfOf)}`}`;

const quoted = (text: string): string => `"${oneLine(text.replace(QUOTATION_MARKS, "'"), 200)}"`;

/** What people read of a private endpoint; null is one that ARM does not name. */
export const endpointName = (endpoint: string | null): string => endpoint ?? "an unnamed endpoint";

/** Who asks for what: `pe-payments → aks-prod`. */
export const placeName = ({
  endpoint,
  cluster,
}: {
  readonly endpoint: string | null;
  readonly cluster: string;
}): string => `${endpointName(endpoint)} → ${cluster}`;

/**
 * What the consumer's subscription is called after one more record: as an assessment found out last. A name that shows
 * nothing is none, and where somebody wrote into the store nobody knows.
 */
export function consumerNameAfter(before: string | null, record: AuditRecord): string | null {
  if (record.kind === "distrusted") return null;
  const name = record.kind === "assessed" ? record.facts.consumer.subscriptionName : null;
  return name?.kind === "value" && hasVisible(name.value) ? name.value : before;
}
