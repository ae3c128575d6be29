import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { share } from "../../../shared/azure/share.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PATIENCE_MS = 1_000;

/** A source that answers when told to; its answers are numbered by when it was asked. */
function aSource() {
  const calls: PromiseWithResolvers<string>[] = [];
  const ask = (key: string) => {
    const call = Promise.withResolvers<string>();
    calls.push(call);
    return call.promise.then((answer) => `${key}: ${answer}`);
  };
  return { calls, read: share(ask, { patienceMs: PATIENCE_MS }) };
}

const turn = () => vi.advanceTimersByTimeAsync(0);

describe("calls that are shared", () => {
  test("answer who asks alone at once, every time anew", async () => {
    const { calls, read } = aSource();

    const first = read("a");
    calls[0]?.resolve("one");
    const seen = [await first];
    const second = read("a");
    calls[1]?.resolve("two");

    expect([...seen, await second]).toEqual(["a: one", "a: two"]);
  });

  test("give nobody an answer that was on its way before they asked", async () => {
    const { calls, read } = aSource();
    const first = read("a");
    const later = [read("a"), read("a"), read("a")];

    calls[0]?.resolve("old");
    await turn();
    const last = read("a");
    calls[1]?.resolve("new");
    await turn();
    calls[2]?.resolve("newest");

    expect(await first).toBe("a: old");
    expect(await Promise.all(later)).toEqual(["a: new", "a: new", "a: new"]);
    expect(await last).toBe("a: newest");
    expect(calls).toHaveLength(3);
  });

  test("fail together, and are made anew for who asks then", async () => {
    const { calls, read } = aSource();
    const first = read("a");
    const later = [read("a"), read("a")];
    const failures = Promise.allSettled([first, ...later]);

    calls[0]?.reject(new Error("away"));
    await turn();
    calls[1]?.reject(new Error("still away"));
    const reasons = (await failures).map((one) => one.status === "rejected" && one.reason.message);
    const afterwards = read("a");
    calls[2]?.resolve("back");

    expect(reasons).toEqual(["away", "still away", "still away"]);
    expect(await afterwards).toBe("a: back");
  });

  test("are not waited for longer than one's patience", async () => {
    const { calls, read } = aSource();
    void read("a");
    const later = read("a");

    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    calls[1]?.resolve("by itself");

    expect(await later).toBe("a: by itself");
  });

  test("are never shared by those who ask for different things", async () => {
    const { calls, read } = aSource();

    const both = Promise.all([read("a"), read("b")]);
    calls[0]?.resolve("one");
    calls[1]?.resolve("two");

    expect(await both).toEqual(["a: one", "b: two"]);
  });
});
