import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readPolicyFile } from "../../../../shared/policy/file/read-policy-file.ts";
import { VOCABULARY } from "../../../../shared/policy/file/vocabulary.ts";
import { FACTS } from "../../../../shared/policy-tools/schema/facts.ts";
import { policySchema } from "../../../../shared/policy-tools/schema/policy-schema.ts";

const AKS = "6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61";
const root = new URL("../../../../", import.meta.url);
const readText = (path: string) => readFileSync(new URL(path, root), "utf8");

const isValid = new Ajv2020({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
}).compile(policySchema());
const schemaAccepts = (text: string) =>
  isValid(parse(text, { schema: "core", merge: false, uniqueKeys: false }));
const readerAccepts = (text: string) => readPolicyFile(text, "policy.yaml").content !== null;

const HEAD = "apiVersion: policy/v1\nkind: ConnectionPolicy\n";
const LISTS = "lists: { some: [a, b*] }\n";
const APPROVERS = `approvers: { aks: { groups: [${AKS}] }, duty: { groups: [platform-duty] } }\n`;
const DEFAULT = "default: { ask: { approvers: [aks] } }\n";
/** A file whose other parts are sound. */
const withRest = (rest: string) => `${HEAD}${LISTS}${APPROVERS}${DEFAULT}${rest}\n`;
const more = (top: string) => withRest(`${top}\nrules: []`);
const rule = (lines: string) => withRest(`rules: [{ name: r, ${lines} }]`);
const when = (block: string) => rule(`when: { ${block} }, then: approve`);
const named = (condition: string) => when(`endpoint: { name: ${condition} }`);
const ask = (lines: string) => rule(`when: { message: x }, then: { ask: { ${lines} } }`);
const byDefault = (outcome: string) => `${HEAD}${APPROVERS}default: ${outcome}\nrules: []\n`;
const freeze = (lines: string) => more(`freeze: [{ name: f, ${lines} }]`);
const told = (how: string) =>
  `${HEAD}approvers: { aks: { groups: [${AKS}], ${how} } }\n${DEFAULT}rules: []\n`;
const time = (window: string) => when(`time: { ${window} }`);

describe("the schema and the reader agree", () => {
  test("on the policy of this repository", () => {
    const text = readText("policy.yaml");

    expect({ schema: schemaAccepts(text), reader: readerAccepts(text) }).toEqual({
      schema: true,
      reader: true,
    });
  });

  test.each([
    ["no rules", more("")],
    ["a default that rejects", byDefault("{ reject: { reason: No. } }")],
    ["people for unknown facts", more("whenUnknown: { ask: { approvers: [duty], timeout: 8h } }")],
    ["a mode", more("mode: approveOnly")],
    ["a rule without when that asks", rule("then: { ask: { approvers: [aks] } }")],
    ["how people are told", told("notify: [platform-duty, b], quietHours: { days: sat, timezone: UTC }")],
    ["quiet hours by the clock", told('quietHours: { between: "22:00-07:00", timezone: Europe/Oslo }')],
    [
      "a rule with all keys",
      rule("description: d, mode: shadow, when: { message: x }, unless: [{ source: sweep }], then: approve"),
    ],
    ["one text", named("pe-web")],
    ["several texts", named('[pe-web, "pe-??-*"]')],
    ["a list", named("{ in: some }")],
    ["not a text", named("{ not: pe-web }")],
    ["not a list", named("{ not: { in: some } }")],
    ["not several", named("{ not: [a, b] }")],
    ["the same as another field", named("{ sameAs: cluster.name }")],
    ["not the same as a tag with dots", named("{ not: { sameAs: consumer.tags.a.b.c } }")],
    ["presence", named("{ present: false }")],
    ["quoted numbers", named('"012"')],
    [
      "every fact of the endpoint",
      when("endpoint: { subscription: a, resourceGroup: b, name: c, location: d }"),
    ],
    [
      "every fact of the consumer",
      when("consumer: { tenant: a, subscriptionName: b*, managementGroups: [b, c], tags: { d: e } }"),
    ],
    ["tags with any names", when('cluster: { tags: { "a b/c": x, env: { present: true } } }')],
    ["facts of their own", when("message: x, requester: y, source: z")],
    [
      "both counts",
      when("history: { approvedBefore: { atLeast: 1 }, approvedOnCluster: { atLeast: 0, atMost: 3 } }"),
    ],
    ["alternatives beside lines", when("message: x, anyOf: [{ source: a }, { source: b }]")],
    ["alternatives alone", when("anyOf: [{ source: a }]")],
    ["days and hours", time('days: [mon, fri], between: "07:00-18:00", timezone: Europe/Oslo')],
    ["a single day", time("days: sun, timezone: UTC")],
    ["hours across midnight, and until midnight", time('between: "22:00-24:00", timezone: UTC')],
    ["local moments", time('from: 2026-12-18, until: "2027-01-04T07:00", timezone: Europe/Oslo')],
    ["exact moments", time('from: "2026-12-18T16:00Z", until: "2027-01-04T07:00+01:00"')],
    ["outside a window", time('not: { between: "07:00-18:00", timezone: UTC }')],
    [
      "an ask with all keys",
      ask(
        "approvers: [aks, duty], quorum: 2, timeout: 8h, remindAfter: 1h, onTimeout: reject, escalateTo: [duty], escalateAfter: 4h, reasonRequired: true, preventSelfReview: false",
      ),
    ],
    ["a timeout of 90 days", ask("approvers: [aks], timeout: 90d")],
    ["a timeout of 2,160 hours", ask("approvers: [aks], timeout: 2160h")],
    ["a timeout of 129,600 minutes", ask("approvers: [aks], timeout: 129600m")],
    ["a timeout of 99,999 minutes", ask("approvers: [aks], timeout: 99999m")],
    ["an ask with a quorum for each", ask("approvers: { aks: 2, duty: 1 }")],
    ["a freeze that waits", freeze('when: { time: { until: "2026-12-18T16:00Z" } }, then: wait')],
    [
      "a freeze that asks",
      freeze(
        "description: d, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [aks] } }",
      ),
    ],
    [
      "visibility with a list of blocks",
      more("visibility: { allow: [{ consumer: { tenant: a } }, { source: b }], otherwise: leave }"),
    ],
    [
      "visibility with one block",
      more("visibility: { allow: { consumer: { tenant: a } }, otherwise: { reject: { reason: No. } } }"),
    ],
  ])("to accept %s", (_what, text) => {
    expect({ schema: schemaAccepts(text), reader: readerAccepts(text) }).toEqual({
      schema: true,
      reader: true,
    });
  });

  test.each([
    ["no default", `${HEAD}rules: []\n`],
    ["no rules key", `${HEAD}${APPROVERS}${DEFAULT}`],
    ["a channel in capitals", told("notify: [Duty]")],
    ["the log as a channel", told("notify: [log]")],
    ["a channel twice", told("notify: [a, a]")],
    ["quiet hours without a time", told("quietHours: { timezone: UTC }")],
    ["quiet hours without a time zone", told("quietHours: { days: sat }")],
    ["quiet hours with an end", told("quietHours: { days: sat, timezone: UTC, until: 2027-01-01 }")],
    ["another version", more("").replace("policy/v1", "policy/v2")],
    ["another kind", more("").replace("ConnectionPolicy", "Policy")],
    ["an unknown key at the top", more("shadow: true")],
    ["an unknown mode", more("mode: shadowed")],
    ["rules as a mapping", withRest("rules: { r: { then: approve } }")],
    ["a default that approves", byDefault("approve")],
    ["a default that rejects without a reason", byDefault("{ reject: {} }")],
    ["a default that rejects and asks", byDefault("{ reject: { reason: No. }, ask: { approvers: [aks] } }")],
    ["an empty reason", byDefault('{ reject: { reason: " " } }')],
    ["whenUnknown that rejects", more("whenUnknown: { reject: { reason: No. } }")],
    ["a rule without a name", withRest("rules: [{ when: { message: x }, then: approve }]")],
    ["a rule without an outcome", rule("when: { message: x }")],
    [
      "a rule with a bad name",
      rule("when: { message: x }, then: approve").replace("name: r,", 'name: "a b",'),
    ],
    [
      "a rule with a name that is taken",
      rule("when: { message: x }, then: approve").replace("name: r,", "name: killSwitch,"),
    ],
    ["an approve rule without conditions", rule("then: approve")],
    ["a misspelt outcome", rule("when: { message: x }, then: aprove")],
    ["a reject without a reason", rule("when: { message: x }, then: reject")],
    ["an unknown key of a rule", rule("if: { message: x }, when: { message: x }, then: approve")],
    ["unless as a mapping", rule("when: { message: x }, unless: { source: a }, then: approve")],
    ["an empty unless", rule("when: { message: x }, unless: [], then: approve")],
    ["an empty when", when("")],
    ["a misspelt fact", when("endpoint: { subscripton: a }")],
    ["a fact in the wrong place", when("cluster: { tenant: a }")],
    ["an unquoted number", named("12")],
    ["an unquoted boolean", named("true")],
    ["an empty list of texts", named("[]")],
    ["an empty text", named('""')],
    ["a text that begins with a blank", named('" pe-web"')],
    ["a text of two lines", named('"pe\\nweb"')],
    ["a text that is too long", named("x".repeat(257))],
    ["two operators at once", named("{ in: some, present: true }")],
    ["an unknown operator", named("{ matches: a }")],
    ["not twice", named("{ not: { not: a } }")],
    ["not present", named("{ not: { present: true } }")],
    ["presence as a word", named('{ present: "yes" }')],
    ["anyOf inside anyOf", when("anyOf: [{ anyOf: [{ source: a }] }]")],
    [
      "anyOf inside unless",
      rule("when: { message: x }, unless: [{ anyOf: [{ source: a }] }], then: approve"),
    ],
    ["an empty anyOf", when("message: x, anyOf: []")],
    ["a negative count", when("history: { approvedBefore: { atLeast: -1 } }")],
    ["a count with a fraction", when("history: { approvedBefore: { atMost: 1.5 } }")],
    ["a count as a number", when("history: { approvedBefore: 3 }")],
    ["an unknown day", time("days: [monday], timezone: UTC")],
    ["a day twice", time("days: [mon, mon], timezone: UTC")],
    ["hours without a time zone", time('between: "07:00-18:00"')],
    ["hours that do not exist", time('between: "07:00-25:00", timezone: UTC')],
    ["a moment in another form", time('from: "18.12.2026", timezone: UTC')],
    ["a window that says nothing", time("timezone: UTC")],
    ["a window beside not", time('not: { from: 2026-12-18, timezone: UTC }, until: "2026-12-18T16:00Z"')],
    ["an ask without approvers", ask("quorum: 1")],
    ["no approvers", ask("approvers: []")],
    ["approvers twice", ask("approvers: [aks, aks]")],
    ["a quorum of none", ask("approvers: [aks], quorum: 0")],
    ["a quorum beside quorums", ask("approvers: { aks: 1 }, quorum: 1")],
    ["a timeout of 91 days", ask("approvers: [aks], timeout: 91d")],
    ["a timeout of 2,161 hours", ask("approvers: [aks], timeout: 2161h")],
    ["a timeout of 129,601 minutes", ask("approvers: [aks], timeout: 129601m")],
    ["a timeout without a unit", ask("approvers: [aks], timeout: 30")],
    ["silence that approves", ask("approvers: [aks], onTimeout: approve")],
    ["escalation without its time", ask("approvers: [aks], escalateTo: [duty]")],
    ["a time without escalation", ask("approvers: [aks], escalateAfter: 1h")],
    ["a flag as a word", ask('approvers: [aks], reasonRequired: "yes"')],
    ["a freeze that never ends", freeze('when: { time: { from: "2026-12-18T16:00Z" } }, then: wait')],
    ["a freeze without when", freeze("then: wait")],
    ["a freeze that waits for nothing", freeze("when: { source: a }, then: wait")],
    [
      "a freeze that waits outside a window",
      freeze('when: { time: { not: { from: "2026-12-18T16:00Z" } } }, then: wait'),
    ],
    [
      "a freeze that rejects",
      freeze('when: { time: { from: "2026-12-18T16:00Z" } }, then: { reject: { reason: No. } }'),
    ],
    ["visibility without allow", more("visibility: { otherwise: leave }")],
    [
      "visibility that asks",
      more("visibility: { allow: { source: a }, otherwise: { ask: { approvers: [aks] } } }"),
    ],
    ["an empty list", more("").replace("[a, b*]", "[]")],
    ["a list of numbers", more("").replace("[a, b*]", "[1, 2]")],
    ["approvers without groups", more("").replace("{ groups: [platform-duty] }", "{}")],
    ["a group with a blank at its end", more("").replace("platform-duty", '"platform-duty "')],
  ])("to refuse %s", (_what, text) => {
    expect({ schema: schemaAccepts(text), reader: readerAccepts(text) }).toEqual({
      schema: false,
      reader: false,
    });
  });
});

describe("what only the reader can see", () => {
  test.each([
    ["a list that is not defined", named("{ in: other }")],
    ["approvers that are not defined", ask("approvers: [nobody]")],
    ["a field that does not exist", named("{ sameAs: cluster.nam }")],
    ["a field compared with itself", named("{ sameAs: endpoint.name }")],
    [
      "a name used twice",
      withRest(
        "rules: [{ name: r, when: { message: x }, then: approve }, { name: R, when: { message: y }, then: approve }]",
      ),
    ],
    [
      "a name that is taken, in another case",
      rule("when: { message: x }, then: approve").replace("name: r,", "name: Default,"),
    ],
    ["a tag twice, but for case", when("cluster: { tags: { env: a, Env: b } }")],
    ["bounds that cross", when("history: { approvedBefore: { atLeast: 3, atMost: 1 } }")],
    ["a window that ends before it begins", time('from: "2026-12-18T16:00Z", until: "2026-12-17T16:00Z"')],
    ["hours that end when they begin", time('between: "07:00-07:00", timezone: UTC')],
    ["a day that does not exist", time("from: 2026-02-30, timezone: UTC")],
    ["a local moment without a time zone", time("from: 2026-12-18")],
    ["a time zone that nothing needs", time('from: "2026-12-18T16:00Z", timezone: UTC')],
    ["a time zone that does not exist", time("from: 2026-12-18, timezone: Europe/Olso")],
    ["whom nobody knows kept from reviewing", ask("approvers: [aks], preventSelfReview: true")],
    ["a reminder after the timeout", ask("approvers: [aks], timeout: 1h, remindAfter: 2h")],
    [
      "a default that rejects without any approvers",
      `${HEAD}default: { reject: { reason: No. } }\nrules: []\n`,
    ],
    ["an anchor", more("").replace("[a, b*]", "&x [a, b*]")],
  ])("%s", (_what, text) => {
    expect({ schema: schemaAccepts(text), reader: readerAccepts(text) }).toEqual({
      schema: true,
      reader: false,
    });
  });
});

describe("the schema", () => {
  test("is the one that is stored beside the policy language", () => {
    const stored = readText("shared/policy/policy.schema.json");

    expect(
      JSON.parse(stored),
      "renew it: npm run --silent policy -- schema > shared/policy/policy.schema.json; npx biome format --write shared/policy",
    ).toEqual(JSON.parse(JSON.stringify(policySchema())));
  });

  test("says something about every fact, and about no other", () => {
    const pathsOf = (keys: object, path = ""): string[] =>
      Object.entries(keys).flatMap(([key, { keys: inner = {} }]) => [
        `${path}${key}`,
        ...pathsOf(inner, `${path}${key}.`),
      ]);

    expect(Object.keys(FACTS).toSorted()).toEqual(pathsOf(VOCABULARY.keys).toSorted());
  });

  test("says something about every key that an author can write", () => {
    const silent: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      const isMapping = "properties" in node && "additionalProperties" in node;
      for (const [key, value] of Object.entries(isMapping ? (node.properties as object) : {})) {
        if (typeof value.description !== "string") silent.push(`${path}.${key}`);
      }
      for (const [key, value] of Object.entries(node)) visit(value, `${path}/${key}`);
    };

    visit(policySchema(), "");

    expect(silent).toEqual([]);
  });
});
