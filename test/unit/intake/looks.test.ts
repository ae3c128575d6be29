import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClusterId, PrivateEndpointId } from "../../../shared/connection/arm-id.ts";
import { type PrivateEndpointConnection, requestIdOf } from "../../../shared/connection/connection.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import { followHint } from "../../../shared/intake/follow-hint.ts";
import type { Hint } from "../../../shared/intake/hint.ts";
import type { Orchestrations } from "../../../shared/workflow/port.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import { aCluster, aClusterId, aConnection, aConnectionId, anEndpoint } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** Lets time pass, and the store finish what it was told meanwhile. */
async function seconds(count: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(count * 1_000);
  for (let n = 0; n < 20; n++) await turn();
}
const SLOW = new Fault("THROTTLED", "Slow.", { retryAfterMs: 2_000 });

const connectionOf = (n: number): PrivateEndpointConnection =>
  aConnection({ id: aConnectionId(`pe-${n}.1`), endpoint: anEndpoint(`pe-${n}`) });
const hintAbout = (n: number): Hint => ({
  kind: "privateEndpoint",
  privateEndpointId: PrivateEndpointId.parse(anEndpoint(`pe-${n}`)),
});

/** A cluster with many Pending connections, whose endpoints point at it. */
function aFlood(many: number): Desk {
  const numbers = Array.from({ length: many }, (_, n) => n);
  const world = new ArmWorld().put(aCluster(), ...numbers.map(connectionOf));
  for (const n of numbers) world.pointEndpoint(PrivateEndpointId.parse(anEndpoint(`pe-${n}`)), aClusterId());
  return new Desk({ world });
}

const listsOf = ({ world }: Desk) => world.calls.filter((verb) => verb === "listConnections").length;
const requestsOf = async ({ store }: Desk) => (await store.open({ cluster: aClusterId() })).length;

describe("hints about one cluster", () => {
  test("that come at once share two lists: the one that is under way and the next", async () => {
    const desk = aFlood(200);

    const found = await Promise.all(
      Array.from({ length: 200 }, (_, n) => followHint(desk.intake, hintAbout(n), "event")),
    );

    expect(await requestsOf(desk)).toBe(200);
    expect(listsOf(desk)).toBeLessThanOrEqual(2);
    expect(found.filter(({ ignored }) => ignored === null).length).toBeGreaterThan(0);
  });

  test("lead, one after the other, to what is new and what they name, and to nothing twice", async () => {
    const desk = aFlood(3);
    await followHint(desk.intake, hintAbout(0), "event");
    const before = desk.orchestrations.started.length;

    await followHint(desk.intake, hintAbout(1), "event");

    const { id, privateEndpointId } = connectionOf(1);
    expect(before).toBe(3);
    expect(desk.orchestrations.started.slice(before)).toEqual([
      `${requestIdOf(id, privateEndpointId)} round 1`,
    ]);
  });

  test("are not lost when one connection breaks what looks at it, and only who named it hears of that", async () => {
    const desk = aFlood(3);
    const { start, settle } = desk.orchestrations;
    const orchestrations: Orchestrations = {
      settle,
      start: async (request) => {
        if (request.connectionId === connectionOf(1).id) throw new Error("a bug");
        await start(request);
      },
    };
    const needs = { ...desk.intake, orchestrations };

    await followHint(needs, hintAbout(0), "event");
    const named = followHint(needs, hintAbout(1), "event");

    await expect(named).rejects.toThrow("a bug");
    expect(desk.orchestrations.started).toHaveLength(2);
    expect(desk.warnings.join()).toContain("a bug");
  });

  test.each([["cluster"], ["connection"]] as const)(
    "by its %s share a look as well when limits are short",
    async (kind) => {
      const desk = aFlood(50);
      desk.isShort = true;
      const hint = (n: number): Hint =>
        kind === "cluster" ? { kind, clusterId: aClusterId() } : { kind, connectionId: connectionOf(n).id };

      await Promise.all(Array.from({ length: 50 }, (_, n) => followHint(desk.intake, hint(n), "message")));

      expect(await requestsOf(desk)).toBe(50);
      expect(listsOf(desk)).toBeLessThanOrEqual(2);
    },
  );
});

describe("a look that ARM throttles", () => {
  test("is tried again, ever more rarely, however many hints come", async () => {
    const desk = aFlood(1);
    desk.world.forbid("listConnections", SLOW);

    const hints: Promise<unknown>[] = [];
    for (let n = 0; n < 600; n++) {
      hints.push(followHint(desk.intake, hintAbout(0), "event"));
      await seconds(0.1);
    }
    await seconds(60);
    await Promise.all(hints);

    expect(listsOf(desk)).toBeLessThanOrEqual(8);
    desk.world.forbid("listConnections", null);
    await seconds(31);
    expect(await requestsOf(desk)).toBe(1);
  });

  test("holds up the hint that leads it for some seconds only, and goes on by itself", async () => {
    const desk = aFlood(1);
    desk.world.trouble("listConnections", SLOW, { times: 3 });

    const led = followHint(desk.intake, hintAbout(0), "event");
    await seconds(5);

    expect((await led).ignored).toBe("ARM has no time for this now; the look goes on by itself.");
    expect(await requestsOf(desk)).toBe(0);
    await seconds(15);
    expect(await requestsOf(desk)).toBe(1);
  });

  test("keeps nobody from looking at another cluster", async () => {
    const other = ClusterId.parse(aClusterId("aks-other"));
    const desk = aFlood(1);
    desk.world.put(aCluster({ id: other }), aConnection({ id: aConnectionId("pe.1", other) }));
    desk.world.trouble("listConnections", SLOW);
    const throttled = followHint(desk.intake, hintAbout(0), "event");
    await seconds(0);

    expect(await followHint(desk.intake, { kind: "cluster", clusterId: other }, "event")).toMatchObject({
      opened: 1,
    });

    await seconds(5);
    await throttled;
  });
});

describe("a look that another trouble of ARM's keeps from being made", () => {
  const AWAY = new Fault("UNREACHABLE", "Away.");

  test("goes on by itself once its hint has been answered, and is not lost to a bad minute", async () => {
    const desk = aFlood(1);
    desk.world.forbid("listConnections", AWAY);
    const answered: string[] = [];
    const hint = () =>
      followHint(desk.intake, hintAbout(0), "event").then(
        ({ ignored }) => answered.push(ignored ?? ""),
        () => undefined,
      );

    for (let n = 0; n < 20 && answered.length === 0; n++) {
      void hint();
      await seconds(5);
    }
    await seconds(60);
    desk.world.forbid("listConnections", null);
    await seconds(31);

    expect(answered).toEqual(["ARM has no time for this now; the look goes on by itself."]);
    expect(await requestsOf(desk)).toBe(1);
  });

  test("is made up for, with all that it was to serve, when the hint that led it comes again", async () => {
    const desk = aFlood(3);
    await followHint(desk.intake, { kind: "cluster", clusterId: aClusterId() }, "event");
    desk.orchestrations.started.length = 0;
    desk.world.trouble("listConnections", AWAY);
    const led = followHint(desk.intake, hintAbout(0), "event");
    const shared = followHint(desk.intake, hintAbout(1), "event");
    await expect(led).rejects.toThrow("Away.");
    await shared;

    const again = followHint(desk.intake, hintAbout(0), "event");
    await seconds(2);
    await again;

    expect(desk.orchestrations.started).toEqual(
      [0, 1].map((n) => `${requestIdOf(connectionOf(n).id, connectionOf(n).privateEndpointId)} round 1`),
    );
  });
});

test("an endpoint of two clusters is looked for on one of them although the other cannot be listed", async () => {
  const other = ClusterId.parse(aClusterId("aks-other"));
  const endpoint = PrivateEndpointId.parse(anEndpoint("pe-0"));
  const desk = aFlood(1);
  desk.world.put(aCluster({ id: other }), aConnection({ id: aConnectionId("pe-0.2", other), endpoint }));
  desk.world.pointEndpoint(endpoint, aClusterId(), other);
  desk.world.trouble("listConnections", new Fault("FORBIDDEN", "No role."));

  await expect(followHint(desk.intake, hintAbout(0), "event")).rejects.toThrow("No role.");

  expect(await desk.store.open({ cluster: other })).toHaveLength(1);
});

test("a consumer's words lead nobody else's hints to a cluster", async () => {
  const victim = "6b1c2d3e-4f50-4a61-8b72-9c8d7e6f5a40";
  const desk = aFlood(1);
  desk.world.change(connectionOf(0).id, { description: `see /subscriptions/${victim}/` });
  await followHint(desk.intake, { kind: "cluster", clusterId: aClusterId() }, "event");

  expect(desk.intake.looks.clustersOf(victim)).toEqual([]);
});

test("an endpoint whose record there is no room to read is looked for where its consumer's others are", async () => {
  const desk = aFlood(2);
  await followHint(desk.intake, hintAbout(0), "event");
  desk.world.put(connectionOf(2));
  desk.world.forbid("targetsOf", SLOW);

  await followHint(desk.intake, hintAbout(2), "event");

  expect(await requestsOf(desk)).toBe(3);
});
