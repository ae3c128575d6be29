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
    expect(bucket.waitMs("write", 0)).toBeCloseTo(10_500);
    expect(drawAll(bucket, "write", 11_000)).toBe(1);
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
