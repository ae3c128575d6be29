import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TokenBucket } from "../../../shared/azure/token-bucket.ts";

const SHARES = {
  write: { ofRefill: 0.5, ofBurst: 0.3 },
  read: { ofRefill: 0.3, ofBurst: 0.1 },
  sweep: { ofRefill: 0.2, ofBurst: 0.1 },
};
type Purpose = keyof typeof SHARES;
const PURPOSES: readonly Purpose[] = ["write", "read", "sweep"];

/** Twenty calls at once, and two a second after that. */
const aBucket = () => new TokenBucket<Purpose>({ burst: 20, perSecond: 2 }, SHARES);

/** Takes as many as there are at this moment. */
function drawAll(bucket: TokenBucket<Purpose>, purpose: Purpose, now: number): number {
  let count = 0;
  while (bucket.take(purpose, now)) count += 1;
  return count;
}

/** Takes all that come in a minute, looked at every 100 ms; all purposes want as many as they can get. */
function drawFor(bucket: TokenBucket<Purpose>, purposes: readonly Purpose[], from: number): number[] {
  const counts = purposes.map(() => 0);
  for (let now = from; now < from + 60_000; now += 100)
    purposes.forEach((purpose, index) => {
      counts[index] = (counts[index] ?? 0) + drawAll(bucket, purpose, now);
    });
  return counts;
}

describe("a bucket with shares", () => {
  test("never gives what is kept for another purpose", () => {
    const bucket = aBucket();

    expect(drawAll(bucket, "read", 0)).toBe(12);
    expect(drawAll(bucket, "sweep", 0)).toBe(2);
    expect(drawAll(bucket, "write", 0)).toBe(6);
  });

  test("has room while there is more than what is kept", () => {
    const bucket = aBucket();

    for (let n = 0; n < 10; n++) expect([bucket.hasRoom(0), bucket.take("read", 0)]).toEqual([true, true]);

    expect(bucket.hasRoom(0)).toBe(false);
    expect(bucket.take("read", 0)).toBe(true);
  });

  test("gives each purpose its share of what comes in when all want more", () => {
    const bucket = aBucket();
    for (const purpose of PURPOSES) drawAll(bucket, purpose, 0);

    const [writes = 0, reads = 0, sweeps = 0] = drawFor(bucket, PURPOSES, 0);

    expect(writes).toBeGreaterThanOrEqual(59);
    expect(reads).toBeGreaterThanOrEqual(35);
    expect(sweeps).toBeGreaterThanOrEqual(23);
  });

  test.each(PURPOSES)("gives %s all that comes in when nobody else wants anything", (purpose) => {
    const bucket = aBucket();
    drawAll(bucket, purpose, 0);

    const [count = 0] = drawFor(bucket, [purpose], 0);

    expect(count).toBeGreaterThanOrEqual(118);
    expect(count).toBeLessThanOrEqual(120);
  });

  test("tells how long it takes at least until there is room", () => {
    const bucket = aBucket();
    for (const purpose of PURPOSES) drawAll(bucket, purpose, 0);

    expect(bucket.waitMs("write", 0)).toBeCloseTo(500);
    expect(bucket.take("write", 999)).toBe(false);
    expect(bucket.take("write", 1_000)).toBe(true);
  });

  test("makes up for a call that was made without asking", () => {
    const bucket = aBucket();
    for (let n = 0; n < 5; n++) bucket.owe(0);

    expect(drawAll(bucket, "write", 0)).toBe(11);
  });

  test("is empty when Azure said no, for as long as it said", () => {
    const bucket = aBucket();

    bucket.drain(0, 10_000);

    expect([bucket.hasRoom(9_999), drawAll(bucket, "write", 9_999)]).toEqual([false, 0]);
    expect(bucket.waitMs("write", 0)).toBeGreaterThan(10_500);
    expect(drawAll(bucket, "write", 12_000)).toBe(1);
  });

  test("comes in more slowly after that, and by and by as before", () => {
    const bucket = aBucket();
    const spendFor = (from: number, ms: number) => {
      let count = 0;
      for (let now = from; now < from + ms; now += 100) count += drawAll(bucket, "write", now);
      return count;
    };
    bucket.drain(0, 10_000);
    // What was on its way when Azure said no hears the same.
    bucket.drain(5, 10_000);

    expect(spendFor(10_000, 20_000)).toBeLessThan(25);
    expect(spendFor(180_000, 20_000)).toBeGreaterThanOrEqual(39);
  });

  test("law: it gives no more than the burst and what came in, whoever asks when", () => {
    const asking = fc.array(fc.tuple(fc.nat(3_000), fc.constantFrom(...PURPOSES), fc.nat(30)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(asking, (asks) => {
        const bucket = aBucket();
        let [now, given] = [0, 0];
        for (const [pauseMs, purpose, times] of asks) {
          now += pauseMs;
          for (let n = 0; n < times; n++) if (bucket.take(purpose, now)) given += 1;
          expect(given).toBeLessThanOrEqual(20 + (now / 1_000) * 2 + 1e-6);
        }
      }),
    );
  });
});

/** A limit of Azure's that several use: sixty calls at once and one a second, and when to come back to who is too many. */
class Limit {
  #tokens = 60;
  #at = 0;

  /** @returns null where the call is let through, else how long to stay away, in ms */
  call(now: number): number | null {
    this.#tokens = Math.min(60, this.#tokens + (now - this.#at) / 1_000);
    this.#at = now;
    if (this.#tokens < 1) return Math.ceil(1 - this.#tokens) * 1_000;
    this.#tokens -= 1;
    return null;
  }
}

/** A quarter of an hour in which all of them want as many calls as they can get, from when the bursts are spent. */
function flood(buckets: readonly TokenBucket<Purpose>[]): { served: number[]; refused: number } {
  const limit = new Limit();
  const served = buckets.map(() => 0);
  let refused = 0;
  for (let turn = 0, now = 0; now < 1_200_000; turn++, now += 50)
    for (let n = 0; n < buckets.length; n++) {
      // Each is first in turn.
      const index = (turn + n) % buckets.length;
      const bucket = buckets[index];
      if (bucket === undefined || !PURPOSES.some((purpose) => bucket.take(purpose, now))) continue;
      const awayMs = limit.call(now);
      if (awayMs !== null) bucket.drain(now, awayMs);
      if (now < 300_000) continue;
      if (awayMs === null) served[index] = (served[index] ?? 0) + 1;
      else refused += 1;
    }
  return { served, refused };
}

describe("instances of the app, each with a bucket of its own for one limit", () => {
  const anInstance = () => new TokenBucket<Purpose>({ burst: 54, perSecond: 0.9 }, SHARES);
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

  test("are never refused when there is one", () => {
    const { served, refused } = flood([anInstance()]);

    expect([refused, sum(served)]).toEqual([0, 810]);
  });

  test.each([2, 4, 6])(
    "use all of it when %i are in a flood, each its part, with few calls refused",
    (many) => {
      const { served, refused } = flood(Array.from({ length: many }, anInstance));

      expect(sum(served)).toBeGreaterThanOrEqual(855);
      expect(Math.min(...served)).toBeGreaterThan((900 / many) * 0.6);
      expect(refused / (refused + sum(served))).toBeLessThan(0.3);
    },
  );
});
