import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Allowance } from "../../../shared/azure/token-bucket.ts";
import { type Patience, Turns } from "../../../shared/azure/turns.ts";
import type { Fault } from "../../../shared/connection/fault.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** One call a second, and none at the beginning. */
class Metronome implements Allowance<"call"> {
  #next = performance.now() + 1_000;

  take(_purpose: "call", now: number): boolean {
    if (now < this.#next) return false;
    this.#next = now + 1_000;
    return true;
  }

  waitMs(_purpose: "call", now: number): number {
    return Math.max(0, this.#next - now);
  }
}

const PATIENCE: Patience = {
  maxWaitMs: 60_000,
  perConsumer: 10,
  inAll: 100,
  perSecond: 1,
  refusal: "Later.",
};

/** Turns at a metronome, and who had theirs, in order. */
function theTurns(patience: Partial<Patience> = {}) {
  const turns = new Turns(new Metronome(), { ...PATIENCE, ...patience });
  const served: string[] = [];
  const refused: { consumer: string; fault: Fault }[] = [];
  const ask = (consumer: string, isUrgent = false) =>
    void turns.turn("call", consumer, isUrgent).then(
      () => served.push(consumer),
      (fault: Fault) => refused.push({ consumer, fault }),
    );
  return { turns, served, refused, ask };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

describe("turns", () => {
  test("come at once while there is room, and are spent", async () => {
    const { ask, served } = theTurns();
    await seconds(1);

    ask("a");
    ask("b");
    await vi.advanceTimersByTimeAsync(0);
    const atOnce = [...served];
    await seconds(1);

    expect([atOnce, served]).toEqual([["a"], ["a", "b"]]);
  });

  test("go around the consumers: one with one request waits for one call of the others", async () => {
    const { ask, served } = theTurns();
    for (let n = 0; n < 5; n++) ask("many");
    await seconds(2);

    ask("one");
    ask("two");
    await seconds(5);

    expect(served).toEqual(["many", "many", "one", "two", "many", "many", "many"]);
  });

  test("are given first for what would else be lost", async () => {
    const { ask, served } = theTurns();
    for (const consumer of ["a", "b", "c"]) ask(consumer);
    ask("b", true);

    await seconds(4);

    expect(served).toEqual(["b", "a", "c", "b"]);
  });

  test("are not waited for in a crowd of the same consumer, but by somebody else", async () => {
    const { ask, served, refused } = theTurns({ perConsumer: 2, inAll: 2 });
    for (let n = 0; n < 4; n++) ask("many");
    ask("one");

    await seconds(3);

    expect(refused.map(({ consumer }) => consumer)).toEqual(["many", "many"]);
    expect(served).toEqual(["many", "one", "many"]);
  });

  test("are not waited for at all when the next one is too far", async () => {
    const { ask, refused } = theTurns({ maxWaitMs: 900 });

    ask("a");
    await seconds(0);

    expect(refused).toMatchObject([{ fault: { code: "THROTTLED", retryAfterMs: 3_000 } }]);
  });

  test("are not waited for without end", async () => {
    const { ask, served, refused } = theTurns({ maxWaitMs: 2_500 });
    for (const consumer of ["a", "b", "c"]) ask(consumer);

    await seconds(4);

    expect(served).toEqual(["a", "b"]);
    expect(refused).toMatchObject([{ consumer: "c", fault: { code: "THROTTLED", isTurn: true } }]);
  });

  test("are told to those who are sent away, one after the other, and shared with others who are", () => {
    const { turns } = theTurns();
    const told = (consumer: string) => turns.refusal(consumer).retryAfterMs;

    expect([told("a"), told("a"), told("b"), told("a")]).toEqual([2_000, 4_000, 4_000, 8_000]);
  });

  test("are told for ten minutes at most", () => {
    const { turns } = theTurns();

    for (let n = 0; n < 1_000; n++) turns.refusal("a");

    expect(turns.refusal("a").retryAfterMs).toBe(600_000);
  });
});
