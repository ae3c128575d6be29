import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClusterScope, PrivateEndpointId } from "../../../shared/connection/arm-id.ts";
import { type PrivateEndpointConnection, requestIdOf } from "../../../shared/connection/connection.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import { followHint } from "../../../shared/intake/follow-hint.ts";
import type { Hint } from "../../../shared/intake/hint.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import {
  aCluster,
  aClusterId,
  aConnection,
  aConnectionId,
  anEndpoint,
  aTrail,
  MINUTE,
  PROVIDER,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { asked } from "../../fixtures/entries.ts";

const ENDPOINT = PrivateEndpointId.parse(anEndpoint());
const idOf = ({ id, privateEndpointId }: PrivateEndpointConnection) => requestIdOf(id, privateEndpointId);
const toConnection = (connectionId = aConnectionId()): Hint => ({ kind: "connection", connectionId });
const toCluster: Hint = { kind: "cluster", clusterId: aClusterId() };
const toEndpoint: Hint = { kind: "privateEndpoint", privateEndpointId: ENDPOINT };

const deskWith = (...connections: readonly PrivateEndpointConnection[]) =>
  new Desk({ world: new ArmWorld().put(aCluster(), ...connections) });

const requestsOf = async (desk: Desk) =>
  (await desk.store.search.requests({ terms: [], by: "newest", limit: 100, cursor: null })).items.map(
    ({ id, state }) => `${id} ${state}`,
  );

describe("a hint about a connection", () => {
  test("that is Pending opens a request, and its orchestration is started", async () => {
    const desk = deskWith(aConnection());

    expect(await followHint(desk.intake, toConnection(), "message")).toEqual({
      seen: 1,
      opened: 1,
      ignored: null,
      strange: [],
    });

    const id = idOf(aConnection());
    expect(await desk.request(id)).toMatchObject({ state: "assessing", source: "message" });
    expect(desk.orchestrations.started).toEqual([`${id} round 1`]);
    expect(desk.written.map(({ kind }) => kind)).toEqual(["received"]);
  });

  test("said a hundred times makes one request", async () => {
    const desk = deskWith(aConnection());

    for (let n = 0; n < 100; n++) await followHint(desk.intake, toConnection(), "event");

    expect(await requestsOf(desk)).toEqual([`${idOf(aConnection())} assessing`]);
    expect(await desk.kinds(idOf(aConnection()))).toEqual(["received"]);
    expect(new Set(desk.orchestrations.started).size).toBe(1);
  });

  test.each(["Approved", "Rejected", "Disconnected", "Unheard-of"])(
    "that is %s already leaves no trace",
    async (status) => {
      const desk = deskWith(aConnection({ status }));

      expect(await followHint(desk.intake, toConnection(), "event")).toEqual({
        seen: 1,
        opened: 0,
        ignored: null,
        strange: [],
      });

      expect(await requestsOf(desk)).toEqual([]);
      expect(desk.orchestrations.started).toEqual([]);
      expect(desk.world.puts).toEqual([]);
    },
  );

  test("about one that was settled adds no record, no start and no write, however often it comes", async () => {
    const desk = deskWith(aConnection());
    await followHint(desk.intake, toConnection(), "event");
    await desk.live(idOf(aConnection()));
    const [records, starts, puts] = [
      desk.written.length,
      desk.orchestrations.started.length,
      desk.world.puts.length,
    ];

    for (let n = 0; n < 20; n++) await followHint(desk.intake, toConnection(), "event");

    expect([desk.written.length, desk.orchestrations.started.length, desk.world.puts.length]).toEqual([
      records,
      starts,
      puts,
    ]);
  });

  test("that does not exist leaves no trace", async () => {
    const desk = deskWith();

    expect(await followHint(desk.intake, toConnection(), "event")).toEqual({
      seen: 0,
      opened: 0,
      ignored: null,
      strange: [],
    });
    expect(await requestsOf(desk)).toEqual([]);
  });

  test("whose cluster is not ours is ignored, and ARM is not even asked", async () => {
    const desk = deskWith(aConnection());
    const scopes = [ClusterScope.parse(`/subscriptions/${PROVIDER}/resourceGroups/rg-other`)];

    const findings = await followHint({ ...desk.intake, scopes }, toConnection(), "message");

    expect(findings.ignored).toBe("The cluster is outside CLUSTER_SCOPES.");
    expect(desk.world.calls).toEqual([]);
  });

  test("when ARM cannot be asked, is a fault, and nothing is recorded", async () => {
    const desk = deskWith(aConnection());
    desk.world.trouble("readConnection", new Fault("UNREACHABLE", "Away."));

    await expect(followHint(desk.intake, toConnection(), "event")).rejects.toThrow("Away.");

    expect(await requestsOf(desk)).toEqual([]);
  });

  test("law: hints that come at once, from everywhere, make one request", async () => {
    const hint = fc.constantFrom(toConnection(), toCluster, toEndpoint);
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(hint, { minLength: 2, maxLength: 5 }),
        async (scheduler, hints) => {
          const desk = new Desk({
            world: new ArmWorld().put(aCluster(), aConnection()),
            through: (verb, call) => scheduler.schedule(Promise.resolve(), verb).then(call),
          });
          desk.world.pointEndpoint(ENDPOINT, aClusterId());

          const found = await scheduler.waitFor(
            Promise.all(hints.map((each) => followHint(desk.intake, each, "event"))),
          );

          expect(await requestsOf(desk)).toEqual([`${idOf(aConnection())} assessing`]);
          expect(found.map(({ opened }) => opened).reduce((sum, n) => sum + n)).toBe(1);
          expect(desk.written).toHaveLength(1);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("a hint about a cluster", () => {
  test("opens a request for every Pending connection, and for no other", async () => {
    const [a, b] = [aConnection({ id: aConnectionId("a") }), aConnection({ id: aConnectionId("b") })];
    const done = aConnection({ id: aConnectionId("c"), status: "Approved" });
    const desk = deskWith(a, done, b);

    expect(await followHint(desk.intake, toCluster, "sweep")).toEqual({
      seen: 3,
      opened: 2,
      ignored: null,
      strange: [],
    });

    expect((await requestsOf(desk)).sort()).toEqual([`${idOf(a)} assessing`, `${idOf(b)} assessing`].sort());
  });

  test("ends the wait for a connection that the list lacks and that a read does not find either", async () => {
    const desk = deskWith();
    const { id } = await desk.file(aTrail({}, asked()));

    await followHint(desk.intake, toCluster, "sweep");
    expect(await desk.request(id)).toMatchObject({ state: "waiting" });
    desk.clock.advance(5 * MINUTE);
    await followHint(desk.intake, toCluster, "sweep");

    expect(await desk.request(id)).toMatchObject({ closure: { outcome: "superseded" } });
    expect(desk.orchestrations.settled).toEqual([`${id} round 1 asked 2`]);
    expect(desk.orchestrations.started).toEqual([`${id} round 1`]);
  });

  test("opens the request with the endpoint that a read names where the list leaves it out", async () => {
    const desk = deskWith(aConnection());
    const listed = { ...aConnection(), privateEndpoint: null, privateEndpointId: null };
    const list = async () => ({ items: [listed], unreadable: [] });
    const connections = { ...desk.intake.connections, list };

    await followHint({ ...desk.intake, connections }, toCluster, "sweep");

    expect(await requestsOf(desk)).toEqual([`${idOf(aConnection())} assessing`]);
    expect(await desk.live(idOf(aConnection()))).toMatchObject({ closure: { outcome: "approved" } });
  });

  test("believes no list that lags behind: what a read finds is still waited for", async () => {
    const desk = deskWith(aConnection());
    const { id } = await desk.file(aTrail({}, asked()));
    const connections = { ...desk.intake.connections, list: async () => ({ items: [], unreadable: [] }) };

    await followHint({ ...desk.intake, connections }, toCluster, "sweep");

    expect(await desk.request(id)).toMatchObject({ state: "waiting" });
  });

  test("looks at every connection, and names each that cannot be understood", async () => {
    const desk = deskWith(aConnection());
    desk.world.unreadable = [new Fault("STRANGE", "A strange name."), new Fault("STRANGE", "Another one.")];

    const { strange } = await followHint(desk.intake, toCluster, "sweep");

    expect(strange.map(({ message }) => message)).toEqual(["A strange name.", "Another one."]);
    expect(desk.orchestrations.started).toHaveLength(1);
  });

  test("that is gone ends its waits", async () => {
    const desk = new Desk();
    const { id } = await desk.file(aTrail({}, asked()));

    await followHint(desk.intake, toCluster, "sweep");
    desk.clock.advance(5 * MINUTE);
    await followHint(desk.intake, toCluster, "sweep");

    expect(await desk.request(id)).toMatchObject({ closure: { outcome: "superseded" } });
  });
});

describe("a hint about a private endpoint", () => {
  const other = aConnection({ id: aConnectionId("other"), endpoint: anEndpoint("pe-other") });

  test("leads to the clusters it points at, where everything that is new is looked at as well", async () => {
    const desk = deskWith(aConnection(), other);
    desk.world.pointEndpoint(ENDPOINT, aClusterId());

    expect(await followHint(desk.intake, toEndpoint, "event")).toMatchObject({ seen: 2, opened: 2 });

    expect((await requestsOf(desk)).toSorted()).toEqual(
      [`${idOf(aConnection())} assessing`, `${idOf(other)} assessing`].toSorted(),
    );
    expect(desk.world.calls).toEqual(["targetsOf", "listConnections"]);
  });

  test.each([
    ["is gone", null],
    ["is not for us to read", new Fault("FORBIDDEN", "No.")],
  ])("that %s leads to the requests we have about it", async (_name, fault) => {
    const desk = deskWith();
    const { id } = await desk.file(aTrail({}, asked()));
    if (fault !== null) desk.world.trouble("targetsOf", fault);

    await followHint(desk.intake, toEndpoint, "event");

    expect(await desk.kinds(id)).toEqual(["received", "asked", "missing"]);
  });

  test.each([
    ["nobody knows of", []],
    ["points at a cluster that is not ours", [aClusterId("aks-prod", "rg-x")]],
  ])("that %s is ignored, for the sweep will find it", async (_name, targets) => {
    const desk = deskWith(aConnection());
    desk.world.pointEndpoint(ENDPOINT, ...targets);
    const scopes = [ClusterScope.parse(`/subscriptions/${PROVIDER}/resourceGroups/rg-aks`)];

    const { ignored } = await followHint({ ...desk.intake, scopes }, toEndpoint, "event");

    expect(ignored).toBe("No cluster of ours is known for this private endpoint; the sweep will find it.");
    expect(desk.world.calls).toEqual(["targetsOf"]);
  });

  test("whose record cannot be read for now is a fault, so that the hint comes again", async () => {
    const desk = deskWith(aConnection());
    desk.world.trouble("targetsOf", new Fault("UNREACHABLE", "Away."));

    await expect(followHint(desk.intake, toEndpoint, "event")).rejects.toThrow("Away.");
  });
});

test("a hint about something else leads nowhere", async () => {
  const desk = deskWith(aConnection());

  expect(await followHint(desk.intake, { kind: "irrelevant", because: "Not ours." }, "event")).toEqual({
    seen: 0,
    opened: 0,
    ignored: "Not ours.",
    strange: [],
  });
  expect(desk.world.calls).toEqual([]);
});
