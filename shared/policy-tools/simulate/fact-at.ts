import type { FactName } from "../../policy/facts.ts";

/** What stands at a fact's place, whatever it is; undefined when nothing does. Own properties only. */
export function factAt(facts: unknown, name: FactName): unknown {
  let found = facts;
  for (const step of name.split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}
