import * as z from "zod";
import { fold } from "./text.ts";

/** Longer values are not compared but held to be unknown: every name, tag and message that Azure allows is shorter. */
const MAX_FACT_LENGTH = 1_024;

const MAX_CAUSE_LENGTH = 200;

/**
 * One thing about the request: known, known not to be there, or unknown because it could not be read.
 *
 * The difference between absent and unknown is the point: an absent tag does not match, an unknown one decides
 * nothing, so that a failed lookup can never approve.
 */
export const Fact = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value"), value: z.string() }),
  z.object({ kind: z.literal("absent") }),
  z.object({ kind: z.literal("unknown"), cause: z.string() }),
]);
export type Fact = Readonly<z.infer<typeof Fact>>;

/** All tags of a resource by name. A tag that is not in a known set is absent. */
export type Tags =
  | { readonly kind: "value"; readonly value: Readonly<Record<string, string>> }
  | Extract<Fact, { kind: "absent" | "unknown" }>;

/**
 * Everything a policy can ask about one Pending connection. What is missing or malformed is held to be unknown.
 *
 * @example
 * const facts: Facts = {
 *   endpoint: {
 *     subscription: { kind: "value", value: "3e9e0d50-1ff8-4789-acc6-7d571bd52f17" },
 *     resourceGroup: { kind: "value", value: "rg-payments" },
 *     name: { kind: "value", value: "pe-payments-01-prod" },
 *   },
 *   cluster: {
 *     name: { kind: "value", value: "aks-prod-weu" },
 *     resourceGroup: { kind: "value", value: "rg-aks-prod" },
 *     subscription: { kind: "value", value: "9f1c0d7a-53c4-4f8e-9c0f-8d2f6a1b7e43" },
 *     location: { kind: "value", value: "westeurope" },
 *     tags: { kind: "unknown", cause: "GET managedClusters: 403 AuthorizationFailed" },
 *   },
 *   message: { kind: "absent" },
 * };
 */
export interface Facts {
  /** The consumer's private endpoint, from its ARM id. */
  readonly endpoint: { readonly subscription: Fact; readonly resourceGroup: Fact; readonly name: Fact };
  /** The managed cluster that is to be reached. */
  readonly cluster: {
    readonly name: Fact;
    readonly resourceGroup: Fact;
    readonly subscription: Fact;
    /** ARM's short form: `westeurope`, not `West Europe`. */
    readonly location: Fact;
    readonly tags: Tags;
  };
  /** The consumer's own request message: a claim, not proof. An empty one should be given as absent. */
  readonly message: Fact;
}

/** Where a condition looks: a text by its path in `Facts`, or one tag of the tags there. */
export interface Field {
  /** As people write it: `endpoint.name`, `cluster.tags.env`. */
  readonly name: string;
  readonly path: readonly string[];
  /** Folded; null when the field is a text. */
  readonly tag: string | null;
}

/** Reads the given fields, in their order. Total: whatever is in `facts`, each answer is a clean `Fact`. */
export function readFields(fields: readonly Field[], facts: unknown): readonly Fact[] {
  const known = new Map<string, ReadonlyMap<string, Fact> | Fact>();
  return fields.map((field) => {
    if (field.tag === null) return cleanFact(dig(facts, field.path));

    const place = field.path.join(".");
    const tags = known.get(place) ?? cleanTags(dig(facts, field.path));
    known.set(place, tags);
    return tags instanceof Map ? (tags.get(field.tag) ?? ABSENT) : (tags as Fact);
  });
}

const ABSENT: Fact = { kind: "absent" };
const unknown = (cause: string): Fact => ({ kind: "unknown", cause });

/** Own properties only: `constructor` or `__proto__` in a path or in the facts reaches no prototype. */
function dig(from: unknown, path: readonly string[]): unknown {
  let found = from;
  for (const step of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}

function cleanFact(raw: unknown): Fact {
  switch (dig(raw, ["kind"])) {
    case "value":
      return cleanValue(dig(raw, ["value"]));
    case "absent":
      return ABSENT;
    case "unknown": {
      const cause = dig(raw, ["cause"]);
      return unknown(typeof cause === "string" ? cause.slice(0, MAX_CAUSE_LENGTH) : "no cause was given");
    }
    default:
      return unknown("it was not gathered");
  }
}

function cleanValue(value: unknown): Fact {
  if (typeof value !== "string") return unknown("its value is not text");
  if (value.length > MAX_FACT_LENGTH)
    return unknown(`its value is longer than ${MAX_FACT_LENGTH} characters`);
  return { kind: "value", value };
}

/** Tags by folded name, or why there are none. Azure holds tag names to be equal without case. */
function cleanTags(raw: unknown): ReadonlyMap<string, Fact> | Fact {
  if (dig(raw, ["kind"]) !== "value") return cleanFact(raw);
  const value = dig(raw, ["value"]);
  if (typeof value !== "object" || value === null) return unknown("the tags are not a mapping");

  const tags = new Map<string, Fact>();
  for (const [name, text] of Object.entries(value)) {
    const key = fold(name);
    tags.set(key, tags.has(key) ? unknown("two tags have this name, but for case") : cleanValue(text));
  }
  return tags;
}
