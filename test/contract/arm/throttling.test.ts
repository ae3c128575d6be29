import { describe, expect, test } from "vitest";
import { Throttle } from "../../../infra/local/arm/throttling.ts";
import { AKS, anArm, aPrivateCluster, clusterPath, UNLIMITED } from "./world.ts";

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

describe("ARM's limits on the wire", () => {
  test("429 with Retry-After in seconds, counted by what Azure counts by", async () => {
    const slow = { burst: 1, perSecond: 0.01 };
    const arm = await anArm({ throttling: { ...UNLIMITED, clusterGet: slow } });
    await aPrivateCluster(arm, "c1");
    await aPrivateCluster(arm, "c2");
    await arm.send("GET", clusterPath("c1") + AKS);

    const throttled = await arm.send("GET", clusterPath("C1") + AKS);

    expect(throttled).toMatchObject({
      status: 429,
      body: { error: { code: "Throttled" } },
      headers: { "retry-after": "100" },
    });
    expect((await arm.send("GET", clusterPath("c2") + AKS)).status).toBe(200);
    expect((await arm.send("GET", `${clusterPath("c1")}/privateEndpointConnections${AKS}`)).status).toBe(200);
  });

  test("ARM itself counts reads and writes by caller, and says how many are left", async () => {
    const arm = await anArm({ throttling: { ...UNLIMITED, armReads: { burst: 2, perSecond: 0.001 } } });
    const read = (token: string) => arm.send("GET", clusterPath("c1") + AKS, { token });
    const [ana, bo] = await Promise.all(["ana", "bo"].map((oid) => arm.issuer.token({ oid })));
    await aPrivateCluster(arm);

    const replies = [
      await read(ana ?? ""),
      await read(ana ?? ""),
      await read(ana ?? ""),
      await read(bo ?? ""),
    ];

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429, 200]);
    expect(replies[0]?.headers["x-ms-ratelimit-remaining-subscription-reads"]).toBe("1");
    expect(replies[2]?.body.error.code).toBe("TooManyRequests");
  });
});
