import { describe, expect, test } from "vitest";
import { instant, requestIdOf } from "../../../shared/connection/connection.ts";
import type { Policy } from "../../../shared/policy/index.ts";
import type { Approver } from "../../../shared/request/self-review.ts";
import { ACTIVITIES } from "../../../shared/workflow/activities.ts";
import { purgeHistories } from "../../../shared/workflow/purge.ts";
import { reconcile } from "../../../shared/workflow/reconcile.ts";
import { APPROVES, aCluster, aConnection, aPolicy, DAY, HOUR, PLATFORM } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { reviewAsSeen } from "../../fixtures/reviews.ts";
// First: it stands in for the worker, which the real packages look for when they are loaded.
import { df } from "../durable-task/app.ts";
import { aHubInTime } from "../durable-task/hub.ts";

const { perform } = await import("../../../functions/kit/activity.ts");
const { deliveriesOf, historiesOf, orchestrationsOf } = await import(
  "../../../functions/kit/orchestrations.ts"
);
const { registerApproveConnection } = await import("../../../functions/approve-connection.ts");
const { registerDelivery } = await import("../../../functions/notices.ts");
registerApproveConnection();
registerDelivery();

const breaks = df.app.activity("breaks", {
  handler: () => {
    throw new Error("a bug");
  },
});
// biome-ignore lint/correctness/useYield: an orchestrator may end without waiting
df.app.orchestration("endsWell", function* () {
  return "done";
});
df.app.orchestration("endsBadly", function* () {
  yield breaks();
});
df.app.orchestration("neverEnds", function* (context) {
  yield context.df.waitForExternalEvent("never");
});

const BY_POLICY = ["received", "assessed", "decided", "applying", "applied", "verified"];
const ana: Approver = {
  kind: "person",
  oid: "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201",
  name: "Ana",
  groups: [PLATFORM],
  hasTooManyGroups: false,
  signInNames: ["ana@contoso.com"],
  authContexts: [],
};

const NEVER = new AbortController().signal;
const connection = aConnection();
const id = requestIdOf(connection.id, connection.privateEndpointId);
const ASKS_FOR_LONG = aPolicy(
  "{ name: slow, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], timeout: 60d } } }",
);

/** The app's orchestrations on a task hub, by the real client; its own store, and an ARM in memory. */
async function anApp(policy: Policy) {
  const hub = await aHubInTime();
  const desk = new Desk({ policy });
  desk.clock.advance(hub.clock.now() - Date.parse(desk.clock.now()));
  for (const activity of Object.values(ACTIVITIES)) perform(activity, () => desk.needs);
  desk.startDelivery = (requestId, channel) => deliveriesOf(hub.context).start({ requestId, channel });
  const orchestrations = orchestrationsOf(hub.context);
  desk.world.put(aCluster(), connection);
  return {
    client: hub.client,
    desk,
    orchestrations,
    hint: () => reconcile({ ...desk.intake, orchestrations }, connection, "event"),
    pass: async (ms: number) => {
      desk.clock.advance(ms);
      await hub.clock.advance(ms);
    },
    purge: () =>
      purgeHistories(historiesOf(hub.context), { now: instant(hub.clock.now()), days: 30, signal: NEVER }),
    /** Instances with their status. */
    instances: async () =>
      Object.fromEntries(
        (await hub.client.getStatusAll()).map(({ instanceId, runtimeStatus }) => [instanceId, runtimeStatus]),
      ),
  };
}

describe("the purge of histories", () => {
  test("takes what has ended, also badly, after its days; what runs and what is younger stays", async () => {
    const { client, pass, purge, instances } = await anApp(aPolicy());
    await client.startNew("endsWell", { instanceId: "well" });
    await client.startNew("endsBadly", { instanceId: "badly" });
    await client.startNew("neverEnds", { instanceId: "stopped" });
    await client.startNew("neverEnds", { instanceId: "runs" });
    await client.terminate("stopped", "enough");
    await pass(30 * DAY - HOUR);
    await client.startNew("endsWell", { instanceId: "young" });

    const early = await purge();
    await pass(2 * HOUR);
    const late = await purge();

    expect(early).toEqual({ purged: 0, left: 0, broken: [] });
    expect(late).toEqual({ purged: 3, left: 0, broken: [] });
    expect(await instances()).toEqual({ runs: "Running", young: "Completed" });
  });

  test("leaves the records, by which a request is known as before", async () => {
    const { desk, hint, pass, purge, instances } = await anApp(aPolicy(APPROVES));
    await hint();
    await pass(31 * DAY);
    const [request, trail] = [await desk.request(id), await desk.store.trail(id)];

    const { purged } = await purge();

    expect(purged).toBe(1);
    expect(await instances()).toEqual({});
    expect(await desk.request(id)).toEqual(request);
    expect(await desk.store.trail(id)).toEqual(trail);
    expect(trail.map(({ kind }) => kind)).toEqual(BY_POLICY);
  });

  test("does not touch a request that waits for longer, nor keeps its review from being applied", async () => {
    const { desk, orchestrations, hint, pass, purge, instances } = await anApp(ASKS_FOR_LONG);
    await hint();
    await pass(45 * DAY);

    await purge();

    expect(await instances()).toEqual({ [id]: "Running" });
    await reviewAsSeen({ ...desk.people, orchestrations }, id, ana, { review: "approve", reason: "looked" });
    await pass(HOUR);
    expect(desk.world.shown(connection.id)?.status).toBe("Approved");
  });
});

describe("an orchestration whose history is purged", () => {
  test("does nothing when somebody starts it anew for a request that is closed", async () => {
    const { desk, orchestrations, hint, pass, purge, instances } = await anApp(aPolicy(APPROVES));
    await hint();
    await pass(31 * DAY);
    await purge();
    const request = await desk.request(id);

    await orchestrations.start(request);
    await orchestrations.settle(request, 1);
    await pass(HOUR);

    expect(await instances()).toEqual({ [id]: "Completed" });
    expect(await desk.kinds(id)).toEqual(BY_POLICY);
    expect(desk.world.puts).toHaveLength(1);
  });

  test("does nothing in the place of a later round, which goes on by itself", async () => {
    const { desk, orchestrations, hint, pass, purge, instances } = await anApp(aPolicy(APPROVES));
    await hint();
    await pass(31 * DAY);
    const firstRound = await desk.request(id);
    desk.world.put(connection);
    desk.policy = ASKS_FOR_LONG;
    await hint();
    await pass(HOUR);
    await purge();

    await orchestrations.start(firstRound);
    await pass(HOUR);

    expect(await instances()).toMatchObject({ [id]: "Completed", [`${id}-2`]: "Running" });
    expect(await desk.request(id)).toMatchObject({ state: "waiting", round: 2 });
    expect(desk.world.puts).toHaveLength(1);
  });

  test("is started by what settles its request, where that is not closed", async () => {
    const { client, desk, orchestrations, hint, pass, purge, instances } = await anApp(ASKS_FOR_LONG);
    await hint();
    await pass(HOUR);
    await client.terminate(id, "by an operator");
    await pass(31 * DAY);
    await purge();

    await reviewAsSeen({ ...desk.people, orchestrations }, id, ana, { review: "approve", reason: "looked" });
    await pass(HOUR);

    expect(await instances()).toMatchObject({ [id]: "Completed" });
    expect(desk.world.shown(connection.id)?.status).toBe("Approved");
  });

  test("while it runs, because it was started in the moment of the purge, goes on when it is started again", async () => {
    const { client, desk, orchestrations, hint, pass } = await anApp(ASKS_FOR_LONG);
    await hint();
    await pass(HOUR);
    await client.purgeInstanceHistoryBy({ createdTimeFrom: new Date(0) });
    const purged = (await client.getStatusAll()).length;

    await hint();
    await pass(HOUR);
    await reviewAsSeen({ ...desk.people, orchestrations }, id, ana, { review: "approve", reason: "looked" });
    await pass(HOUR);

    expect(purged).toBe(0);
    expect(desk.world.shown(connection.id)?.status).toBe("Approved");
    expect((await desk.kinds(id)).filter((kind) => kind === "asked")).toHaveLength(1);
    expect(desk.notices).toEqual(["asked", "closed"]);
  });
});
