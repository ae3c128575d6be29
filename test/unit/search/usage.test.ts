// biome-ignore-all lint/suspicious/noThenProperty: it is a word of the policy language
import { describe, expect, test } from "vitest";
import { Closing } from "../../../shared/search/closing.ts";
import { usageOf } from "../../../shared/search/usage.ts";
import { aPolicy, NINE } from "../../fixtures/builders.ts";

const ASKS = "{ name: tickets, when: { message: CHG* }, then: { ask: { approvers: [platform] } } }";
const POLICY = aPolicy("{ name: payments, when: { message: x }, then: approve }", ASKS);

const aClosing = (rules: readonly string[], askedBy: readonly string[] = []): Closing =>
  Closing.parse({
    requestId: `pec-${"0".repeat(32)}`,
    seq: 4,
    at: NINE,
    outcome: "approved",
    cluster: "aks-prod",
    consumer: "c1",
    by: null,
    rules,
    askedBy,
    people: [],
    decidedAfterMs: null,
  });

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

const counts = async (closings: readonly Closing[], max?: number) => {
  const { rules, isExact } = await usageOf(POLICY, each(closings), max);
  return { isExact, ...Object.fromEntries(rules.map(({ name, decided }) => [name, decided])) };
};

describe("how often the rules of a policy decided", () => {
  test("is told of all of them in the order of the file, also of what decided nothing", async () => {
    const { rules } = await usageOf(POLICY, each([]));

    expect(rules).toEqual([
      { name: "default", line: expect.any(Number), outcome: "ask", decided: 0 },
      { name: "whenUnknown", line: expect.any(Number), outcome: "ask", decided: 0 },
      { name: "payments", line: expect.any(Number), outcome: "approve", decided: 0 },
      { name: "tickets", line: expect.any(Number), outcome: "ask", decided: 0 },
    ]);
    expect(rules.map(({ line }) => line)).toEqual(rules.map(({ line }) => line).toSorted((a, b) => a - b));
  });

  test("counts those that decided and those that had people asked, each request once", async () => {
    const closings = [
      aClosing(["payments"]),
      aClosing(["payments", "payments"]),
      aClosing([], ["tickets", "whenUnknown"]),
      aClosing([], ["tickets"]),
      aClosing([]),
    ];

    expect(await counts(closings)).toEqual({
      isExact: true,
      payments: 2,
      tickets: 2,
      default: 0,
      whenUnknown: 1,
    });
  });

  test("says nothing of rules that are not there any more", async () => {
    expect(await counts([aClosing(["gone"], ["__proto__"])])).toEqual({
      isExact: true,
      payments: 0,
      tickets: 0,
      default: 0,
      whenUnknown: 0,
    });
  });

  test.each([
    [2, true, 2],
    [3, false, 2],
  ])("of %i closings where two may be looked through is exact: %s", async (many, isExact, decided) => {
    const closings = Array<Closing>(many).fill(aClosing(["payments"]));

    expect(await counts(closings, 2)).toMatchObject({ isExact, payments: decided });
  });
});
