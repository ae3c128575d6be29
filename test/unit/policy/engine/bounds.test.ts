import { describe, expect, test } from "vitest";
import { evaluate } from "../../../../shared/policy/engine/evaluate.ts";
import { explain } from "../../../../shared/policy/engine/explain.ts";
import { aPolicy, approve, aRule, during, inList, is, named, reject, someFacts, tagged } from "./content.ts";

/** As long as patterns may be, and as costly: each nearly matches everywhere. */
const LONG = Array.from({ length: 31 }, (_, index) => `*${"a".repeat(240)}b${index}`);
const nearly = "a".repeat(1_024);

describe("what would take too long to compare is unknown, and people are asked", () => {
  const lists = { long: LONG, exact: ["x", "y"] };
  const policy = aPolicy({
    lists,
    rules: [
      aRule("a", { message: inList("long") }, approve, { line: 11 }),
      aRule("b", { source: inList("long") }, approve, { line: 12 }),
      aRule("c", { requester: inList("exact") }, approve, { line: 13 }),
    ],
  });

  test("it says so", () => {
    const facts = someFacts({ message: is(nearly), source: is(nearly) });

    expect(explain(policy, facts)).toMatchObject({
      undecided: [{ name: "b" }],
      because:
        'Because source ("to compare it takes too long") is unknown and rule b (line 12) cannot be decided, whenUnknown asks 1 of duty, within 2h.',
      rules: [{ result: "notMatched" }, { result: "undecided" }, { result: "notMatched" }],
    });
  });

  test("one list of them can be compared with one text", () => {
    expect(evaluate(policy, someFacts({ message: is(nearly) })).undecided).toEqual([]);
  });

  test("what costs nothing is compared all the same", () => {
    const facts = someFacts({ message: is(nearly), source: is(nearly), requester: is("X") });

    expect(evaluate(policy, facts)).toMatchObject({ kind: "approve", decidedBy: [{ name: "c" }] });
  });

  test("a reject that could not be compared makes people review what would be approved", () => {
    const twice = { message: inList("long"), source: inList("long", true) };
    const strict = aPolicy({
      lists,
      rules: [aRule("no", twice, reject("No.")), aRule("yes", { requester: "x" }, approve)],
    });
    const facts = someFacts({
      message: is(`${"a".repeat(1_000)}b1`),
      source: is(nearly),
      requester: is("x"),
    });

    expect(evaluate(strict, facts)).toMatchObject({ kind: "ask", undecided: [{ name: "no" }] });
  });

  test("each of several names costs, but the same one only once", () => {
    const some = aPolicy({
      lists,
      rules: [aRule("r", { "consumer.managementGroups": inList("long") }, approve)],
    });
    const groups = (names: string[]) => someFacts({ consumer: { managementGroups: named(...names) } });
    const twenty = Array.from({ length: 20 }, (_, index) => `${"a".repeat(250)}${index}`);

    expect(evaluate(some, groups(twenty)).undecided).toHaveLength(1);
    expect(evaluate(some, groups(twenty.map(() => "A".repeat(256)))).undecided).toEqual([]);
  });

  test("all that is compared for one request counts together", () => {
    const tags = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`t${index}`, nearly]));
    const rules = Object.keys(tags).map((tag) =>
      aRule(tag, { [`consumer.tags.${tag}`]: inList("long") }, approve),
    );
    const decision = evaluate(aPolicy({ lists, rules }), someFacts({ consumer: { tags: tagged(tags) } }));

    expect(decision.undecided).toHaveLength(199);
  });
});

test("a time whose zone this machine does not know is unknown", () => {
  const nowhere = during({ timezone: "Nowhere/Land", days: [0] });
  const policy = aPolicy({ rules: [aRule("r", { time: nowhere }, approve, { line: 11 })] });

  expect(explain(policy, someFacts()).because).toBe(
    'Because time ("its time zone is not known here") is unknown and rule r (line 11) cannot be decided, whenUnknown asks 1 of duty, within 2h.',
  );
});
