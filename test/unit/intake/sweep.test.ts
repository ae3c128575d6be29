import { describe, expect, test } from "vitest";
import type { ClusterId } from "../../../shared/connection/arm-id.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import { sweep } from "../../../shared/intake/sweep.ts";
import type { WalkOptions } from "../../../shared/workflow/walk.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import {
  APPROVES,
  aCluster,
  aClusterId,
  aConnection,
  aConnectionId,
  aPolicy,
  aTrail,
  HOUR,
  later,
  MINUTE,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { asked, assessed, interrupted } from "../../fixtures/entries.ts";

const sweepAll = (desk: Desk, options: Partial<WalkOptions> = {}) =>
  sweep(desk.intake, { startAt: 0, signal: new AbortController().signal, ...options });

/** Clusters with one Pending connection each. */
function worldOf(...names: readonly string[]): ArmWorld {
  const world = new ArmWorld();
  for (const name of names) {
    const id = aClusterId(name);
    world.put(aCluster({ id }), aConnection({ id: aConnectionId("pe.1", id) }));
  }
  return world;
}

const openOn = async (desk: Desk, cluster: ClusterId) => (await desk.store.open({ cluster })).length;

describe("sweep", () => {
  test("finds what nobody announced, on every cluster of ours, once", async () => {
    const desk = new Desk({ world: worldOf("a", "b", "c") });

    const first = await sweepAll(desk);
    const second = await sweepAll(desk);

    expect(first).toEqual({
      clusters: 3,
      seen: 3,
      opened: 3,
      ignored: null,
      strange: [],
      reassessed: 0,
      missed: 0,
      troubles: [],
      broken: [],
    });
    expect(second).toMatchObject({ clusters: 3, seen: 3, opened: 0 });
  });

  test("names each connection that cannot be understood, and looks at all others", async () => {
    const desk = new Desk({ world: worldOf("a") });
    desk.world.unreadable = [new Fault("STRANGE", "A strange name."), new Fault("STRANGE", "Another one.")];

    const { opened, missed, troubles } = await sweepAll(desk);

    expect(opened).toBe(1);
    // A consumer may make as many of those as they like.
    expect(missed).toBe(0);
    expect(troubles).toEqual([
      `${aClusterId("a")}: STRANGE: A strange name.`,
      `${aClusterId("a")}: STRANGE: Another one.`,
    ]);
  });

  test("has a share of ARM's limits of its own", async () => {
    const desk = new Desk({ world: worldOf("a", "b") });

    await sweepAll(desk);

    expect(new Set(desk.turns.map(({ purpose }) => purpose))).toEqual(new Set(["sweep"]));
  });

  test("asks no cluster that cannot have connections", async () => {
    const world = worldOf("a").put(aCluster({ id: aClusterId("public"), isPrivate: false }));
    const desk = new Desk({ world });

    expect(await sweepAll(desk)).toMatchObject({ clusters: 1 });
  });

  test("looks after open requests on clusters that are listed no more", async () => {
    const desk = new Desk();
    const { id } = await desk.file(aTrail({}, asked()));

    await sweepAll(desk);
    desk.clock.advance(5 * MINUTE);
    await sweepAll(desk);

    expect(await desk.request(id)).toMatchObject({ closure: { outcome: "superseded" } });
  });

  test.each<[string, Fault]>([
    ["is forbidden", new Fault("FORBIDDEN", "No.", { armCode: "AuthorizationFailed" })],
    ["cannot be reached", new Fault("UNREACHABLE", "Away.")],
    ["is not understood", new Fault("UNREADABLE", "What?")],
  ])("a cluster that %s keeps no other from being looked at, and is named", async (_name, fault) => {
    const desk = new Desk({ world: worldOf("a", "b", "c") });
    desk.world.trouble("listConnections", fault);

    const { opened, missed, troubles } = await sweepAll(desk);

    expect({ opened, missed }).toEqual({ opened: 2, missed: 1 });
    expect(troubles).toEqual([`${aClusterId("a")}: ${fault.armCode ?? fault.code}: ${fault.message}`]);
    expect(await sweepAll(desk)).toMatchObject({ opened: 1, missed: 0, troubles: [] });
  });

  test("a scope that cannot be listed keeps no open request from being looked after", async () => {
    const desk = new Desk({ world: worldOf("a") });
    await desk.file(aTrail({}, asked()));
    desk.world.trouble("listClusters", new Fault("FORBIDDEN", "No."));

    const { clusters, missed, troubles } = await sweepAll(desk);

    expect({ clusters, missed }).toEqual({ clusters: 1, missed: 1 });
    expect(troubles).toHaveLength(1);
  });

  test("when throttled it waits as ARM asks, a few times", async () => {
    const desk = new Desk({ world: worldOf("a") });
    desk.world.trouble("listConnections", new Fault("THROTTLED", "Slow.", { retryAfterMs: 0 }), { times: 5 });

    expect(await sweepAll(desk)).toMatchObject({ opened: 1, troubles: [] });
  });

  test("when throttled for longer it leaves the rest to the next sweep", async () => {
    const desk = new Desk({ world: worldOf("a", "b") });
    desk.world.trouble("listClusters", new Fault("THROTTLED", "Slow.", { retryAfterMs: 0 }), { times: 6 });

    const { opened, troubles } = await sweepAll(desk);

    expect(opened).toBe(0);
    expect(troubles).toEqual([expect.stringContaining("THROTTLED: Slow.")]);
  });

  test("what breaks at one cluster is said, and keeps no other from being looked at", async () => {
    let isBroken = false;
    const desk = new Desk({
      world: worldOf("a", "b", "c"),
      through: async (verb, call) => {
        if (verb !== "orchestrations.start" || isBroken) return call();
        isBroken = true;
        throw new Error("a poisoned\ninstance");
      },
    });

    const { opened, broken } = await sweepAll(desk);

    expect(opened).toBe(2);
    expect(broken).toEqual([`${aClusterId("a")}: Error: a poisoned instance`]);
  });

  test("asks at most four clusters at a time", async () => {
    const names = Array.from({ length: 12 }, (_none, n) => `aks-${n}`);
    let [now, most] = [0, 0];
    const desk = new Desk({
      world: worldOf(...names),
      through: async (verb, call) => {
        if (verb !== "connections.list") return call();
        most = Math.max(most, ++now);
        await new Promise(setImmediate);
        const result = await call();
        now--;
        return result;
      },
    });

    await sweepAll(desk);

    expect(most).toBe(4);
    expect(await Promise.all(names.map((name) => openOn(desk, aClusterId(name))))).toEqual(
      names.map(() => 1),
    );
  });

  test("one that is called off while it waits ends at once, and says what it left", async () => {
    const desk = new Desk({ world: worldOf("a", "b") });
    const calledOff = new AbortController();
    desk.world.trouble("listConnections", new Fault("THROTTLED", "Slow.", { retryAfterMs: 30_000 }), {
      times: 2,
    });

    const sweeping = sweepAll(desk, { signal: calledOff.signal });
    await expect.poll(() => desk.world.calls.filter((verb) => verb === "listConnections")).toHaveLength(2);
    calledOff.abort();

    expect(await sweeping).toMatchObject({
      opened: 0,
      troubles: Array(2).fill(expect.stringContaining("Slow.")),
    });
  });

  test("one whose time is up before it began leaves all of them, by number", async () => {
    const desk = new Desk({ world: worldOf("a", "b", "c") });

    const { missed, troubles } = await sweepAll(desk, { signal: AbortSignal.abort() });

    expect(missed).toBe(3);
    expect(troubles).toEqual(["Time was up; 3 clusters are left for the next sweep."]);
  });

  test("begins where it is told to, and goes round", async () => {
    const desk = new Desk({ world: worldOf("a", "b", "c", "d") });

    await sweepAll(desk, { startAt: 0.5 });

    const { items } = await desk.store.search.requests({ terms: [], by: "oldest", limit: 10, cursor: null });
    expect(items.map(({ cluster }) => cluster)).toEqual(["c", "d", "a", "b"]);
  });

  test("has the policy in force judge what another one left waiting, after it looked at the clusters", async () => {
    const desk = new Desk({ world: worldOf("a"), policy: aPolicy(APPROVES) });
    const { id, waitSeq } = await desk.file(aTrail({}, assessed(aPolicy()), asked()));
    desk.world.put(aCluster(), aConnection());

    expect(await sweepAll(desk)).toMatchObject({ opened: 1, reassessed: 1, troubles: [] });

    expect(await desk.request(id)).toMatchObject({ state: "assessing" });
    expect(desk.orchestrations.settled).toEqual([`${id} round 1 asked ${waitSeq}`]);
    expect(await sweepAll(desk)).toMatchObject({ reassessed: 0 });
  });

  test("a policy that cannot be had keeps no cluster from being looked at", async () => {
    const desk = new Desk({
      world: worldOf("a"),
      through: async (verb, call) => {
        if (verb === "policies.current") throw new Error("no policy");
        return call();
      },
    });

    expect(await sweepAll(desk)).toMatchObject({
      opened: 1,
      reassessed: 0,
      broken: ["the policy in force: Error: no policy"],
    });
  });
});

describe("what waits goes on where ARM is no help", () => {
  const waiting = async () => {
    const desk = new Desk({ world: new ArmWorld().put(aCluster(), aConnection()), policy: aPolicy() });
    const { id } = await desk.file(aTrail({}, asked(), interrupted(later(HOUR))));
    desk.clock.advance(2 * HOUR);
    return { desk, started: [`${id} round 1`] };
  };
  const options = { startAt: 0, signal: new AbortController().signal };

  test("a cluster whose connections may not be listed any more", async () => {
    const { desk, started } = await waiting();
    desk.world.forbid("listConnections", new Fault("FORBIDDEN", "No."));

    await sweep(desk.intake, options);

    expect(desk.orchestrations.started).toEqual(started);
  });

  test("a cluster that is not in our care any more", async () => {
    const { desk, started } = await waiting();

    await sweep({ ...desk.intake, scopes: [] }, options);

    expect(desk.orchestrations.started).toEqual(started);
  });

  test("but not before the end of an interruption", async () => {
    const { desk } = await waiting();
    desk.clock.advance(-90 * 60_000);

    await sweep({ ...desk.intake, scopes: [] }, options);

    expect(desk.orchestrations.started).toEqual([]);
  });
});
