import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../../infra/local/kit/virtual-clock.ts";
import { AKS, anArm, aPendingConnection, CONTROL_KEY, clusterPath, endpointPath } from "./world.ts";

const APPROVAL = {
  properties: { privateLinkServiceConnectionState: { status: "Approved", description: "ok" } },
};

describe("the script of troubles", () => {
  test.each([
    ["throttled", { kind: "throttled", retryAfterSeconds: 3 }, 429, { "retry-after": "3" }],
    ["in conflict", { kind: "conflict", code: "OperationNotAllowed", message: "busy" }, 409, {}],
    ["of any status", { kind: "status", status: 503, code: "Sorry", message: "later" }, 503, {}],
  ])(
    "a request may be %s, as often as it says and without effect",
    async (_case, trouble, status, headers) => {
      const arm = await anArm();
      const path = `${clusterPath("c1")}/privateEndpointConnections/${await aPendingConnection(arm)}${AKS}`;
      await arm.control("POST", "troubles", {
        method: "PUT",
        pathPattern: "/PRIVATEendpointConnections/",
        times: 2,
        ...trouble,
      });

      const replies = [];
      for (let i = 0; i < 2; i++) replies.push(await arm.send("PUT", path, { body: APPROVAL }));
      const { body } = await arm.send("GET", path);

      for (const reply of replies) expect(reply).toMatchObject({ status, headers });
      expect(body.properties.privateLinkServiceConnectionState.status).toBe("Pending");
      expect((await arm.send("PUT", path, { body: APPROVAL })).status).toBe(200);
    },
  );

  test.each([
    ["before", "Pending"],
    ["after", "Approved"],
  ])("a connection may be cut %s the commit: the state is %s", async (when, status) => {
    const arm = await anArm();
    const path = `${clusterPath("c1")}/privateEndpointConnections/${await aPendingConnection(arm)}${AKS}`;
    const kind = when === "before" ? "resetBeforeCommit" : "resetAfterCommit";
    await arm.control("POST", "troubles", {
      method: "PUT",
      pathPattern: "privateendpointconnections",
      times: 1,
      kind,
    });

    await expect(arm.send("PUT", path, { body: APPROVAL })).rejects.toThrow(/hang up|ECONNRESET/);

    expect((await arm.send("GET", path)).body.properties.privateLinkServiceConnectionState.status).toBe(
      status,
    );
  });

  test("a request that hangs is done all the same", async () => {
    const arm = await anArm();
    const path = `${clusterPath("c1")}/privateEndpointConnections/${await aPendingConnection(arm)}${AKS}`;
    await arm.control("POST", "troubles", {
      method: "PUT",
      pathPattern: "c1",
      times: 1,
      kind: "hang",
      ms: 150,
    });
    const startedAt = performance.now();

    const reply = await arm.send("PUT", path, { body: APPROVAL });

    expect(reply.status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(140);
  });

  test("it survives a restart, can be read, and can be dropped", async () => {
    const arm = await anArm();
    const trouble = {
      method: "GET",
      pathPattern: "/managedclusters/",
      times: 2,
      kind: "status",
      status: 500,
      code: "X",
      message: "x",
    };
    await arm.control("POST", "troubles", trouble);
    await arm.send("GET", clusterPath("c1") + AKS);

    await arm.restart();

    expect((await arm.control("GET", "troubles")).body.value).toEqual([{ ...trouble, times: 1 }]);
    await arm.control("DELETE", "troubles");
    expect((await arm.control("GET", "troubles")).body.value).toEqual([]);
    expect((await arm.send("GET", clusterPath("c1") + AKS)).status).toBe(404);
  });
});

describe("the request log", () => {
  test("tells who did what, and what of it changed anything", async () => {
    const arm = await anArm();
    const path = `${clusterPath("c1")}/privateEndpointConnections/${await aPendingConnection(arm)}`;
    await arm.control("DELETE", "requests");
    const token = await arm.issuer.token({ oid: "ana", appid: "the-app" });

    await arm.send("PUT", path + AKS, { body: APPROVAL, token });
    await arm.send("PUT", path + AKS, { body: APPROVAL, token });
    await arm.send("GET", path + AKS, { token: null });
    await arm.restart();

    const { value } = (await arm.control("GET", "requests")).body;
    expect(value).toMatchObject([
      {
        method: "PUT",
        path,
        apiVersion: "2026-01-01",
        caller: { oid: "ana", appid: "the-app" },
        body: APPROVAL,
        status: 200,
        effective: true,
      },
      { method: "PUT", path, status: 200, effective: false },
      { method: "GET", path, status: 401, effective: false },
    ]);
    expect((await arm.control("GET", `requests?after=${value[1].id}`)).body.value).toHaveLength(1);
  });

  test("shows a trouble as what it was to the caller, and whether its request took effect", async () => {
    const arm = await anArm();
    const path = `${clusterPath("c1")}/privateEndpointConnections/${await aPendingConnection(arm)}`;
    await arm.control("DELETE", "requests");
    const hit = (kind: string) =>
      arm.control("POST", "troubles", { method: "PUT", pathPattern: path, times: 1, kind });
    await hit("resetBeforeCommit");
    await hit("throttled");
    await hit("resetAfterCommit");

    for (let i = 0; i < 3; i++) await arm.send("PUT", path + AKS, { body: APPROVAL }).catch(() => "cut off");

    expect((await arm.control("GET", "requests")).body.value).toMatchObject([
      { trouble: "resetBeforeCommit", effective: false },
      { trouble: "throttled", status: 429, effective: false },
      { trouble: "resetAfterCommit", status: 200, effective: true },
    ]);
  });
});

describe("changes behind ARM's back", () => {
  test("a connection is answered, moved to another endpoint and removed without an event", async () => {
    const arm = await anArm();
    const name = await aPendingConnection(arm);
    const path = `${clusterPath("c1")}/privateEndpointConnections/${name}${AKS}`;
    await expect.poll(() => arm.events).toHaveLength(1);
    const change = { clusterId: clusterPath("C1"), name };

    await arm.control("POST", "connections", {
      kind: "set",
      ...change,
      status: "Rejected",
      description: "elsewhere",
      privateEndpointId: endpointPath("pe9"),
    });
    const changed = await arm.send("GET", path);
    await arm.control("POST", "connections", { kind: "remove", ...change });

    expect(changed.body.properties).toMatchObject({
      privateEndpoint: { id: endpointPath("pe9") },
      privateLinkServiceConnectionState: { status: "Rejected", description: "elsewhere" },
    });
    expect((await arm.send("GET", path)).status).toBe(404);
    expect(arm.events).toHaveLength(1);
  });

  test.each([
    ["an unknown cluster", { kind: "remove", clusterId: clusterPath("nowhere"), name: "x" }, 404],
    ["an unknown connection", { kind: "remove", clusterId: clusterPath("c1"), name: "x" }, 404],
    [
      "a new connection without its endpoint",
      { kind: "set", clusterId: clusterPath("c1"), name: "x", status: "Pending" },
      400,
    ],
    ["an unknown kind", { kind: "explode", clusterId: clusterPath("c1"), name: "x" }, 400],
  ])("are refused for %s", async (_case, change, status) => {
    const arm = await anArm();
    await aPendingConnection(arm);

    expect((await arm.control("POST", "connections", change)).status).toBe(status);
  });

  test("the whole state can be seen", async () => {
    const arm = await anArm();
    await aPendingConnection(arm);

    expect((await arm.control("GET", "state")).body).toMatchObject({
      clusters: [{ name: "c1" }],
      connections: [{ status: "Approved" }, { status: "Pending" }],
      endpoints: [{ name: "pe1" }],
      troubles: [],
    });
  });

  test("nothing of it without the key; a bearer token is no key", async () => {
    const arm = await anArm();

    for (const key of ["", "guess", `${CONTROL_KEY}x`]) {
      expect((await arm.send("GET", "/_control/state", { headers: { "x-control-key": key } })).status).toBe(
        403,
      );
    }
    expect((await arm.control("GET", "no-such-command")).status).toBe(404);
  });
});

describe("the time", () => {
  test("is put forward from outside, and never back", async () => {
    const clock = new VirtualClock();
    const arm = await anArm({ clock });

    const replies = [];
    for (const aheadMs of [7_200_000, 3_600_000])
      replies.push((await arm.control("POST", "clock", { aheadMs })).status);

    expect(replies).toEqual([204, 204]);
    expect(clock.aheadMs()).toBe(7_200_000);
  });

  test("stays as it is while something does not come to rest, which is told", async () => {
    const clock = new VirtualClock({ patienceMs: 20 });
    clock.watch(() => ["Event Grid delivers"]);
    const arm = await anArm({ clock });

    const { status, body } = await arm.control("POST", "clock", { aheadMs: 1_000 });

    expect(status).toBe(504);
    expect(body.error.message).toContain("Event Grid delivers");
    expect(clock.aheadMs()).toBe(0);
  });

  test("is the machine's where nobody asked for another one", async () => {
    const arm = await anArm();

    const { status, body } = await arm.control("POST", "clock", { aheadMs: 1_000 });

    expect(status).toBe(400);
    expect(body.error.message).toContain("--virtual-clock");
  });

  test("an event that is not handed over yet is unrest", async () => {
    const sink = Promise.withResolvers<void>();
    const arm = await anArm({ events: { publish: () => sink.promise } });
    await aPendingConnection(arm);

    expect(arm.unrest()).toEqual(["ARM hands over events"]);
    sink.resolve();

    await expect.poll(arm.unrest).toEqual([]);
  });
});
