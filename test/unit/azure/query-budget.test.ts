import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { QueryBudget } from "../../../shared/azure/query-budget.ts";
import { Fault } from "../../../shared/connection/fault.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A budget of two queries in a second, and when each turn came: ms, or that it was refused. */
function aBudget(limits = { queries: 2, perMs: 1_000, maxWaitMs: 1_500 }) {
  const budget = new QueryBudget(limits);
  const start = performance.now();
  const turns: (number | "refused")[] = [];
  return {
    budget,
    turns,
    ask: (consumer = "somebody") => {
      const index = turns.push(Number.NaN) - 1;
      const query = async () => {
        turns[index] = performance.now() - start;
      };
      budget.spend(consumer, query).catch(() => {
        turns[index] = "refused";
      });
    },
  };
}

describe("a budget of queries", () => {
  test("lets so many through at once, and each other when one more fits, in the order in which they came", async () => {
    const { ask, turns } = aBudget();
    ask();
    await vi.advanceTimersByTimeAsync(300);

    for (let n = 0; n < 3; n++) ask();
    await vi.runAllTimersAsync();

    expect(turns).toEqual([0, 300, 1_000, 1_300]);
  });

  test("refuses who has waited too long, and spends nothing on it", async () => {
    const { ask, turns } = aBudget();
    for (let n = 0; n < 5; n++) ask();

    await vi.advanceTimersByTimeAsync(1_600);
    ask();
    await vi.runAllTimersAsync();

    expect(turns).toEqual([0, 0, 1_000, 1_000, "refused", 2_000]);
  });

  test("lets one consumer's many queries keep nobody else's from its turn", async () => {
    const { ask, turns } = aBudget();
    for (let n = 0; n < 20; n++) ask("many");

    ask("one");
    await vi.runAllTimersAsync();

    expect(turns.at(-1)).toBe(1_000);
  });

  test("does not depend on what somebody sets the clock to", async () => {
    const { ask, turns } = aBudget();
    for (let n = 0; n < 2; n++) ask();
    vi.setSystemTime(0);

    ask();
    await vi.runAllTimersAsync();

    expect(turns).toEqual([0, 0, 1_000]);
  });

  test("is never overdrawn, whoever asks when", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(400), { maxLength: 40 }), async (pauses) => {
        const { ask, turns } = aBudget({ queries: 3, perMs: 1_000, maxWaitMs: 800 });
        for (const pauseMs of pauses) {
          await vi.advanceTimersByTimeAsync(pauseMs);
          ask();
        }
        await vi.runAllTimersAsync();

        const taken = turns.filter((turn) => turn !== "refused").toSorted((a, b) => a - b);
        taken.forEach((turn, index) => {
          expect(turn - (taken[index - 3] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(1_000);
        });
      }),
      { numRuns: 50 },
    );
  });

  test("asks nothing while Azure wants to be left alone, half as much after that, and by and by as before", async () => {
    const limits = { queries: 4, perMs: 1_000, maxWaitMs: 3_500 };
    const { budget, ask, turns } = aBudget(limits);
    const refused = async () => {
      throw new Fault("THROTTLED", "Too many.", { retryAfterMs: 3_000 });
    };

    for (const query of [budget.spend("somebody", refused), budget.spend("somebody", refused)])
      await expect(query).rejects.toThrow("Too many.");
    for (let n = 0; n < 2; n++) ask();
    await vi.advanceTimersByTimeAsync(3_000);
    for (let n = 0; n < 2; n++) ask();
    await vi.advanceTimersByTimeAsync(120_000);
    const later = turns.length;
    for (let n = 0; n < 4; n++) ask();
    await vi.runAllTimersAsync();

    expect(turns.slice(0, later)).toEqual([3_000, 3_000, 4_000, 4_000]);
    expect(turns.slice(later)).toEqual([123_000, 123_000, 123_000, 123_000]);
  });

  test("does not slow down for any other trouble of a query", async () => {
    const { budget, ask, turns } = aBudget();
    const broken = async () => {
      throw new Fault("UNREACHABLE", "No answer.");
    };

    await expect(budget.spend("somebody", broken)).rejects.toThrow("No answer.");
    ask();
    await vi.runAllTimersAsync();

    expect(turns).toEqual([0]);
  });
});
