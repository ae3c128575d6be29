import { describe, expect, test } from "vitest";
import { AKS, anArm, aPrivateCluster, clusterPath, stopTime, UNLIMITED } from "./world.ts";

describe("ARM's limits on the wire", () => {
  test("429 with Retry-After in seconds, counted by what Azure counts by", async () => {
    const slow = { burst: 1, perSecond: 0.01 };
    stopTime();
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
