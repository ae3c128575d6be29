import { armName } from "../connection/arm-id.ts";
import { fold } from "../policy/text.ts";
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
  actors: actorWords(record),
  outcome: outcomeOf(record),
});

/** The form in which an actor is kept and looked for: in any case, and however its letters are composed. */
export const actorWord = (text: string): string => fold(text.normalize("NFC").trim());

/** A person's object id, name and, where the record has them, sign-in names; the names of rules; or `system`. */
function actorWords(record: AuditRecord): readonly string[] {
  const words =
    record.kind === "reviewed" ? [...wordsOf(record.actor), ...record.signInNames] : wordsOf(record.actor);
  return [...new Set(words.map(actorWord))];
}

function wordsOf(actor: Actor): readonly string[] {
  switch (actor.kind) {
    case "person":
      return [actor.oid, actor.name];
    case "rule":
      return actor.rules;
    case "system":
      return ["system"];
  }
}
