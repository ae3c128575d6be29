import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgementEntries } from "../../../shared/approval/consequence.ts";
import { reviewEntries } from "../../../shared/approval/review.ts";
import { requestIdOf } from "../../../shared/connection/connection.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import type { Policy } from "../../../shared/policy/index.ts";
import { amend } from "../../../shared/request/ledger.ts";
import type { Entry } from "../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import { reassess, reassessAll } from "../../../shared/workflow/reassess.ts";
import type { WalkOptions } from "../../../shared/workflow/walk.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import {
  APPROVES,
  aCluster,
  aClusterId,
  aConnection,
  aConnectionId,
  anEndpoint,
  aPolicy,
  aPolicyWith,
  aRequest,
  aTrail,
  MINUTE,
  NINE,
  PROVIDER,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, anEntry, judgementBy, reviewed } from "../../fixtures/entries.ts";
import { rightBefore, type Through } from "../../fixtures/interruptions.ts";
import { seen, yes } from "../../fixtures/reviews.ts";

const UNRELATED = "{ name: unrelated, when: { cluster: { tags: { env: test } } }, then: approve }";
const SHADOW = ["mode: shadow"];

/** A trail up to where this policy brings a request that is about a connection. */
const trailBy = (policy: Policy, connection = aConnection(), ...more: readonly Entry[]) => {
  const request = aRequest({ connection });
  return aTrail({ connection }, ...judgementEntries(request, judgementBy(policy, request), NINE), ...more);
};

interface Differences {
  readonly world?: ArmWorld;
  readonly through?: Through;
}

/** The policy in force, and a request that another one brought to rest. */
async function deskAfter(before: Policy, inForce: Policy, { world, through }: Differences = {}) {
  const desk = new Desk({
    policy: inForce,
    world: world ?? new ArmWorld().put(aCluster(), aConnection()),
    ...(through && { through }),
  });
  const request = await desk.file(trailBy(before));
  return { desk, request };
}
const needsOf = (desk: Desk) => desk.intake;
const kindsSince = async (desk: Desk, { id, seq }: ApprovalRequest) => (await desk.kinds(id)).slice(seq);
const all = (desk: Desk, options: Partial<WalkOptions> = {}) =>
  reassessAll(needsOf(desk), { startAt: 0, signal: new AbortController().signal, ...options });

describe("reassess", () => {
  test.each([
    ["waits", aPolicy(), aPolicy(UNRELATED)],
    ["is deferred", aPolicyWith(SHADOW), aPolicyWith(SHADOW, UNRELATED)],
  ])(
    "a request that %s goes on doing so where the policy comes to the same",
    async (_what, before, inForce) => {
      const { desk, request } = await deskAfter(before, inForce);

      expect(await reassess(needsOf(desk), request)).toBe("unchanged");

      expect(await kindsSince(desk, request)).toEqual(["policyChanged", "assessed"]);
      expect(await desk.request(request.id)).toMatchObject({ state: request.state, waitSeq: 3 });
      expect(desk.orchestrations.settled).toEqual([]);
      expect(desk.notices).toEqual([]);
    },
  );

  test.each([
    ["waits", aPolicy(), aPolicy(APPROVES)],
    ["is deferred", aPolicyWith(SHADOW), aPolicy()],
  ])(
    "a request that %s is assessed again where it does not, and its orchestration is woken",
    async (_what, before, inForce) => {
      const { desk, request } = await deskAfter(before, inForce);

      expect(await reassess(needsOf(desk), request)).toBe("assessedAgain");

      expect(await kindsSince(desk, request)).toEqual(["policyChanged", "resumed"]);
      expect(desk.orchestrations.settled).toEqual([`${request.id} round 1 asked 3`]);
    },
  );

  test("said twice, it happens once", async () => {
    const { desk, request } = await deskAfter(aPolicy(), aPolicy(APPROVES));
    await reassess(needsOf(desk), request);

    await reassess(needsOf(desk), request);
    expect(await reassess(needsOf(desk), await desk.request(request.id))).toBeNull();

    expect(await kindsSince(desk, request)).toEqual(["policyChanged", "resumed"]);
  });

  test("nothing is asked of ARM when the policy is the one that judged the request", async () => {
    const { desk, request } = await deskAfter(aPolicy(), aPolicy());

    expect(await reassess(needsOf(desk), request)).toBeNull();

    expect(desk.world.calls).toEqual([]);
  });

  test.each<[string, (world: ArmWorld) => unknown, string[], string]>([
    ["was answered", (world) => world.put(aConnection({ status: "Rejected" })), ["superseded"], "closed"],
    ["says something else", (world) => world.put(aConnection({ message: "x" })), ["received"], "assessing"],
  ])(
    "a connection that %s is news of its own, whatever the policy says",
    async (_what, move, kinds, state) => {
      const { desk, request } = await deskAfter(aPolicy(), aPolicy(UNRELATED));
      move(desk.world);

      expect(await reassess(needsOf(desk), request)).toBe("assessedAgain");

      expect(await kindsSince(desk, request)).toEqual(kinds);
      expect((await desk.request(request.id)).state).toBe(state);
      expect(desk.orchestrations.settled).toEqual([`${request.id} round 1 asked 3`]);
    },
  );

  test.each<[string, (world: ArmWorld) => unknown]>([
    ["is gone", (world) => world.remove(aConnection().id)],
    ["has lost its cluster", (world) => world.remove(aCluster().id)],
  ])(
    "a connection that %s goes on waiting until a second look, minutes later, misses it too",
    async (_what, move) => {
      const { desk, request } = await deskAfter(aPolicy(), aPolicy(UNRELATED));
      move(desk.world);

      await reassess(needsOf(desk), request);
      expect(await kindsSince(desk, request)).toEqual(["missing"]);
      expect((await desk.request(request.id)).state).toBe("waiting");
      desk.clock.advance(3 * MINUTE);
      await reassess(needsOf(desk), await desk.request(request.id));

      expect(await kindsSince(desk, request)).toEqual(["missing", "superseded"]);
    },
  );

  test("what turns out to be the cluster's own connection is left to the assessment, which refuses it", async () => {
    const own = anEndpoint("kube-apiserver", "mc_rg-aks_aks-prod_westeurope", PROVIDER);
    const connection = aConnection({ endpoint: own });
    const desk = new Desk({ policy: aPolicy(UNRELATED), world: new ArmWorld().put(aCluster(), connection) });
    const request = await desk.file(trailBy(aPolicy(), connection));

    await reassess(needsOf(desk), request);

    expect(await desk.live(request.id)).toMatchObject({ closure: { outcome: "refused" } });
  });

  test("a review that comes in between is not lost: the next look finds out what the policy makes of it", async () => {
    const two =
      "{ name: two, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], quorum: 2 } } }";
    const [before, inForce] = [aPolicy(two), aPolicy(two, UNRELATED)];
    const desk: Desk = new Desk({
      policy: inForce,
      world: new ArmWorld().put(aCluster(), aConnection()),
      through: rightBefore("clusters.read", async () => void (await desk.add(request.id, reviewed(ana)))),
    });
    const request = await desk.file(trailBy(before));

    expect(await reassess(needsOf(desk), request)).toBeNull();
    expect(await reassess(needsOf(desk), await desk.request(request.id))).toBe("unchanged");

    expect((await desk.request(request.id)).ask?.reviews).toHaveLength(1);
    expect(await kindsSince(desk, request)).toEqual(["reviewed", "policyChanged", "assessed"]);
  });

  test("a decision that comes in between stands, and the orchestration hears of it", async () => {
    const desk: Desk = new Desk({
      policy: aPolicy(APPROVES),
      world: new ArmWorld().put(aCluster(), aConnection()),
      through: rightBefore("clusters.read", async () => {
        await amend(desk.needs.ledger, request.id, (now) => reviewEntries(now, ana, seen(now, yes), NINE));
      }),
    });
    const request = await desk.file(trailBy(aPolicy()));

    await reassess(needsOf(desk), request);

    expect(await desk.live(request.id)).toMatchObject({
      closure: { outcome: "approved" },
      decision: { by: { name: "Ana" } },
    });
    expect(desk.orchestrations.settled).toEqual([`${request.id} round 1 asked 3`]);
  });
});

describe("law: however a look at what waits interleaves with a review and with another look", () => {
  test("one of them counts, no record is doubled, and ARM shows just what the trail says", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.constantFrom(aPolicy(APPROVES), aPolicy(UNRELATED), aPolicyWith(SHADOW)),
        async (scheduler, inForce) => {
          const { desk, request } = await deskAfter(aPolicy(), inForce, {
            through: (verb, call) => scheduler.schedule(Promise.resolve(), verb).then(call),
          });
          const review = () =>
            amend(desk.needs.ledger, request.id, (now) => reviewEntries(now, ana, seen(now, yes), NINE));

          await scheduler.waitFor(
            Promise.all([reassess(needsOf(desk), request), review(), reassess(needsOf(desk), request)]),
          );
          const last = await scheduler.waitFor(desk.live(request.id));

          const kinds = await desk.kinds(request.id);
          expect(kinds.filter((kind) => kind === "policyChanged").length).toBeLessThanOrEqual(1);
          expect(kinds.filter((kind) => kind === "decided").length).toBeLessThanOrEqual(1);
          if (last.closure?.outcome === "approved") expect(desk.world.puts).toHaveLength(1);
          else expect({ state: last.state, puts: desk.world.puts }).toEqual({ state: "deferred", puts: [] });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("reassessAll", () => {
  /** Connections on one cluster, each of which waits by the word of `before`. */
  async function deskWith(names: readonly string[], before: Policy, inForce: Policy, through?: Through) {
    const connections = names.map((name) => aConnection({ id: aConnectionId(name) }));
    const world = new ArmWorld().put(aCluster(), ...connections);
    const desk = new Desk({ policy: inForce, world, ...(through && { through }) });
    for (const connection of connections) await desk.file(trailBy(before, connection));
    const { privateEndpointId } = aConnection();
    return { desk, ids: names.map((name) => requestIdOf(aConnectionId(name), privateEndpointId)) };
  }
  const statesOf = async (desk: Desk, ids: readonly ApprovalRequest["id"][]) =>
    Promise.all(ids.map(async (id) => (await desk.request(id)).state));

  test("looks at what waits and at what is deferred, and at nothing else", async () => {
    const { desk, ids } = await deskWith(["a"], aPolicy(), aPolicy(APPROVES));
    const shadowed = await desk.file(trailBy(aPolicyWith(SHADOW), aConnection({ id: aConnectionId("b") })));
    desk.world.put(aConnection({ id: aConnectionId("b") }));
    const others = [
      trailBy(aPolicy(), aConnection({ id: aConnectionId("c") }), anEntry.expired),
      trailBy(aPolicy(), aConnection({ id: aConnectionId("d") }), anEntry.received),
    ];
    for (const other of others) await desk.file(other);

    expect(await all(desk)).toEqual({ unchanged: 0, assessedAgain: 2, troubles: [], broken: [] });

    expect(await statesOf(desk, [...ids, shadowed.id])).toEqual(["assessing", "assessing"]);
    for (const { request } of others) expect((await desk.request(request.id)).seq).toBe(request.seq);
  });

  test("counts what stays, and finds nothing to do the next time", async () => {
    const { desk } = await deskWith(["a", "b"], aPolicy(), aPolicy(UNRELATED));

    expect(await all(desk)).toMatchObject({ unchanged: 2, assessedAgain: 0 });
    expect(await all(desk)).toMatchObject({ unchanged: 0, assessedAgain: 0 });
  });

  test("finds all of more than one page of the store", async () => {
    const names = Array.from({ length: 101 }, (_none, n) => `${n}`);
    const { desk } = await deskWith(names, aPolicyWith(SHADOW), aPolicy(APPROVES));

    expect(await all(desk)).toMatchObject({ assessedAgain: 101 });
  });

  test.each(["readCluster", "listConnections"] as const)(
    "where ARM cannot be asked about a cluster (%s), it says so once, goes on, and the next look tries again",
    async (verb) => {
      const { desk, ids } = await deskWith(["a", "b", "c"], aPolicy(), aPolicy(APPROVES));
      const elsewhere = aConnection({ id: aConnectionId("d", aClusterId("aks-test")) });
      desk.world.put(aCluster({ id: elsewhere.clusterId }), elsewhere);
      await desk.file(trailBy(aPolicy(), elsewhere));
      desk.world.trouble(verb, new Fault("FORBIDDEN", "No.", { armCode: "AuthorizationFailed" }));

      const { assessedAgain, troubles } = await all(desk);

      expect([1, 3]).toContain(assessedAgain);
      expect(troubles).toEqual([expect.stringMatching(/^pec-[0-9a-f]{32}: AuthorizationFailed: No\.$/)]);
      expect(await all(desk)).toMatchObject({ assessedAgain: 4 - assessedAgain, troubles: [] });
      expect(await statesOf(desk, ids)).toEqual(["assessing", "assessing", "assessing"]);
    },
  );

  test("reads a cluster once, and all of its connections at once", async () => {
    const { desk } = await deskWith(["a", "b", "c"], aPolicy(), aPolicy(APPROVES));

    await all(desk);

    expect(desk.world.calls).toEqual(["readCluster", "listConnections"]);
  });

  test("what a list shows otherwise than it was is read afresh, since a list may be stale", async () => {
    const { desk, ids } = await deskWith(["a", "b"], aPolicy(), aPolicy(UNRELATED), async (verb, call) => {
      const result = await call();
      return verb === "connections.list" ? ({ items: [], unreadable: [] } as typeof result) : result;
    });

    expect(await all(desk)).toMatchObject({ unchanged: 2 });

    expect(await statesOf(desk, ids)).toEqual(["waiting", "waiting"]);
    expect(desk.world.calls).toEqual(["readCluster", "listConnections", "readConnection", "readConnection"]);
  });

  test("leaves alone for a quarter of an hour what the policy judged before another one came in between", async () => {
    const { desk, ids } = await deskWith(["a"], aPolicy(), aPolicy(UNRELATED));
    await all(desk);
    desk.runElsewhere(aPolicy());

    desk.clock.advance(15 * 60_000 - 1);
    const early = await all(desk);
    expect(early).toMatchObject({ unchanged: 0, assessedAgain: 0 });
    expect(early.troubles).toEqual([
      `${ids[0]}: BUSY: Policies take turns in assessing this request: an instance of the app has another policy than the rest.`,
    ]);
    desk.clock.advance(1);

    expect(await all(desk)).toMatchObject({ unchanged: 1, troubles: [] });
  });

  test("what breaks at one request is said, and keeps no other from being looked at", async () => {
    let isBroken = false;
    const { desk } = await deskWith(["a", "b", "c"], aPolicy(), aPolicy(APPROVES), async (verb, call) => {
      if (verb !== "orchestrations.settle" || isBroken) return call();
      isBroken = true;
      throw new Error("a poisoned instance");
    });

    const { assessedAgain, broken } = await all(desk);

    expect(assessedAgain).toBe(2);
    expect(broken).toEqual([expect.stringMatching(/^pec-[0-9a-f]{32}: Error: a poisoned instance$/)]);
  });

  test("waits as ARM asks when it is throttled", async () => {
    const { desk } = await deskWith(["a"], aPolicy(), aPolicy(APPROVES));
    desk.world.trouble("readCluster", new Fault("THROTTLED", "Slow.", { retryAfterMs: 0 }), { times: 5 });

    expect(await all(desk)).toMatchObject({ assessedAgain: 1, troubles: [] });
  });

  test("one whose time is up leaves the rest, by number", async () => {
    const { desk } = await deskWith(["a", "b"], aPolicy(), aPolicy(APPROVES));

    expect(await all(desk, { signal: AbortSignal.abort() })).toEqual({
      unchanged: 0,
      assessedAgain: 0,
      troubles: ["Time was up; 2 requests are left for the next sweep."],
      broken: [],
    });
  });
});
