import { describe, expect, test } from "vitest";
import { explain, type Facts } from "../../../../shared/policy/index.ts";
import { absent, aFile, count, is, load, named, someFacts, tagged, unknown } from "../builders.ts";

type Result = "yes" | "no" | "unknown";

/** What the one condition of a rule says of the facts. */
function resultOf(condition: string, facts: Facts): Result | undefined {
  const more = "lists: { teams: [web, team-*] }";
  const policy = load(
    aFile(`  - name: only\n    when: ${condition}\n    then: { reject: { reason: No. } }`, { more }),
  );
  return explain(policy, facts).rules[0]?.when[0]?.result;
}

const called = (name: string) => someFacts({ endpoint: { name: is(name) } });
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
    ["{ endpoint: { location: it } }", someFacts({ endpoint: { location: is("it") } })],
    ["{ consumer: { tenant: it } }", someFacts({ consumer: { tenant: is("it") } })],
    [
      "{ consumer: { managementGroups: it } }",
      someFacts({ consumer: { managementGroups: named("x", "It") } }),
    ],
    ["{ consumer: { tags: { env: it } } }", someFacts({ consumer: { tags: tagged({ env: "it" }) } })],
    ["{ message: it }", someFacts({ message: is("it") })],
    ["{ requester: it }", someFacts({ requester: is("it") })],
    ["{ source: it }", someFacts({ source: is("it") })],
    ["{ history: { approvedBefore: { atLeast: 2 } } }", someFacts({ history: { approvedBefore: count(2) } })],
    [
      "{ history: { approvedOnCluster: { atLeast: 2 } } }",
      someFacts({ history: { approvedOnCluster: count(2) } }),
    ],
    ["{ time: { days: sun, timezone: UTC } }", someFacts({ time: is("2026-11-22T10:15:00.000Z") })],
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
    expect(resultOf(`{ endpoint: { name: ${condition} } }`, called(name))).toBe(expected);
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

describe("several texts", () => {
  const groups = (...names: string[]) => someFacts({ consumer: { managementGroups: named(...names) } });

  test.each<[string, Facts, Result]>([
    ["mg-a", groups("root", "MG-A"), "yes"],
    ["mg-a", groups("root"), "no"],
    ["mg-*", groups("root", "mg-b"), "yes"],
    ["{ in: teams }", groups("root", "team-1"), "yes"],
    ["{ not: mg-a }", groups("root", "mg-a"), "no"],
    ["{ not: mg-a }", groups("root"), "yes"],
    ["mg-a", groups(), "no"],
    ["{ not: mg-a }", groups(), "yes"],
    ["{ present: true }", groups(), "no"],
    ["{ present: true }", groups("root"), "yes"],
    ["{ present: false }", groups(), "yes"],
    ["{ sameAs: endpoint.name }", groups("root", "PE-some"), "yes"],
    ["{ not: { sameAs: endpoint.name } }", groups("root", "pe-some"), "no"],
    ["mg-a", someFacts({ consumer: { managementGroups: absent } }), "no"],
    ["mg-a", someFacts({ consumer: { managementGroups: unknown() } }), "unknown"],
  ])("%s", (condition, facts, expected) => {
    expect(resultOf(`{ consumer: { managementGroups: ${condition} } }`, facts)).toBe(expected);
  });
});

describe("counts", () => {
  test.each<[string, Facts["history"]["approvedBefore"], Result]>([
    ["{ atLeast: 2 }", count(1), "no"],
    ["{ atLeast: 2 }", count(2), "yes"],
    ["{ atMost: 2 }", count(2), "yes"],
    ["{ atMost: 2 }", count(3), "no"],
    ["{ atLeast: 1, atMost: 2 }", count(3), "no"],
    ["{ atLeast: 1, atMost: 2 }", count(1), "yes"],
    ["{ atMost: 2 }", absent, "unknown"],
    ["{ atMost: 2 }", unknown(), "unknown"],
  ])("%s of %o: %s", (condition, approvedBefore, expected) => {
    expect(
      resultOf(`{ history: { approvedBefore: ${condition} } }`, someFacts({ history: { approvedBefore } })),
    ).toBe(expected);
  });
});

describe("the same as another field", () => {
  const tags = (consumer: Facts["consumer"]["tags"], cluster: Facts["cluster"]["tags"]) =>
    someFacts({ consumer: { tags: consumer }, cluster: { tags: cluster } });

  test.each<[string, Facts, Result, Result]>([
    ["equal, but for case", tags(tagged({ cc: "A1" }), tagged({ CC: "a1" })), "yes", "no"],
    ["different", tags(tagged({ cc: "A1" }), tagged({ cc: "A2" })), "no", "yes"],
    ["a pattern is not one here", tags(tagged({ cc: "A1" }), tagged({ cc: "A*" })), "no", "yes"],
  ])("%s", (_name, facts, same, different) => {
    const condition = (test: string) => `{ consumer: { tags: { cc: ${test} } } }`;

    expect(resultOf(condition("{ sameAs: cluster.tags.cc }"), facts)).toBe(same);
    expect(resultOf(condition("{ not: { sameAs: cluster.tags.cc } }"), facts)).toBe(different);
  });
});

describe("the time", () => {
  const office = "days: [mon, tue, wed, thu, fri], between: 07:00-18:00, timezone: Europe/Oslo";
  const night = "days: fri, between: 22:00-06:00, timezone: Europe/Oslo";

  test.each<[string, string, Result]>([
    [office, "2026-11-23T05:59:59.999Z", "no"],
    [office, "2026-11-23T06:00:00.000Z", "yes"],
    [office, "2026-11-23T17:00:00.000Z", "no"],
    [office, "2026-11-22T10:00:00.000Z", "no"],
    [office, "2026-07-20T05:00:00.000Z", "yes"],
    [night, "2026-11-27T21:00:00.000Z", "yes"],
    [night, "2026-11-28T04:59:00.000Z", "yes"],
    [night, "2026-11-28T05:00:00.000Z", "no"],
    [night, "2026-11-27T04:00:00.000Z", "no"],
    [
      "from: 2026-12-18T16:00, until: 2027-01-04T07:00, timezone: Europe/Oslo",
      "2026-12-18T14:59:59.999Z",
      "no",
    ],
    [
      "from: 2026-12-18T16:00, until: 2027-01-04T07:00, timezone: Europe/Oslo",
      "2026-12-18T15:00:00.000Z",
      "yes",
    ],
    [
      "from: 2026-12-18T16:00, until: 2027-01-04T07:00, timezone: Europe/Oslo",
      "2027-01-04T06:00:00.000Z",
      "no",
    ],
    [office, "yesterday", "unknown"],
  ])("%s at %s: %s", (window, time, expected) => {
    const opposite = { yes: "no", no: "yes", unknown: "unknown" } as const;

    expect(resultOf(`{ time: { ${window} } }`, someFacts({ time: is(time) }))).toBe(expected);
    expect(resultOf(`{ time: { not: { ${window} } } }`, someFacts({ time: is(time) }))).toBe(
      opposite[expected],
    );
  });
});

describe("tags", () => {
  test.each<[string, string, Facts, Result]>([
    ["names have no case", "{ ENV: prod }", withTags({ env: "Prod" }), "yes"],
    ["a tag that is not there is absent", "{ env: { present: false } }", withTags({ other: "x" }), "yes"],
    ["a cluster without tags has none", "{ env: prod }", someFacts({ cluster: { tags: absent } }), "no"],
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
    expect(resultOf(`{ endpoint: { name: ${written} } }`, called(name))).toBe(expected);
  });
});
