import { describe, expect, test } from "vitest";
import { Throttle } from "../../../../infra/local/arm/throttling.ts";

describe("a token bucket", () => {
  test("gives its burst at once, then as many as time has brought", () => {
    const throttle = new Throttle({ clusterGet: { burst: 2, perSecond: 0.5 } });
    const take = (nowMs: number) => throttle.take([{ limit: "clusterGet", key: "c1" }], nowMs);

    expect(take(0)).toBe(1);
    expect(take(0)).toBe(0);
    expect(() => take(0)).toThrow(expect.objectContaining({ status: 429, headers: { "retry-after": "2" } }));
    expect(() => take(1000)).toThrow(expect.objectContaining({ headers: { "retry-after": "1" } }));
    expect(take(2000)).toBe(0);
    expect(take(100_000)).toBe(1);
  });

  test("a request that one limit refuses costs nothing of the others", () => {
    const throttle = new Throttle({
      armReads: { burst: 1, perSecond: 0 },
      clusterGet: { burst: 1, perSecond: 0.001 },
    });
    const draw = (cluster: string) =>
      throttle.take(
        [
          { limit: "armReads", key: "s" },
          { limit: "clusterGet", key: cluster },
        ],
        0,
      );
    throttle.take([{ limit: "clusterGet", key: "busy" }], 0);

    expect(() => draw("busy")).toThrow(expect.objectContaining({ code: "Throttled" }));
    expect(draw("idle")).toBe(0);
    expect(() => draw("another")).toThrow(expect.objectContaining({ code: "TooManyRequests" }));
  });
});
