import { describe, expect, test } from "vitest";
import { Report } from "../../../../shared/policy/file/report.ts";
import { parseTree } from "../../../../shared/policy/file/tree.ts";
import { explain } from "../../../../shared/policy/index.ts";
import { mergeGiven, toFacts } from "../../../../shared/policy-tools/testing/gather.ts";
import { type Given, readGiven } from "../../../../shared/policy-tools/testing/given.ts";
import { aFile, load } from "../../policy/builders.ts";

const KIND = { called: "a test", needs: "it needs facts", emptyMappings: "allowed" } as const;

function read(text: string): { readonly given: Given; readonly problems: readonly string[] } {
  const report = new Report(text, "given.yaml");
  const tree = parseTree(text, KIND, report);
  const given: Given = tree === null ? new Map() : readGiven(tree, "given", report);
  return {
    given,
    problems: report.problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
  };
}

describe("facts in plain words", () => {
  test("are values, lists, counts and tags", () => {
    const { given, problems } = read(`
endpoint: { name: pe-1 }
consumer: { managementGroups: [mg-a, mg-b], tags: { CostCenter: "4711" } }
cluster: { tags: {} }
time: 2026-11-23T10:15:00+01:00
history: { approvedBefore: 3 }
`);

    expect(problems).toEqual([]);
    expect(toFacts(given, "not said")).toMatchObject({
      endpoint: { name: { kind: "value", value: "pe-1" } },
      consumer: {
        managementGroups: { kind: "value", value: ["mg-a", "mg-b"] },
        tags: { kind: "value", value: { CostCenter: "4711" } },
      },
      cluster: { tags: { kind: "value", value: {} } },
      time: { kind: "value", value: "2026-11-23T10:15:00+01:00" },
      history: { approvedBefore: { kind: "value", value: 3 } },
    });
  });

  test("are absent where they say null, and a message that is empty is absent, too", () => {
    const { given } = read('endpoint: { location: null }\nconsumer: { tags: ~ }\nmessage: ""');

    expect(toFacts(given, "not said")).toMatchObject({
      endpoint: { location: { kind: "absent" } },
      consumer: { tags: { kind: "absent" } },
      message: { kind: "absent" },
    });
  });

  test.each([
    ["unknown()", "no cause was given"],
    ["unknown(403 Forbidden)", "403 Forbidden"],
    [`'unknown("throttled")'`, "throttled"],
    [`unknown("throttled")`, "throttled"],
  ])("are unknown where they say %s", (written, cause) => {
    const { given, problems } = read(`consumer: { managementGroups: ${written}, tags: ${written} }`);

    expect(problems).toEqual([]);
    expect(toFacts(given, "not said").consumer).toMatchObject({
      managementGroups: { kind: "unknown", cause },
      tags: { kind: "unknown", cause },
    });
  });

  test("of which nobody speaks are unknown, each of them", () => {
    const policy = load(
      aFile(`  - name: everything
    when:
      endpoint: { subscription: a, resourceGroup: a, name: a, location: a }
      consumer: { tenant: a, managementGroups: a, tags: { x: a } }
      cluster: { name: a, resourceGroup: a, subscription: a, location: a, tags: { x: a } }
      message: a
      requester: a
      source: a
      time: { from: 2026-01-01T00:00Z }
      history: { approvedBefore: { atLeast: 1 }, approvedOnCluster: { atMost: 1 } }
    then: approve`),
    );

    const verdict = explain(policy, toFacts(new Map(), "the test does not say"));

    expect(verdict.unknownFacts).toHaveLength(18);
    expect(new Set(verdict.unknownFacts.map(({ cause }) => cause))).toEqual(
      new Set(["the test does not say"]),
    );
  });

  test.each([
    ["endpoint: { nam: pe }", '1:13 unknown field "nam" in given.endpoint; did you mean "name"?'],
    [
      "endpoint: pe",
      '1:11 given.endpoint: expected a mapping with the keys subscription, resourceGroup, name, location; found the text "pe"',
    ],
    [
      "endpoint: { name: 12 }",
      '1:19 given.endpoint.name: expected text; found the number 12; for the text "12", put it in quotes',
    ],
    [
      "history: { approvedBefore: -1 }",
      "1:28 given.history.approvedBefore: must be a whole number, 0 or more",
    ],
    [
      "history: { approvedBefore: null }",
      "1:28 given.history.approvedBefore: is never absent; write 0 or unknown()",
    ],
    ["time: null", "1:7 given.time: is never absent; write a moment or unknown()"],
    ["time: 2026-02-30T10:00:00Z", "1:7 given.time: must be a moment like 2026-11-23T10:15:00Z"],
    ["time: 2026-11-23T10:15:00", "1:7 given.time: must be a moment like 2026-11-23T10:15:00Z"],
    ["time: 2026-11-23T25:15:00Z", "1:7 given.time: must be a moment like 2026-11-23T10:15:00Z"],
    [
      "cluster: { tags: [env] }",
      "1:18 given.cluster.tags: expected a mapping of tag names, null or unknown(); found a list",
    ],
    [
      "cluster: { tags: { env: unknown() } }",
      "1:25 given.cluster.tags: tags are read together; write unknown() for all of them",
    ],
    [
      "cluster: { tags: { env: a, ENV: b } }",
      '1:28 given.cluster.tags: the tag "ENV" is here twice; tag names have no case',
    ],
    [
      "consumer: { managementGroups: mg }",
      '1:31 given.consumer.managementGroups: expected a list; found the text "mg"',
    ],
  ])("are refused with their place: %s", (text, problem) => {
    expect(read(text).problems).toEqual([problem]);
  });
});

describe("given facts that meet later ones", () => {
  const merged = (earlier: string, later: string) =>
    toFacts(mergeGiven([read(earlier).given, read(later).given]), "not said");

  test("keep what the later ones do not speak of", () => {
    const facts = merged("endpoint: { name: pe-1, location: here }", "endpoint: { name: pe-2 }");

    expect(facts.endpoint).toMatchObject({
      name: { kind: "value", value: "pe-2" },
      location: { kind: "value", value: "here" },
    });
  });

  test("keep tags that the later ones do not name; a tag has no case, and null takes it away", () => {
    const facts = merged(
      "cluster: { tags: { env: prod, owner: me, old: x } }",
      "cluster: { tags: { ENV: dev, old: null } }",
    );

    expect(facts.cluster.tags).toEqual({ kind: "value", value: { ENV: "dev", owner: "me" } });
  });

  test.each([
    [
      "cluster: { tags: { env: prod } }",
      "cluster: { tags: unknown() }",
      { kind: "unknown", cause: "no cause was given" },
    ],
    ["cluster: { tags: { env: prod } }", "cluster: { tags: null }", { kind: "absent" }],
    [
      "cluster: { tags: unknown() }",
      "cluster: { tags: { env: dev } }",
      { kind: "value", value: { env: "dev" } },
    ],
    ["cluster: { tags: { env: prod } }", "cluster: { tags: {} }", { kind: "value", value: { env: "prod" } }],
  ])("%s, then %s", (earlier, later, tags) => {
    expect(merged(earlier, later).cluster.tags).toEqual(tags);
  });

  test("lists of names are not added up: the later one counts", () => {
    const facts = merged("consumer: { managementGroups: [a] }", "consumer: { managementGroups: [b] }");

    expect(facts.consumer.managementGroups).toEqual({ kind: "value", value: ["b"] });
  });
});
