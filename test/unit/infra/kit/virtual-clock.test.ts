import { describe, expect, test } from "vitest";
import { ImpossibleTime, NeverAtRest, VirtualClock } from "../../../../infra/local/kit/virtual-clock.ts";
import { HandClock } from "../../../fixtures/hand-clock.ts";

const START = new HandClock().now();
const HOUR_MS = 3_600_000;

function aClock() {
  const machine = new HandClock();
  const clock = new VirtualClock({ machine, patienceMs: 50 });
  const woken: string[] = [];
  const wakes = (name: string, afterMs: number, then: () => void = () => undefined) =>
    clock.wakeAt(START + afterMs, () => {
      woken.push(`${name} after ${(clock.now() - START) / HOUR_MS} h`);
      then();
    });
  return { machine, clock, woken, wakes };
}

describe("a virtual clock", () => {
  test("shows the machine's time, and goes on with it after it was advanced", async () => {
    const { machine, clock } = aClock();

    machine.pass(HOUR_MS);
    await clock.advance(HOUR_MS);
    machine.pass(HOUR_MS);

    expect(clock.now()).toBe(START + 3 * HOUR_MS);
  });

  test("wakes in the order of times, each at its time, up to the end of the advance and not beyond", async () => {
    const { clock, woken, wakes } = aClock();
    wakes("third", 3 * HOUR_MS);
    wakes("first", HOUR_MS);
    wakes("too late", 5 * HOUR_MS);
    wakes("second", 2 * HOUR_MS);

    const count = await clock.advance(4 * HOUR_MS);

    expect(woken).toEqual(["first after 1 h", "second after 2 h", "third after 3 h"]);
    expect(count).toBe(3);
    expect(clock.now()).toBe(START + 4 * HOUR_MS);
  });

  test("also wakes who fell asleep on the way, and nobody who was cancelled", async () => {
    const { clock, woken, wakes } = aClock();
    const cancel = wakes("cancelled", 2 * HOUR_MS);
    wakes("first", HOUR_MS, () => {
      cancel();
      wakes("on the way", 3 * HOUR_MS);
    });

    await clock.advanceTo(START + 4 * HOUR_MS);

    expect(woken).toEqual(["first after 1 h", "on the way after 3 h"]);
  });

  test("wakes without being advanced when the machine's time has come", async () => {
    const { machine, clock, woken, wakes } = aClock();
    wakes("early", 3 * HOUR_MS);
    wakes("late", 4 * HOUR_MS);

    await clock.advance(HOUR_MS);
    machine.pass(2 * HOUR_MS);

    expect(woken).toEqual(["early after 3 h"]);
  });

  test("stands still until what was woken has come to rest", async () => {
    const { clock, woken, wakes } = aClock();
    let isBusy = false;
    clock.watch(() => (isBusy ? ["the first"] : []));
    wakes("first", HOUR_MS, () => {
      isBusy = true;
      setTimeout(() => {
        isBusy = false;
        woken.push(`rest after ${(clock.now() - START) / HOUR_MS} h`);
      }, 5);
    });
    wakes("second", 2 * HOUR_MS);

    await clock.advance(2 * HOUR_MS);

    expect(woken).toEqual(["first after 1 h", "rest after 1 h", "second after 2 h"]);
  });

  test("gives up on what never comes to rest, says what it is, and can be advanced again", async () => {
    const { machine, clock, woken, wakes } = aClock();
    const unrest = ["remind runs", "the task hub has work"];
    clock.watch(() => unrest);
    const passing = setInterval(() => machine.pass(10), 1);

    const error = await clock.advance(HOUR_MS).catch((thrown: unknown) => thrown);

    clearInterval(passing);
    expect(error).toBeInstanceOf(NeverAtRest);
    expect(String(error)).toContain(
      "after 0.05 s there is still no rest: remind runs, the task hub has work.",
    );
    unrest.splice(0);
    wakes("after all", HOUR_MS);
    await clock.advance(HOUR_MS);
    expect(woken).toHaveLength(1);
  });

  test("goes from one advance to the next, also after one that failed", async () => {
    const { clock, wakes } = aClock();
    let isBusy = false;
    clock.watch(() => (isBusy ? ["the first"] : []));
    wakes("first", HOUR_MS / 2, () => {
      isBusy = true;
      setTimeout(() => {
        isBusy = false;
      }, 5);
    });

    const advances = await Promise.allSettled([
      clock.advance(HOUR_MS),
      clock.advanceTo(START),
      clock.advance(2 * HOUR_MS),
    ]);

    expect(advances.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(clock.now()).toBe(START + 3 * HOUR_MS);
  });

  test.each([
    ["back", START - 1],
    ["beyond the dates there are", 9e15],
  ])("does not go %s", async (_where, at) => {
    const { clock } = aClock();

    await expect(clock.advanceTo(at)).rejects.toThrow(ImpossibleTime);

    expect(clock.now()).toBe(START);
  });

  test("tells those who share the time before it goes on, and stands still when they cannot be told", async () => {
    const machine = new HandClock();
    const said: string[] = [];
    let isDeaf = false;
    const clock: VirtualClock = new VirtualClock({
      machine,
      onAdvance: async (aheadMs) => {
        await Promise.resolve();
        if (isDeaf) throw new Error("nobody hears");
        said.push(`${aheadMs / HOUR_MS} h, told after ${(clock.now() - START) / HOUR_MS} h`);
      },
    });
    clock.wakeAt(START + HOUR_MS, () => said.push("woken"));

    await clock.advance(2 * HOUR_MS);
    isDeaf = true;
    await expect(clock.advance(HOUR_MS)).rejects.toThrow("nobody hears");

    expect(said).toEqual(["1 h, told after 0 h", "woken", "2 h, told after 1 h"]);
    expect(clock.now()).toBe(START + 2 * HOUR_MS);
  });

  test("follows another one exactly, never back, and is at rest before and after", async () => {
    const { machine, clock, woken, wakes } = aClock();
    let work = ["is being delivered"];
    clock.watch(() => work);
    setTimeout(() => {
      woken.push(`at rest after ${(clock.now() - START) / HOUR_MS} h`);
      work = [];
    }, 5);
    wakes("due", HOUR_MS);

    await clock.follow(3 * HOUR_MS);
    await clock.follow(2 * HOUR_MS);

    expect(woken).toEqual(["at rest after 0 h", "due after 3 h"]);
    expect(clock.aheadMs()).toBe(3 * HOUR_MS);
    expect(clock.now()).toBe(machine.now() + 3 * HOUR_MS);
  });

  test("does not begin to follow while something does not come to rest", async () => {
    const told: number[] = [];
    const onAdvance = (aheadMs: number) => void told.push(aheadMs);
    const clock = new VirtualClock({ onAdvance, patienceMs: 20 });
    clock.watch(() => ["never rests"]);

    await expect(clock.follow(HOUR_MS)).rejects.toThrow(NeverAtRest);

    expect(told).toEqual([]);
    expect(clock.aheadMs()).toBe(0);
  });
});
