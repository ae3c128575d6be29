import { CLAIMS_NODE, MANAGEMENT_SUFFIX } from "../constants.ts";
import type { Entities, Entity } from "../entities.ts";
import { notFound, notImitated, type Refusal, UNAUTHORIZED } from "../errors.ts";
import type { Claims } from "./claims.ts";

/** What a link that a client attaches leads to. */
export type Admission =
  | { readonly kind: "claims" }
  | { readonly kind: "management"; readonly entity: Entity }
  | { readonly kind: "entity"; readonly entity: Entity }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Decides about a link by its address. Everything but `$cbs` needs a claim, even to learn that it does not exist. */
export function admit(address: string | undefined, claims: Claims, entities: Entities): Admission {
  // A transaction's coordinator is the one target without an address (OASIS AMQP 1.0, part 4 §4.2).
  if (address === undefined) return { kind: "refused", refusal: notImitated("A transaction") };
  const path = address.toLowerCase();
  if (path === CLAIMS_NODE) return { kind: "claims" };
  if (!claims.cover(path)) return { kind: "refused", refusal: UNAUTHORIZED };
  const isManagement = path.endsWith(MANAGEMENT_SUFFIX);
  const key = isManagement ? path.slice(0, -MANAGEMENT_SUFFIX.length) : path;
  const entity = entities.get(key);
  if (!entity) return { kind: "refused", refusal: notFound(address) };
  return { kind: isManagement ? "management" : "entity", entity };
}
