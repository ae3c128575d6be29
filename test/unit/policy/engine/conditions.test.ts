import { describe, expect, test } from "vitest";
import { compile } from "../../../../shared/policy/engine/compile.ts";
import { explain } from "../../../../shared/policy/engine/explain.ts";
import type { Facts } from "../../../../shared/policy/facts.ts";
import {
  absent,
  aContent,
  aFreeze,
  anAsk,
  aPolicy,
  approve,
  aRule,
  asks,
  count,
  during,
  HASH,
  inList,
  is,
  named,
  not,
  present,
  reject,
  type Said,
  sameAs,
  someFacts,
  tagged,
  unknown,
} from "./content.ts";

type Wanted = Parameters<typeof aRule>[1][string];

const findingOf = (field: string, wanted: Wanted, facts: Facts) =>
  explain(
    aPolicy({ lists: { teams: ["web", "pe-*"] }, rules: [aRule("r", { [field]: wanted }, approve)] }),
    facts,
  ).rules[0]?.when[0];
const resultOf = (field: string, wanted: Wanted, said: Said) =>
  findingOf(field, wanted, someFacts(said))?.result;

describe("a condition on one text", () => {
  test.each<[string, Wanted, string, string, string]>([
    // wanted, on "Web", on something else, absent
    ["is", "web", "yes", "no", "no"],
    ["fits", "w*", "yes", "no", "no"],
    ["any of", ["x", "web"], "yes", "no", "no"],
    ["in a list", inList("teams"), "yes", "no", "no"],
    ["not", not("web"), "no", "yes", "yes"],
    ["not any of", not("x", "w*"), "no", "yes", "yes"],
    ["not in a list", inList("teams", true), "no", "yes", "yes"],
    ["present", present(true), "yes", "yes", "no"],
    ["absent", present(false), "no", "no", "yes"],
  ])("%s", (_name, wanted, onWeb, onOther, onAbsent) => {
    expect(resultOf("message", wanted, { message: is("Web") })).toBe(onWeb);
    expect(resultOf("message", wanted, { message: is("other") })).toBe(onOther);
    expect(resultOf("message", wanted, { message: absent })).toBe(onAbsent);
    expect(resultOf("message", wanted, { message: unknown() })).toBe("unknown");
  });
});

describe("a condition on several names", () => {
  const groups = (managementGroups: Facts["consumer"]["managementGroups"]): Said => ({
    consumer: { managementGroups },
  });

  test.each<[string, Wanted, string[], string]>([
    ["one of them is enough", "mg-a", ["mg-root", "MG-A"], "yes"],
    ["one of them fits", ["x", "mg-*"], ["corp", "mg-a"], "yes"],
    ["one of them is in the list", inList("teams"), ["corp", "pe-1"], "yes"],
    ["none of them", "mg-a", ["mg-b"], "no"],
    ["not, and one of them is", not("mg-a"), ["mg-b", "mg-a"], "no"],
    ["not, and none of them is", not("mg-a"), ["mg-b", "mg-c"], "yes"],
    ["none at all is absent", "*", [], "no"],
    ["none at all is not this one", not("mg-a"), [], "yes"],
    ["none at all is not present", present(true), [], "no"],
    ["some are present", present(true), ["mg-a"], "yes"],
    ["one of them is the same", sameAs("message"), ["corp", "hello"], "yes"],
    ["none of them is the same", sameAs("message"), ["corp"], "no"],
    ["not the same, and one of them is", sameAs("message", true), ["corp", "hello"], "no"],
  ])("%s", (_name, wanted, names, expected) => {
    expect(
      resultOf("consumer.managementGroups", wanted, { ...groups(named(...names)), message: is("Hello") }),
    ).toBe(expected);
  });

  test.each<[string, unknown, string]>([
    ["unknown", unknown("403"), "403"],
    ["no list", is("mg-a"), "its value is not a list"],
    ["with something else among them", { kind: "value", value: ["mg-a", 1] }, "its value is not text"],
    ["with one that is too long", named("mg-a", "x".repeat(257)), "its value is longer than 256 characters"],
    ["more than twenty", named(...Array.from({ length: 21 }, () => "mg-a")), "it has more than 20 values"],
  ])("they are unknown: %s", (_name, managementGroups, cause) => {
    const facts = someFacts(groups(managementGroups as Facts["consumer"]["managementGroups"]));

    expect(findingOf("consumer.managementGroups", "mg-a", facts)).toMatchObject({
      result: "unknown",
      actual: unknown(cause),
    });
  });

  test("as many and as long ones as can be are known, and all of them are told", () => {
    const names = Array.from({ length: 20 }, (_, index) => `mg-${index}`.padEnd(256, "x"));

    expect(
      findingOf("consumer.managementGroups", "mg-19*", someFacts(groups(named(...names)))),
    ).toMatchObject({
      result: "yes",
      actual: is(names.join(", ")),
    });
  });
});

describe("sameAs compares two fields of one request", () => {
  const costs = (consumer: Facts["consumer"]["tags"], cluster: Facts["cluster"]["tags"]): Said => ({
    consumer: { tags: consumer },
    cluster: { tags: cluster },
  });
  const cost = (value: string) => tagged({ "Cost.Center": value });

  test.each<[string, Said, string, string]>([
    ["the same, but for case", costs(cost("ab"), cost("AB")), "yes", "no"],
    ["another one", costs(cost("ab"), cost("b")), "no", "yes"],
    ["own absent", costs(tagged({}), cost("b")), "no", "yes"],
    ["the other absent", costs(cost("ab"), absent), "no", "yes"],
    ["both absent", costs(absent, absent), "no", "yes"],
    ["own unknown", costs(unknown(), cost("b")), "unknown", "unknown"],
    ["the other unknown", costs(cost("b"), unknown()), "unknown", "unknown"],
    ["own absent, the other unknown", costs(absent, unknown()), "unknown", "unknown"],
  ])("%s", (_name, said, same, notSame) => {
    expect(resultOf("consumer.tags.cost.center", sameAs("cluster.tags.cost.center"), said)).toBe(same);
    expect(resultOf("consumer.tags.cost.center", sameAs("cluster.tags.cost.center", true), said)).toBe(
      notSame,
    );
  });
});

describe("a condition on a count", () => {
  const approved = (value: unknown): Said => ({
    history: { approvedBefore: { kind: "value", value: value as number } },
  });

  test.each<[string, Wanted, unknown, string]>([
    ["at least", count(3), 3, "yes"],
    ["less than that", count(3), 2, "no"],
    ["at most", count(null, 3), 3, "yes"],
    ["more than that", count(null, 3), 4, "no"],
    ["within both", count(2, 3), 2, "yes"],
    ["outside both", count(2, 3), 4, "no"],
    ["nothing is zero", count(null, 0), 0, "yes"],
    ["negative", count(null, 3), -1, "unknown"],
    ["a fraction", count(0), 1.5, "unknown"],
    ["no number", count(0), "1", "unknown"],
    ["infinite", count(0), Number.POSITIVE_INFINITY, "unknown"],
    ["not a number", count(0), Number.NaN, "unknown"],
  ])("%s", (_name, wanted, value, expected) => {
    expect(resultOf("history.approvedBefore", wanted, approved(value))).toBe(expected);
  });

  test("it says what is wrong with it", () => {
    expect(findingOf("history.approvedBefore", count(0), someFacts(approved(-1)))?.actual).toEqual(
      unknown("its value is not a whole number from 0"),
    );
  });

  test("an absent count was lost", () => {
    const facts = someFacts({ history: { approvedBefore: absent } });

    expect(findingOf("history.approvedBefore", count(0), facts)).toMatchObject({
      result: "unknown",
      actual: unknown("it is absent"),
    });
  });

  test("it is told as a number", () => {
    expect(findingOf("history.approvedBefore", count(1), someFacts(approved(12)))?.actual).toEqual(is("12"));
  });
});

describe("a condition on the time", () => {
  const office = { timezone: "Europe/Oslo", days: [1, 2, 3, 4, 5], between: { from: 420, to: 1_080 } };

  test.each<[string, Facts["time"], string]>([
    ["within", is("2026-11-23T07:00:00Z"), "yes"],
    ["outside", is("2026-11-22T07:00:00Z"), "no"],
    ["with an offset", is("2026-11-23T18:30:00+05:30"), "yes"],
    ["absent", absent, "unknown"],
    ["unknown", unknown(), "unknown"],
    ["no moment", is("Monday"), "unknown"],
    ["without its offset", is("2026-11-23T07:00:00"), "unknown"],
    ["a day that does not exist", is("2026-13-23T07:00:00Z"), "unknown"],
    ["the first moment that can be", is("1970-01-01T00:00:00Z"), "no"],
    ["the last moment that can be", is("2199-12-31T23:59:59.999Z"), "no"],
    ["far ahead", is("2200-01-01T00:00:00Z"), "unknown"],
    ["no text", { kind: "value", value: 5 as unknown as string }, "unknown"],
    ["long ago", is("1969-12-31T23:59:59Z"), "unknown"],
  ])("%s", (_name, time, expected) => {
    const negated = expected === "yes" ? "no" : expected === "no" ? "yes" : "unknown";
    expect(resultOf("time", during(office), { time })).toBe(expected);
    expect(resultOf("time", during(office, true), { time })).toBe(negated);
  });

  test("it says what is wrong with it", () => {
    expect(findingOf("time", during(office), someFacts({ time: is("Monday") }))?.actual).toEqual(
      unknown("its value is not a moment as ISO 8601 writes it"),
    );
    expect(findingOf("time", during(office), someFacts({ time: absent }))?.actual).toEqual(
      unknown("it is absent"),
    );
  });

  test("it is told to the minute", () => {
    const facts = someFacts({ time: is("2026-11-23T18:30:00+05:30") });

    expect(findingOf("time", during(office), facts)?.actual).toEqual(is("2026-11-23 13:00 UTC"));
  });
});

const manyTags = (many: number) =>
  Object.fromEntries(Array.from({ length: many }, (_, index) => [`t${index}`, "x"]));

describe("what is unsound in the facts is unknown, with its cause", () => {
  test.each<[string, unknown, string]>([
    ["nothing", null, "it was not gathered"],
    ["no facts", "facts", "it was not gathered"],
    ["no fact", { message: "hello" }, "it was not gathered"],
    ["nothing in it", {}, "it was not gathered"],
    ["a fact by inheritance", Object.create({ message: is("hello") }), "it was not gathered"],
    ["no value", { message: { kind: "value" } }, "its value is not text"],
    ["another kind", { message: { kind: "maybe" } }, "it was not gathered"],
    ["no text", { message: { kind: "value", value: 1 } }, "its value is not text"],
    ["too long", { message: is("x".repeat(1_025)) }, "its value is longer than 1024 characters"],
    ["a path that ends too early", { message: "hello", kind: "value" }, "it was not gathered"],
    ["without a cause", { message: { kind: "unknown" } }, "no cause was given"],
    ["with too long a cause", { message: unknown("x".repeat(300)) }, "x".repeat(200)],
  ])("%s", (_name, facts, cause) => {
    expect(findingOf("message", "x", facts as Facts)?.actual).toEqual(unknown(cause));
  });

  test.each<[string, unknown, object]>([
    ["tags that are no mapping", { kind: "value", value: "env" }, unknown("the tags are not a mapping")],
    ["tags that are nothing", { kind: "value", value: null }, unknown("the tags are not a mapping")],
    ["a tag that is no text", { kind: "value", value: { env: 1 } }, unknown("its value is not text")],
    [
      "a tag that is there twice",
      tagged({ env: "a", ENV: "a" }),
      unknown("two tags have this name, but for case"),
    ],
    ["another tag that is there twice", tagged({ env: "a", x: "a", X: "a" }), is("a")],
    ["no tags", absent, absent],
    ["unknown tags", unknown("403"), unknown("403")],
    ["as many tags as can be", tagged({ env: "a", ...manyTags(199) }), is("a")],
    ["too many tags", tagged({ env: "a", ...manyTags(200) }), unknown("it has more than 200 tags")],
  ])("%s", (_name, tags, actual) => {
    const facts = someFacts({ cluster: { tags: tags as Facts["cluster"]["tags"] } });

    expect(findingOf("cluster.tags.env", "x", facts)?.actual).toEqual(actual);
  });
});

test("a text may be as long as can be", () => {
  const long = "x".repeat(1_024);

  expect(resultOf("message", "x*", { message: is(long) })).toBe("yes");
});

test("tags of the consumer and of the cluster are never taken for one another", () => {
  const policy = aPolicy({
    rules: [
      aRule("r", { "consumer.tags.env": "a", "cluster.tags.env": "b", "cluster.tags.x": "c" }, approve),
    ],
  });
  const facts = someFacts({
    consumer: { tags: tagged({ env: "a" }) },
    cluster: { tags: tagged({ env: "b", x: "c" }) },
  });

  expect(explain(policy, facts).kind).toBe("approve");
});

test("a path that is in no facts leads to nothing known", () => {
  expect(findingOf("endpoint.colour", "red", someFacts())?.actual).toEqual(unknown("it was not gathered"));
});

describe("compile refuses content that no reader makes", () => {
  test.each<[string, Wanted, string]>([
    ["a list that is not there", inList("missing"), "The policy's content lacks its list missing"],
    ["a list that is not its own", inList("toString"), "The policy's content lacks its list toString"],
  ])("%s", (_name, wanted, message) => {
    expect(() => compile(aContent({ rules: [aRule("r", { message: wanted }, approve)] }), HASH)).toThrow(
      message,
    );
  });

  test.each<[string, Parameters<typeof aFreeze>[1]]>([
    ["nothing", {}],
    ["something else", { source: "cli" }],
    ["what is no time", { time: during({ from: 0 }, true) }],
  ])("a freeze that waits for %s", (_name, when) => {
    expect(() => compile(aContent({ freezes: [aFreeze("f", when)] }), HASH)).toThrow(
      "Freeze f would wait forever",
    );
  });

  test("a freeze that asks needs no time", () => {
    expect(aPolicy({ freezes: [aFreeze("f", { source: "cli" }, asks(["aks"]))] }).freezes).toMatchObject([
      { name: "f", windows: [] },
    ]);
  });
});

test("rules and freezes are sorted by name, by their code units", () => {
  const time = { time: during({ from: 0 }) };
  const policy = aPolicy({
    rules: ["b", "B", "a"].map((name) => aRule(name, { message: "x" }, approve)),
    freezes: ["z", "y"].map((name) => aFreeze(name, time)),
  });

  expect(policy.rules.map(({ name }) => name)).toEqual(["B", "a", "b"]);
  expect(policy.freezes.map(({ name }) => name)).toEqual(["y", "z"]);
});

test.each<[string, Parameters<typeof aPolicy>[0], boolean]>([
  ["nobody keeps the requester out", { default: { line: 6, outcome: asks(["aks"]) } }, false],
  ["a reject keeps nobody out", { default: { line: 6, outcome: reject("No.") } }, false],
  ["the default does", { default: { line: 6, outcome: asks(["aks"], { preventSelfReview: true }) } }, true],
  ["whenUnknown does", { whenUnknown: { line: 7, ask: anAsk(["aks"], { preventSelfReview: true }) } }, true],
  ["a rule does", { rules: [aRule("r", {}, asks(["aks"], { preventSelfReview: true }))] }, true],
  [
    "a freeze does",
    { freezes: [aFreeze("f", { source: "x" }, asks(["aks"], { preventSelfReview: true }))] },
    true,
  ],
])("the requester is looked at when somebody is to be kept out: %s", (_name, said, expected) => {
  expect(aPolicy(said).fields.some(({ name }) => name === "requesterId")).toBe(expected);
});

test.each<[string, Parameters<typeof aPolicy>[0], boolean]>([
  ["nothing is on trial", { rules: [aRule("r", {}, approve)] }, true],
  ["a rule is", { rules: [aRule("r", {}, approve), aRule("s", {}, approve, { mode: "shadow" })] }, false],
  ["all of it is", { mode: "approveOnly" }, false],
])("it knows whether it is enforced: %s", (_name, said, expected) => {
  expect(aPolicy(said).isEnforced).toBe(expected);
});

describe("a policy shares what is the same", () => {
  test("each field is read once, and each different condition tested once", () => {
    const policy = aPolicy({
      lists: { teams: ["a"] },
      rules: [
        aRule("a", { message: "x", "cluster.tags.env": "x" }, approve),
        aRule("b", { message: "x", "cluster.tags.ENV": "x", source: inList("teams") }, approve),
        aRule("c", { message: "y", source: inList("teams") }, approve, { unless: [{ message: "x" }] }),
      ],
    });

    expect(policy.fields.map(({ name }) => name)).toEqual(["message", "cluster.tags.env", "source"]);
    // The tag keeps both of its spellings, for the findings.
    expect(policy.conditions.map(({ name }) => name)).toEqual([
      "message",
      "cluster.tags.env",
      "cluster.tags.ENV",
      "source",
      "message",
    ]);
  });
});
