import { describe, expect, test } from "vitest";
import { Fault } from "../../shared/connection/fault.ts";
import {
  APPROVES,
  aPolicy,
  aPolicyWith,
  DAY,
  ESCALATES,
  HOUR,
  MINUTE,
  REJECTS,
  SECURITY,
} from "../fixtures/builders.ts";
import { ana, Life } from "./life.ts";
import { RANK } from "./virtual-hub.ts";

const bo = { ...ana, oid: "00000000-0000-4000-8000-000000000002", name: "Bo" };
const sam = { ...ana, oid: "00000000-0000-4000-8000-000000000009", name: "Sam", groups: [SECURITY] };

const UNRELATED = "{ name: unrelated, when: { cluster: { tags: { env: test } } }, then: approve }";
const asks = (who: string, more = "") =>
  `{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [${who}], timeout: 1d, remindAfter: 1h${more} } } }`;
const TWO = asks("platform", ", quorum: 2");

const WRITTEN = ["decided", "applying", "applied", "verified"];

describe("another policy comes into force while people are waited for", () => {
  test("and asks the same: deadline, reviews and reminders go on, and nobody is asked twice", async () => {
    const life = new Life({ policy: aPolicy(TWO) });
    await life.begin();
    await life.hub.run(30 * MINUTE);
    await life.review(ana, "approve");
    const before = await life.request();
    life.putInForce(aPolicy(TWO, UNRELATED));

    await life.reassess();
    await life.hub.run(90 * MINUTE);
    await life.review(bo, "approve");
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
    expect(await life.request()).toMatchObject({
      waitSeq: before.waitSeq,
      policyHash: life.desk.policy.hash,
    });
    expect(life.desk.notices).toEqual(["asked", "reminded", "reminded", "closed"]);
    expect(await life.kinds()).toEqual([
      "received",
      "assessed",
      "asked",
      "reviewed",
      "policyChanged",
      "assessed",
      "reminded",
      "reminded",
      "reviewed",
      ...WRITTEN,
    ]);
  });

  test("and asks others: they are asked again, for the whole time, and what was reviewed no longer counts", async () => {
    const life = new Life({ policy: aPolicy(TWO) });
    await life.begin();
    await life.hub.run(30 * MINUTE);
    await life.review(ana, "approve");
    const before = await life.request();
    life.putInForce(aPolicy(asks("security")));

    await life.reassess();
    await life.hub.run(MINUTE);

    const after = await life.request();
    expect(after).toMatchObject({ state: "waiting", ask: { reviews: [] } });
    const moreMs = Date.parse(after.ask?.deadline ?? "") - Date.parse(before.ask?.deadline ?? "");
    expect(moreMs).toBeGreaterThanOrEqual(30 * MINUTE);
    await life.review(bo, "approve");
    await life.review(sam, "approve");
    await life.hub.run(MINUTE);
    expect(life.status()).toBe("Approved");
    expect((await life.request()).decision?.by).toMatchObject({ name: "Sam" });
    expect(life.desk.notices).toEqual(["asked", "asked", "closed"]);
    expect(life.instance()).toBe("Completed");
  });

  test.each([
    ["approves", aPolicy(APPROVES), "Approved"],
    ["rejects", aPolicy(REJECTS), "Rejected"],
  ])("and %s by a rule: it is done, and those who were asked hear of it", async (_what, policy, status) => {
    const life = new Life({ policy: aPolicy() });
    await life.begin();
    await life.hub.run(HOUR);
    life.putInForce(policy);

    await life.reassess();
    await life.hub.run(MINUTE);

    expect(life.status()).toBe(status);
    expect(life.desk.notices).toEqual(["asked", "withdrawn"]);
  });

  test("and leaves it alone: the time that people had does not run out any more", async () => {
    const life = new Life({ policy: aPolicy(asks("platform", ", onTimeout: reject")) });
    await life.begin();
    await life.hub.run(HOUR / 2);
    life.putInForce(aPolicyWith(["mode: shadow"], asks("platform", ", onTimeout: reject")));

    await life.reassess();
    await life.hub.run(5 * DAY);

    expect(life.status()).toBe("Pending");
    expect((await life.request()).state).toBe("deferred");
    expect(life.desk.notices).toEqual(["asked", "withdrawn"]);
  });

  test("and goes again before anybody looked: nothing has happened", async () => {
    const life = new Life({ policy: aPolicy() });
    await life.begin();
    await life.hub.run(HOUR);
    const before = await life.kinds();
    life.putInForce(aPolicy(REJECTS));
    life.putInForce(aPolicy());

    await life.reassess();

    expect(await life.kinds()).toEqual(before);
  });

  test("and the timer fails: the sweep looks as well", async () => {
    const life = new Life({ policy: aPolicy() });
    await life.begin();
    await life.hub.run(HOUR);
    life.putInForce(aPolicy(APPROVES));

    await life.sweep();
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
  });

  test("and ARM cannot be asked: it waits as before, and the next look succeeds", async () => {
    const life = new Life({ policy: aPolicy() });
    await life.begin();
    await life.hub.run(HOUR);
    life.putInForce(aPolicy(APPROVES));
    life.desk.world.trouble("readCluster", new Fault("UNREACHABLE", "Away."));

    await life.reassess();
    await life.hub.run(MINUTE);
    expect((await life.request()).state).toBe("waiting");
    await life.reassess();
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
  });
});

describe("an edit that is undone within minutes, on the only instance", () => {
  const TURNS = expect.stringContaining("take turns");

  test.each([
    ["asked of others", aPolicy(asks("security"))],
    ["left as it was", aPolicy(UNRELATED)],
    ["left alone", aPolicyWith(["mode: shadow"])],
  ])("what the other policy %s is asked as before at the next look", async (_what, other) => {
    const life = new Life({ policy: aPolicy() });
    await life.begin();
    await life.hub.run(MINUTE);
    life.putInForce(other);
    await life.reassess();
    await life.hub.run(2 * MINUTE);
    life.putInForce(aPolicy());

    const { troubles } = await life.reassess();
    await life.hub.run(MINUTE);

    expect(troubles).toEqual([]);
    expect(await life.request()).toMatchObject({
      state: "waiting",
      policyHash: aPolicy().hash,
      ask: { requirement: { requirements: [{ approvers: ["platform"] }] } },
    });
  });

  test("what the other policy was looking at when it was undone is no other instance's doing", async () => {
    const life: Life = new Life({
      policy: aPolicy(),
      through: async (verb, call) => {
        if (verb === "store.append" && life.desk.policy.hash === aPolicy(UNRELATED).hash)
          life.putInForce(aPolicy());
        return call();
      },
    });
    await life.begin();
    await life.hub.run(MINUTE);
    life.putInForce(aPolicy(UNRELATED));
    await life.reassess();
    expect(await life.request()).toMatchObject({ policyHash: aPolicy(UNRELATED).hash });

    const { troubles } = await life.reassess();

    expect(troubles).toEqual([]);
    expect(await life.request()).toMatchObject({ state: "waiting", policyHash: aPolicy().hash });
  });

  test("what the other policy would approve, and had not written yet, is asked about again at once", async () => {
    const life = new Life({ policy: aPolicy() });
    life.desk.world.trouble("answer", new Fault("BUSY", "Upgrading."), { times: 2 });
    await life.begin();
    await life.hub.run(MINUTE);
    life.putInForce(aPolicy(APPROVES));
    await life.reassess();
    await life.hub.run(12_000);
    expect((await life.request()).state).toBe("applying");
    life.putInForce(aPolicy());

    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Pending");
    expect((await life.request()).state).toBe("waiting");
    expect(life.desk.warnings).not.toContainEqual(TURNS);
  });
});

describe("the look at what waits is never lost, whenever it comes", () => {
  const ACTIVITY_MS = 5_000;

  test.each<[string, number, number]>([
    ["while the orchestrator waits", 10 * MINUTE, RANK.beforeTimers],
    ["while the approvers are still being told", ACTIVITY_MS + 1_000, RANK.beforeTimers],
    ["while the reminder is on its way", HOUR + 2_000, RANK.beforeTimers],
    ["in one batch with the reminder's timer, before it", HOUR, RANK.beforeTimers],
    ["in one batch with the reminder's timer, after it", HOUR, RANK.afterTimers],
  ])("%s", async (_when, at, rank) => {
    const life = new Life({ policy: aPolicy(asks("platform")), activityMs: ACTIVITY_MS });
    await life.begin();
    life.hub.after(
      at,
      async () => {
        life.putInForce(aPolicy(APPROVES));
        await life.reassess();
      },
      rank,
    );

    await life.hub.run(at + MINUTE);

    expect(life.status()).toBe("Approved");
    expect(life.desk.world.puts).toHaveLength(1);
    expect(life.instance()).toBe("Completed");
    expect(life.hub.warnings).toEqual([]);
  });
});

describe("too few answer in time", () => {
  test("more people may: theirs counts from then on, and not a moment before", async () => {
    const life = new Life({ policy: aPolicy(ESCALATES) });
    await life.begin();
    life.hub.after(HOUR, () => life.review(sam, "approve"));
    life.hub.after(3 * HOUR, () => life.review(sam, "approve"));

    await life.hub.run(2 * HOUR - MINUTE);
    expect(life.status()).toBe("Pending");
    await life.hub.run(2 * HOUR);

    expect(life.status()).toBe("Approved");
    expect((await life.request()).decision?.by).toMatchObject({ name: "Sam" });
    expect(life.desk.notices).toEqual(["asked", "escalated", "closed"]);
    expect(await life.kinds()).toEqual([
      "received",
      "assessed",
      "asked",
      "escalated",
      "reviewed",
      ...WRITTEN,
    ]);
  });

  test("nobody of them does either: it expires when it would have anyway", async () => {
    const life = new Life({ policy: aPolicy(ESCALATES) });
    await life.begin();
    await life.hub.run(MINUTE);
    const { ask } = await life.request();

    await life.hub.run(2 * DAY);

    expect(await life.request()).toMatchObject({ closure: { outcome: "expired", at: ask?.deadline } });
    expect(life.desk.notices).toEqual(["asked", "escalated", "closed"]);
  });

  test("an unrelated change of the policy does not take it back from them", async () => {
    const life = new Life({ policy: aPolicy(ESCALATES) });
    await life.begin();
    await life.hub.run(3 * HOUR);
    life.putInForce(aPolicy(ESCALATES, UNRELATED));

    await life.reassess();
    await life.review(sam, "approve");
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
    expect(life.desk.notices).toEqual(["asked", "escalated", "closed"]);
  });
});
