import { describe, expect, test } from "vitest";
import { reviewEntries } from "../../../shared/approval/review.ts";
import { wakeAt as wakeAtOf } from "../../../shared/approval/wait.ts";
import type { Instant } from "../../../shared/connection/connection.ts";
import { explain, type Policy } from "../../../shared/policy/index.ts";
import { amend } from "../../../shared/request/ledger.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import {
  APPROVES,
  aCluster,
  aConnection,
  aConnectionId,
  anEndpoint,
  aPolicy,
  aPolicyWith,
  aTrail,
  DAY,
  HOUR,
  later,
  PROVIDER,
  REJECTS,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, anEntry, asked, assessed, deferred } from "../../fixtures/entries.ts";
import { aFactSources } from "../../fixtures/fact-sources.ts";
import { seen } from "../../fixtures/reviews.ts";

const world = (connection = aConnection()) => new ArmWorld().put(aCluster(), connection);

describe("a life from its first record to its last", () => {
  test("a rule approves: ARM gets the answer once, with the endpoint and the words that say why", async () => {
    const desk = new Desk({ world: world(), policy: aPolicy(APPROVES) });
    const { id } = await desk.file(aTrail({}));

    const request = await desk.live(id);

    expect(request).toMatchObject({ state: "closed", closure: { outcome: "approved" } });
    expect(desk.world.puts).toEqual([
      {
        id: aConnection().id,
        answer: "Approved",
        description: expect.stringMatching(/^Approved by rule payments: .* \[pec-[0-9a-f]{32}\]$/),
        changed: true,
      },
    ]);
    expect(await desk.kinds(id)).toEqual([
      "received",
      "assessed",
      "decided",
      "applying",
      "applied",
      "verified",
    ]);
    expect((await desk.store.trail(id)).map(({ correlationId }) => correlationId)).toEqual([
      null,
      null,
      null,
      null,
      "correlation-1",
      null,
    ]);
  });

  test("a rule rejects", async () => {
    const desk = new Desk({ world: world(), policy: aPolicy(REJECTS) });
    const { id } = await desk.file(aTrail({}));

    expect(await desk.live(id)).toMatchObject({ closure: { outcome: "rejected" } });

    expect(desk.world.shown(aConnection().id)).toMatchObject({ status: "Rejected" });
  });

  test("no rule speaks: nothing is written until a person says so", async () => {
    const desk = new Desk({ world: world(), policy: aPolicy() });
    const { id } = await desk.file(aTrail({}));
    expect(await desk.live(id)).toMatchObject({ state: "waiting" });
    expect(desk.world.puts).toEqual([]);

    await amend(desk.needs.ledger, id, (now) =>
      reviewEntries(now, ana, seen(now, { review: "approve", reason: "known" } as const), desk.clock.now()),
    );

    expect(await desk.live(id)).toMatchObject({ closure: { outcome: "approved" } });
    expect(desk.world.puts).toMatchObject([{ description: `Approved by "Ana" (00000000…): known [${id}]` }]);
  });

  test("the cluster's own connection is left alone, whatever the policy says", async () => {
    const own = aConnection({
      endpoint: anEndpoint("kube-apiserver", "mc_rg-aks_aks-prod_westeurope", PROVIDER),
    });
    const rejectsAll = "{ name: all, then: { reject: { reason: No. } } }";
    const desk = new Desk({ world: world(own), policy: aPolicy(rejectsAll) });
    const { id } = await desk.file(aTrail({ connection: own }));

    expect(await desk.live(id)).toMatchObject({ state: "closed", closure: { outcome: "refused" } });

    expect(desk.world.puts).toEqual([]);
    expect(await desk.kinds(id)).toEqual(["received", "refused"]);
  });
});

test("what may be the cluster's own connection is never rejected by a rule about clusters", async () => {
  const connection = aConnection({ id: aConnectionId("kube-apiserver.3cd95037"), endpoint: null });
  const rejectsProd =
    "{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { reject: { reason: No. } } }";
  const desk = new Desk({ world: world(connection), policy: aPolicy(rejectsProd) });
  const { id } = await desk.file(aTrail({ connection }));

  expect(await desk.live(id)).toMatchObject({ state: "closed", closure: { outcome: "refused" } });

  expect(desk.world.puts).toEqual([]);
});

describe("while people are waited for", () => {
  const asking = async () => {
    const desk = new Desk({ world: world(), policy: aPolicy() });
    const { id } = await desk.file(aTrail({}, asked()));
    const followUp = (afterMs: number, round = 1) =>
      desk.activities.followUp({ requestId: id, round, now: later(afterMs) });
    return { desk, id, followUp };
  };

  test("silence: reminded every four hours, then expired, and the connection is still Pending", async () => {
    const { desk, id, followUp } = await asking();

    for (let hour = 0; hour <= 24; hour++) await followUp(hour * HOUR);

    expect(await desk.kinds(id)).toEqual([
      "received",
      "asked",
      "reminded",
      "reminded",
      "reminded",
      "reminded",
      "reminded",
      "expired",
    ]);
    expect(desk.world.puts).toEqual([]);
    expect(desk.world.shown(aConnection().id)?.status).toBe("Pending");
  });

  test("the same look twice reminds once", async () => {
    const { desk, id, followUp } = await asking();

    await followUp(4 * HOUR);
    await followUp(4 * HOUR);

    expect(await desk.kinds(id)).toEqual(["received", "asked", "reminded"]);
  });

  test("what is due depends on the orchestrator's clock alone", async () => {
    const { desk, followUp } = await asking();
    desk.clock.advance(9 * DAY);

    expect(await followUp(HOUR)).toMatchObject({ state: "waiting", wakeAt: later(4 * HOUR) });
  });

  test("an orchestration of an earlier round changes nothing and is told that it is over", async () => {
    const { desk, id, followUp } = await asking();
    await desk.add(id, anEntry.expired, anEntry.reopened, asked());
    const before = await desk.kinds(id);

    expect(await followUp(2 * DAY, 1)).toEqual({ state: "closed", waitSeq: null, wakeAt: null });

    expect(await desk.kinds(id)).toEqual(before);
  });
});

describe("while a request is deferred", () => {
  const deferring = async (until: Instant | null, policy = aPolicy(APPROVES)) => {
    const desk = new Desk({ world: world(), policy });
    const { id } = await desk.file(aTrail({}, assessed(policy), deferred(until)));
    const followUp = (afterMs: number) =>
      desk.activities.followUp({ requestId: id, round: 1, now: later(afterMs) });
    return { desk, id, followUp };
  };

  test("nobody is told of anything, however long that is", async () => {
    const { desk, id, followUp } = await deferring(null, aPolicyWith(["mode: shadow"], APPROVES));

    for (let day = 1; day <= 400; day++) await followUp(day * DAY);

    expect(await desk.store.outbox.figures()).toEqual([]);
    expect(await desk.kinds(id)).toEqual(["received", "assessed", "deferred"]);
  });

  test("its orchestration is told when to look again, and that it is to be judged once the time has come", async () => {
    const { desk, id, followUp } = await deferring(later(DAY));

    const { wakeAt, ...status } = await followUp(HOUR);

    expect(status).toEqual({ state: "deferred", waitSeq: 3 });
    expect(wakeAt).toBe(wakeAtOf(await desk.request(id)));
    expect(await followUp(DAY)).toEqual({ state: "assessing", waitSeq: 3, wakeAt: null });
  });

  test("what became of the connection meanwhile comes before what is due", async () => {
    const { desk, id, followUp } = await deferring(later(DAY));
    desk.world.change(aConnection().id, { status: "Rejected" });

    await followUp(DAY);

    expect(await desk.request(id)).toMatchObject({ closure: { outcome: "superseded" } });
  });
});

test("an assessment keeps all tags of what was read, since another policy may ask about more of them", async () => {
  const tagged = aCluster({ tags: { env: "prod", owner: "platform" } });
  const rule = "{ name: a, when: { cluster: { tags: { ENV: test } } }, then: approve }";
  const desk = new Desk({ world: new ArmWorld().put(tagged, aConnection()), policy: aPolicy(rule) });
  const { id } = await desk.file(aTrail({}));

  await desk.live(id);

  const record = (await desk.store.trail(id)).find(({ kind }) => kind === "assessed");
  expect(record).toMatchObject({
    facts: { cluster: { tags: { kind: "value", value: { env: "prod", owner: "platform" } } } },
  });
});

test("an assessment keeps the facts that it stands on, and the policies of before and now", async () => {
  const facts = aFactSources({ tenant: "tenant-of-payments" });
  const policy = aPolicy(APPROVES.replace("when: {", "when: { consumer: { tenant: tenant-of-payments },"));
  const desk = new Desk({ world: world(), policy, facts });
  const { id } = await desk.file(aTrail({}, assessed(aPolicy()), anEntry.deferred, anEntry.resumed));

  await desk.live(id);

  const record = (await desk.store.trail(id)).findLast(({ kind }) => kind === "assessed");
  if (record?.kind !== "assessed") throw new Error("it was assessed");
  expect(record.previousPolicyHash).toBe(aPolicy().hash);
  expect(record.facts).toMatchObject({
    consumer: { tenant: { kind: "value", value: "tenant-of-payments" } },
    requester: { kind: "unknown", cause: "no rule uses it" },
    time: { kind: "value", value: later(0) },
  });
  expect(explain(policy, record.facts).kind).toBe(record.verdict.kind);
  expect(explain(aPolicy(), record.facts).kind).toBe("ask");
});

test("who is asked reads what the consumer's subscription is called, though no rule asks; where a rule decides nobody looks", async () => {
  const nameIn = async (policy: Policy) => {
    const desk = new Desk({ world: world(), policy });
    const { id } = await desk.file(aTrail({}));
    await desk.live(id);
    const record = (await desk.store.trail(id)).find(({ kind }) => kind === "assessed");
    return record?.kind === "assessed" ? record.facts.consumer.subscriptionName : null;
  };

  expect(await nameIn(aPolicy())).toEqual({ kind: "value", value: "payments-weu" });
  expect(await nameIn(aPolicy(APPROVES))).toEqual({ kind: "unknown", cause: "no rule uses it" });
});

test("a connection whose private endpoint ARM does not name is put to people, by a rule that looks at whose it is", async () => {
  const nameless = aConnection({ endpoint: null });
  const desk = new Desk({ world: world(nameless), policy: aPolicy(APPROVES) });
  const { id } = await desk.file(aTrail({ connection: nameless }));

  expect(await desk.live(id)).toMatchObject({ state: "waiting" });
  expect(desk.world.puts).toEqual([]);
});
