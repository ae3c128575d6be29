import { describe, expect, test } from "vitest";
import { evaluate, type Facts } from "../../../shared/policy/index.ts";
import { absent, aFile, is, load, someFacts, tagged, unknown } from "./builders.ts";

type Result = "yes" | "no" | "unknown";

/** What the one condition of a rule says of the facts. */
function resultOf(condition: string, facts: Facts): Result | undefined {
  const more = "lists: { teams: [web, team-*] }";
  const policy = load(
    aFile(`  - name: only\n    when: ${condition}\n    then: { reject: { reason: No. } }`, { more }),
  );
  return evaluate(policy, facts).rules[0]?.when[0]?.result;
}

const named = (name: string) => someFacts({ endpoint: { name: is(name) } });
const withTags = (tags: Record<string, string>) => someFacts({ cluster: { tags: tagged(tags) } });

describe("every field can be asked about", () => {
  test.each<[string, Facts]>([
    ["{ endpoint: { subscription: it } }", someFacts({ endpoint: { subscription: is("it") } })],
    ["{ endpoint: { resourceGroup: it } }", someFacts({ endpoint: { resourceGroup: is("it") } })],
    ["{ endpoint: { name: it } }", someFacts({ endpoint: { name: is("it") } })],
    ["{ cluster: { name: it } }", someFacts({ cluster: { name: is("it") } })],
    ["{ cluster: { resourceGroup: it } }", someFacts({ cluster: { resourceGroup: is("it") } })],
    ["{ cluster: { subscription: it } }", someFacts({ cluster: { subscription: is("it") } })],
    ["{ cluster: { location: it } }", someFacts({ cluster: { location: is("it") } })],
    ["{ cluster: { tags: { env: it } } }", withTags({ env: "it" })],
    ["{ message: it }", someFacts({ message: is("it") })],
  ])("%s", (condition, facts) => {
    expect(resultOf(condition, facts)).toBe("yes");
    expect(resultOf(condition, someFacts())).toBe("no");
  });
});

describe("every kind of condition on a text", () => {
  test.each<[string, string, Result]>([
    ["web", "web", "yes"],
    ["web", "webs", "no"],
    ["Web", "wEB", "yes"],
    ['"12"', "12", "yes"],
    ["[a, b]", "B", "yes"],
    ["[a, b]", "c", "no"],
    ["[a, b-*]", "b-1", "yes"],
    ["web-*", "WEB-1", "yes"],
    ["web-?", "web-12", "no"],
    ["{ in: teams }", "Web", "yes"],
    ["{ in: teams }", "team-7", "yes"],
    ["{ in: teams }", "other", "no"],
    ["{ not: web }", "web", "no"],
    ["{ not: web }", "other", "yes"],
    ["{ not: [a, b] }", "b", "no"],
    ["{ not: web-* }", "web-1", "no"],
    ["{ not: { in: teams } }", "team-1", "no"],
    ["{ not: { in: teams } }", "other", "yes"],
    ["{ present: true }", "anything", "yes"],
    ["{ present: false }", "anything", "no"],
  ])("%s on %j: %s", (condition, name, expected) => {
    expect(resultOf(`{ endpoint: { name: ${condition} } }`, named(name))).toBe(expected);
  });
});

describe("what is known to be absent equals nothing; what is unknown decides nothing", () => {
  test.each<[string, Result, Result]>([
    ["hi", "no", "unknown"],
    ['"*"', "no", "unknown"],
    ["[hi, ho]", "no", "unknown"],
    ["{ in: teams }", "no", "unknown"],
    ["{ not: hi }", "yes", "unknown"],
    ["{ not: { in: teams } }", "yes", "unknown"],
    ["{ present: true }", "no", "unknown"],
    ["{ present: false }", "yes", "unknown"],
  ])("message %s: absent %s, unknown %s", (condition, ofAbsent, ofUnknown) => {
    expect(resultOf(`{ message: ${condition} }`, someFacts({ message: absent }))).toBe(ofAbsent);
    expect(resultOf(`{ message: ${condition} }`, someFacts({ message: unknown() }))).toBe(ofUnknown);
  });
});

describe("tags", () => {
  test.each<[string, string, Facts, Result]>([
    ["names have no case", "{ ENV: prod }", withTags({ env: "Prod" }), "yes"],
    ["a tag that is not there is absent", "{ env: { present: false } }", withTags({ other: "x" }), "yes"],
    ["a cluster without tags has none", "{ env: prod }", someFacts({ cluster: { tags: absent } }), "no"],
    [
      "unreadable tags are unknown, each",
      "{ env: prod }",
      someFacts({ cluster: { tags: unknown() } }),
      "unknown",
    ],
    [
      "two tags of one name but for case are unknown",
      "{ env: prod }",
      withTags({ env: "prod", Env: "dev" }),
      "unknown",
    ],
    ["constructor is a name like any other", "{ constructor: x }", withTags({ constructor: "x" }), "yes"],
    ["constructor is not there by itself", "{ constructor: { present: true } }", withTags({}), "no"],
    ["toString is not there by itself", "{ toString: { present: true } }", withTags({}), "no"],
    ["a value may be called __proto__", "{ env: __proto__ }", withTags({ env: "__proto__" }), "yes"],
    [
      "a tag called __proto__ changes no other",
      "{ env: prod }",
      withTags(JSON.parse('{ "__proto__": { "env": "prod" } }')),
      "no",
    ],
  ])("%s", (_name, tags, facts, expected) => {
    expect(resultOf(`{ cluster: { tags: ${tags} } }`, facts)).toBe(expected);
  });
});

describe("case, beyond ASCII", () => {
  test.each<[string, string, Result]>([
    ["rg-été", "RG-ÉTÉ", "yes"],
    ["ΟΔΟΣ", "οδοσ", "yes"],
    ["rg-k8s", "rg-\u212a8s", "no"],
    ["rg-it", "rg-\u0130t", "no"],
    ["rg-\u212a8s", "rg-\u212a8S", "yes"],
  ])("%j on %j: %s", (written, name, expected) => {
    expect(resultOf(`{ endpoint: { name: ${written} } }`, named(name))).toBe(expected);
  });
});

describe("facts that are not as they should be are unknown, with the reason", () => {
  test.each<[string, unknown, string]>([
    ["no facts at all", null, "it was not gathered"],
    ["a block is missing", {}, "it was not gathered"],
    ["a fact is missing", { endpoint: {} }, "it was not gathered"],
    ["a bare text is no fact", { endpoint: { name: "x" } }, "it was not gathered"],
    ["a number", { endpoint: { name: { kind: "value", value: 12 } } }, "its value is not text"],
    ["no value", { endpoint: { name: { kind: "value" } } }, "its value is not text"],
    [
      "a text longer than any name",
      { endpoint: { name: { kind: "value", value: "x".repeat(1_025) } } },
      "its value is longer than 1024 characters",
    ],
    ["unknown without a cause", { endpoint: { name: { kind: "unknown" } } }, "no cause was given"],
    ["a fact by inheritance", { endpoint: Object.create({ name: is("x") }) }, "it was not gathered"],
  ])("%s", (_name, facts, cause) => {
    const policy = load(aFile("  - { name: only, when: { endpoint: { name: x } }, then: approve }"));

    const verdict = evaluate(policy, facts as Facts);

    expect(verdict.unknownFacts).toEqual([{ field: "endpoint.name", cause }]);
    expect(verdict.kind).toBe("ask");
  });
});
