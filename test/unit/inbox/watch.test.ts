import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Reply, refused } from "../../../functions/inbox/page/reply.ts";
import { MOVING_MS, POLL_MS, Watch } from "../../../functions/inbox/page/watch.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Seen {
  readonly state: string;
}

/** A watch whose looks bring these in turn, the last one again and again. */
function aWatch(replies: readonly Reply<Seen>[]) {
  let looks = 0;
  const watch = new Watch<Seen>(
    async () => {
      const reply = replies[Math.min(looks, replies.length - 1)];
      looks += 1;
      if (reply === undefined) throw new Error("There is no reply.");
      return reply;
    },
    ({ state }) => state === "applying",
  );
  return { watch, looks: () => looks };
}

const ok = (state: string): Reply<Seen> => ({ ok: true, value: { state } });
const waiting = ok("waiting");

describe("a page that is seen", () => {
  test("looks at once, then every 15 seconds", async () => {
    const { watch, looks } = aWatch([waiting]);

    watch.seen(true);
    await vi.advanceTimersByTimeAsync(0);
    const atOnce = looks();
    await vi.advanceTimersByTimeAsync(2 * POLL_MS);

    expect([atOnce, looks()]).toEqual([1, 3]);
  });

  test("looks more often while the app is at work, until it is done", async () => {
    const { watch, looks } = aWatch([ok("applying"), ok("closed")]);

    watch.seen(true);
    await vi.advanceTimersByTimeAsync(MOVING_MS);
    const whileApplying = looks();
    await vi.advanceTimersByTimeAsync(POLL_MS - 1);

    expect([whileApplying, looks()]).toEqual([2, 2]);
    expect(watch.state.get().value).toEqual({ state: "closed" });
  });

  test("does not look while nobody sees it, and does at once when somebody is back", async () => {
    const { watch, looks } = aWatch([waiting]);
    watch.seen(true);
    await vi.advanceTimersByTimeAsync(0);

    watch.seen(false);
    await vi.advanceTimersByTimeAsync(10 * POLL_MS);
    const hidden = looks();
    watch.seen(true);
    await vi.advanceTimersByTimeAsync(0);

    expect([hidden, looks()]).toEqual([1, 2]);
  });

  test("that somebody left looks no more", async () => {
    const { watch, looks } = aWatch([waiting]);
    watch.seen(true);
    await vi.advanceTimersByTimeAsync(0);

    watch.end();
    await vi.advanceTimersByTimeAsync(10 * POLL_MS);

    expect(looks()).toBe(1);
  });
});

describe("what is known", () => {
  test("stays when a look fails, with the reason beside it, until one succeeds again", async () => {
    const { watch } = aWatch([waiting, refused("unreachable", "The app does not answer."), waiting]);
    await watch.look();

    await watch.look();
    const failed = watch.state.get();
    await watch.look();

    expect(failed).toMatchObject({ value: { state: "waiting" }, refusal: { code: "unreachable" } });
    expect(watch.state.get()).toEqual({ value: { state: "waiting" }, refusal: null });
  });

  test("is told once where nothing changed", async () => {
    const { watch } = aWatch([waiting]);
    let told = 0;
    watch.state.subscribe(() => {
      told += 1;
    });

    await watch.look();
    await watch.look();

    expect(told).toBe(1);
  });

  test("after something was done is what was read afterwards, not what was being read meanwhile", async () => {
    const { watch, looks } = aWatch([waiting, ok("applying")]);
    const underWay = watch.look();

    await watch.lookAgain();
    await underWay;

    expect(looks()).toBe(2);
    expect(watch.state.get().value).toEqual({ state: "applying" });
  });
});
