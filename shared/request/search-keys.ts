import { armName } from "../connection/arm-id.ts";
import { type AuditRecord, outcomeOf } from "./record.ts";
import type { Actor, Outcome } from "./terms.ts";

/** What a record is found by, in every store; all words lower-cased. */
export interface SearchKeys {
  /** Name of the cluster. */
  readonly cluster: string;
  /** Subscription of the private endpoint. */
  readonly consumer: string | null;
  readonly actors: readonly string[];
  readonly outcome: Outcome | null;
}

export const searchKeysOf = (record: AuditRecord): SearchKeys => ({
  cluster: armName(record.clusterId).name,
  consumer: record.consumerSubscription,
  actors: actorWords(record.actor),
  outcome: outcomeOf(record),
});

/** A person's object id, the names of rules, or `system`. */
function actorWords(actor: Actor): readonly string[] {
  switch (actor.kind) {
    case "person":
      return [actor.oid.toLowerCase()];
    case "rule":
      return [...new Set(actor.rules.map((rule) => rule.toLowerCase()))];
    case "system":
      return ["system"];
  }
}
