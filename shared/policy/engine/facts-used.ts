import { type FactName, factNameOf } from "../facts.ts";
import type { Policy } from "./compiled.ts";

/**
 * Which facts the policy asks about: only those need to be gathered. The requester is among them when one of its asks
 * prevents self-review.
 */
export const factsUsed = ({ fields }: Policy): ReadonlySet<FactName> =>
  new Set(fields.map(factNameOf).filter((name) => name !== null));
