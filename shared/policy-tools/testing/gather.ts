import { FACT_TYPES, type FactName, type Facts } from "../../policy/facts.ts";
import type { Given, GivenFact } from "./given.ts";

/** All together: what is later wins, tag by tag where both know tags. */
export function mergeGiven(layers: readonly Given[]): Given {
  const merged = new Map<FactName, GivenFact>();
  for (const layer of layers)
    for (const [name, said] of layer) merged.set(name, mergeFact(merged.get(name), said));
  return merged;
}

function mergeFact(earlier: GivenFact | undefined, later: GivenFact): GivenFact {
  if (earlier?.kind !== "tags" || later.kind !== "tags") return later;
  return { kind: "tags", tags: new Map([...earlier.tags, ...later.tags]) };
}

/** The facts as the engine takes them. `cause` says why a fact is unknown that is not given. */
export function toFacts(given: Given, cause: string): Facts {
  const facts: Nested = {};
  for (const name of Object.keys(FACT_TYPES) as FactName[])
    put(facts, name.split("."), toFact(given.get(name) ?? { kind: "unknown", cause }));
  // FACT_TYPES names every fact there is.
  return facts as unknown as Facts;
}

interface Nested {
  [name: string]: unknown;
}

function put(into: Nested, [step = "", ...rest]: readonly string[], fact: unknown): void {
  if (rest.length === 0) into[step] = fact;
  else {
    const inner = (into[step] ?? {}) as Nested;
    into[step] = inner;
    put(inner, rest, fact);
  }
}

function toFact(said: GivenFact): unknown {
  if (said.kind !== "tags") return said;
  const there = [...said.tags.values()].filter(({ value }) => value !== null);
  return { kind: "value", value: Object.fromEntries(there.map(({ name, value }) => [name, value])) };
}
