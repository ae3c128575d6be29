import { describe, expect, test } from "vitest";
import { Fault } from "../../shared/connection/fault.ts";
import type { FactSources, Subscription } from "../../shared/facts/port.ts";
import { withApprovalsOff } from "../../shared/policy/index.ts";
import { APPROVES, aPolicy, aPolicyWith, ESCALATES, HOUR, MINUTE, SECURITY } from "../fixtures/builders.ts";
import { aFactSources } from "../fixtures/fact-sources.ts";
import { ana, Life } from "./life.ts";

const throttled = () => new Fault("THROTTLED", "RateLimiting", { retryAfterMs: 30_000 });

/** Nothing is approved by rule from two minutes after the tests begin, for an hour. */
const FREEZE_SOON =
  "freeze: [{ name: release, when: { time: { from: 2026-03-02T09:02Z, until: 2026-03-02T10:02Z } }, then: wait }]";
const PAYMENTS =
  "{ name: pay, when: { consumer: { tags: { team: payments }, managementGroups: mg-payments } }, then: approve }";
const NEVER =
  "{ name: never, when: { consumer: { managementGroups: mg-sandbox } }, then: { reject: { reason: No sandbox. } } }";

/** The platform team, by default and where something is unknown. */
const ASKS_THE_SAME_WHEN_UNKNOWN = (...rules: readonly string[]) =>
  aPolicyWith(["whenUnknown: { ask: { approvers: [platform] } }"], ...rules);

/** Fact sources whose subscription can be moved elsewhere. */
function movable() {
  let managementGroups: readonly string[] = ["mg-payments", "mg-root"];
  const read = async (): Promise<Subscription> => ({
    name: "payments-weu",
    tags: { team: "payments" },
    managementGroups,
  });
  const facts: FactSources = { ...aFactSources(), subscriptions: { read } };
  return {
    facts,
    move: (to: readonly string[]) => {
      managementGroups = to;
    },
  };
}

/** Too few answered, so that the security team may, too: one of it has approved, and ARM puts the write off. */
async function approvedAfterEscalation(): Promise<Life> {
  const life = new Life({ policy: aPolicy(ESCALATES) });
  await life.begin();
  await life.hub.run(3 * HOUR);
  life.desk.world.trouble("answer", throttled(), { times: 3 });
  await life.review({ ...ana, groups: [SECURITY] }, "approve");
  await life.hub.run(MINUTE);
  return life;
}

describe("what was decided is decided again right before it is written", () => {
  test("a freeze that began while ARM was slow keeps a rule's approval from being written until it is over", async () => {
    const life = new Life({ policy: aPolicyWith([FREEZE_SOON], APPROVES) });
    life.desk.world.trouble("answer", throttled(), { times: 4 });
    await life.begin();

    await life.hub.run(50 * MINUTE);
    expect(life.desk.world.puts).toEqual([]);
    expect(await life.request()).toMatchObject({ state: "deferred" });
    await life.hub.run(HOUR);

    expect(life.status()).toBe("Approved");
  });

  test("facts that are older than a minute are gathered again: what moved under another management group is not approved", async () => {
    const { facts, move } = movable();
    const life = new Life({ policy: aPolicy(PAYMENTS, NEVER), facts });
    life.desk.world.trouble("answer", throttled(), { times: 3 });
    await life.begin();
    await life.hub.run(30_000);

    move(["mg-sandbox", "mg-root"]);
    await life.hub.run(HOUR);

    expect(life.status()).toBe("Rejected");
    expect(life.desk.world.puts.map(({ answer }) => answer)).toEqual(["Rejected"]);
  });

  test("what a person approved is not written when the policy would reject it by then", async () => {
    const { facts, move } = movable();
    const life = new Life({ policy: aPolicy(NEVER), facts });
    await life.begin();
    await life.hub.run(MINUTE);

    move(["mg-sandbox", "mg-root"]);
    await life.hub.run(MINUTE);
    await life.review(ana, "approve");
    await life.hub.run(HOUR);

    expect(life.status()).toBe("Rejected");
    expect(life.desk.world.puts.map(({ answer }) => answer)).toEqual(["Rejected"]);
  });

  test("what another policy did not look up is looked up for the one that is in force by then", async () => {
    const { facts, move } = movable();
    const life = new Life({ policy: ASKS_THE_SAME_WHEN_UNKNOWN(), facts });
    move(["mg-sandbox", "mg-root"]);
    life.desk.world.trouble("answer", throttled(), { times: 1 });
    await life.begin();
    await life.hub.run(5_000);
    await life.review(ana, "approve");

    life.putInForce(ASKS_THE_SAME_WHEN_UNKNOWN(NEVER));
    await life.hub.run(HOUR);

    expect(life.desk.world.puts.map(({ answer }) => answer)).toEqual(["Rejected"]);
  });

  test("what somebody approved who was asked because too few had answered still counts when only the time to answer is another", async () => {
    const life = await approvedAfterEscalation();

    life.putInForce(aPolicy(ESCALATES.replace("timeout: 24h", "timeout: 20h")));
    await life.hub.run(HOUR);

    expect(life.status()).toBe("Approved");
  });

  test("but not when they would not have been asked by then", async () => {
    const life = await approvedAfterEscalation();

    life.putInForce(aPolicy(ESCALATES.replace("escalateAfter: 2h", "escalateAfter: 4h")));
    await life.hub.run(HOUR);

    expect(life.desk.world.puts).toEqual([]);
    expect(await life.request()).toMatchObject({ state: "waiting" });
  });

  test("facts that cannot be read for the moment put the write off; nobody is asked because of that", async () => {
    const { facts } = movable();
    let isBusy = false;
    const read = async () => {
      if (isBusy) throw throttled();
      return facts.subscriptions.read("");
    };
    const life = new Life({ policy: aPolicy(PAYMENTS), facts: { ...facts, subscriptions: { read } } });
    life.desk.world.trouble("answer", throttled(), { times: 3 });
    await life.begin();
    await life.hub.run(30_000);

    isBusy = true;
    await life.hub.run(5 * MINUTE);
    expect(life.status()).toBe("Pending");
    isBusy = false;
    await life.hub.run(HOUR);

    expect(life.status()).toBe("Approved");
    expect(await life.kinds()).not.toContain("asked");
  });

  test("the kill switch counts, too", async () => {
    const life = new Life({ policy: aPolicy(APPROVES) });
    life.desk.world.trouble("answer", throttled(), { times: 3 });
    await life.begin();
    await life.hub.run(MINUTE);

    life.putInForce(withApprovalsOff(aPolicy(APPROVES)));
    await life.hub.run(HOUR);

    expect(life.desk.world.puts).toEqual([]);
    expect(await life.request()).toMatchObject({ state: "waiting" });
  });

  test("what silence rejects is still rejected when the same people would be asked", async () => {
    const silent = aPolicy(
      "{ name: silent, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], timeout: 1h, onTimeout: reject } } }",
    );
    const life = new Life({ policy: silent });
    await life.begin();

    await life.hub.run(2 * HOUR);

    expect(life.status()).toBe("Rejected");
  });
});

describe("where nothing may be written", () => {
  test("as long as WRITES is off, what is decided waits, by rules and by people; then it goes on", async () => {
    const life = new Life({ policy: aPolicy(APPROVES) });
    life.desk.areWritesOn = false;
    await life.begin();

    await life.hub.run(12 * HOUR);
    expect(life.desk.world.puts).toEqual([]);
    expect(await life.request()).toMatchObject({ state: "applying", failures: 0 });
    life.desk.areWritesOn = true;
    await life.hub.run(6 * MINUTE);

    expect(life.status()).toBe("Approved");
  });

  test("a cluster that is none of ours any more is not written to, and the failure says what to do", async () => {
    const life = new Life({ policy: aPolicy() });
    await life.begin();
    await life.hub.run(MINUTE);

    life.desk.scopes.length = 0;
    await life.review(ana, "approve");
    await life.hub.run(HOUR);

    expect(life.desk.world.puts).toEqual([]);
    expect((await life.request()).closure).toMatchObject({
      outcome: "failed",
      failure: { code: "OUT_OF_SCOPE", hint: "Name the cluster in CLUSTER_SCOPES if it is to be answered." },
    });
  });
});
