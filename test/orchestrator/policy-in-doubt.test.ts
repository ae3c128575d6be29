import { describe, expect, test } from "vitest";
import { Fault } from "../../shared/connection/fault.ts";
import type { FactSources } from "../../shared/facts/port.ts";
import { logChannel } from "../../shared/notify/log.ts";
import { withApprovalsOff } from "../../shared/policy/index.ts";
import { APPROVES, aPolicy, aPolicyWith, DAY, HOUR, MINUTE, REJECTS } from "../fixtures/builders.ts";
import { aFactSources, DANA_ID } from "../fixtures/fact-sources.ts";
import { ana, Life } from "./life.ts";

const bo = {
  ...ana,
  oid: "00000000-0000-4000-8000-000000000002",
  name: "Bo",
  signInNames: ["bo@contoso.com"],
};
const dana = {
  ...ana,
  oid: DANA_ID,
  name: "Dana",
  signInNames: ["dana@partner.example", "dana@contoso.example"],
};

const UNRELATED = "{ name: unrelated, when: { cluster: { tags: { env: test } } }, then: approve }";
const asks = (more: string) =>
  `{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], timeout: 1d${more} } } }`;
const notByThemselves = (...more: readonly string[]) =>
  aPolicyWith(
    ["whenUnknown: { ask: { approvers: [platform], timeout: 1d } }"],
    asks(", quorum: 3, preventSelfReview: true"),
    ...more,
  );

const throttled = () => new Fault("THROTTLED", "RateLimiting", { retryAfterMs: 30_000 });

/** Fact sources of which one can be put out of order. */
function breakable(source: "subscriptions" | "creations", other: "throttled" | "silent") {
  const whole = aFactSources();
  let isBroken = false;
  const instead = async () => {
    if (other === "throttled") throw throttled();
    return null;
  };
  const facts: FactSources = {
    ...whole,
    subscriptions: {
      read: (id) => (isBroken && source === "subscriptions" ? instead() : whole.subscriptions.read(id)),
    },
    creations: {
      of: (...about) => (isBroken && source === "creations" ? instead() : whole.creations.of(...about)),
    },
  };
  return {
    facts,
    put(state: "broken" | "whole") {
      isBroken = state === "broken";
    },
  };
}

/** Ana has approved, and ARM puts the write off for some minutes. */
const approvedWhileArmIsSlow = (): Promise<Life> => reviewedWhileArmIsSlow("approve");

/** The same with another answer. */
async function reviewedWhileArmIsSlow(answer: "approve" | "reject"): Promise<Life> {
  const life = new Life({ policy: aPolicy() });
  await life.begin();
  await life.hub.run(MINUTE);
  life.desk.world.trouble("answer", throttled(), { times: 3 });
  await life.review(ana, answer);
  await life.hub.run(20_000);
  return life;
}

describe("another policy comes into force while an answer is about to be written", () => {
  test("and the write is put off again and again: a rule's word of before is not written any more", async () => {
    const life = new Life({ policy: aPolicy(APPROVES) });
    life.desk.world.trouble("answer", throttled(), { times: 20 });
    await life.begin();
    await life.hub.run(MINUTE);
    expect((await life.kinds()).at(-1)).toBe("delayed");

    life.putInForce(withApprovalsOff(aPolicy(APPROVES)));
    await life.hub.run(3 * HOUR);

    expect(life.status()).toBe("Pending");
    expect(await life.request()).toMatchObject({ state: "waiting", application: null });
    const kinds = (await life.kinds()).filter((kind) => kind !== "delayed");
    expect(kinds.slice(3, 6)).toEqual(["applying", "policyChanged", "resumed"]);
  });

  test("while ARM is asked what it shows: the policy is looked at after that", async () => {
    const life: Life = new Life({
      policy: aPolicy(APPROVES),
      through: async (verb, call) => {
        const result = await call();
        if (verb === "connections.read" && (await life.request()).state === "applying")
          life.putInForce(withApprovalsOff(aPolicy(APPROVES)));
        return result;
      },
    });
    await life.begin();

    await life.hub.run(HOUR);

    expect(life.desk.world.puts).toEqual([]);
    expect((await life.request()).state).toBe("waiting");
  });

  test("what people decided is written all the same where the same people would be asked", async () => {
    const life = await approvedWhileArmIsSlow();

    life.putInForce(aPolicy(UNRELATED));
    await life.hub.run(HOUR);

    expect(life.status()).toBe("Approved");
    expect(await life.kinds()).not.toContain("resumed");
  });

  test("what people approved is not written where it would now reject", async () => {
    const life = await approvedWhileArmIsSlow();

    life.putInForce(aPolicy(REJECTS));
    await life.hub.run(HOUR);

    expect(life.status()).toBe("Rejected");
    expect(life.desk.world.puts.map(({ answer }) => answer)).toEqual(["Rejected"]);
  });

  test("what people approved is not written where it would now ask others: those are asked", async () => {
    const life = await approvedWhileArmIsSlow();

    life.putInForce(aPolicy(asks("").replace("platform", "security")));
    await life.hub.run(HOUR);

    expect(await life.request()).toMatchObject({ state: "waiting", ask: { reviews: [] } });
    expect((await life.request()).ask?.requirement.requirements[0]?.approvers).toEqual(["security"]);
    expect(life.desk.world.puts).toEqual([]);
  });

  test("what people approved is not written where it would now demand a stronger sign-in: they are asked again, and answer with it", async () => {
    const life = await approvedWhileArmIsSlow();

    life.putInForce(aPolicy(asks(", authContext: c1")));
    await life.hub.run(HOUR);

    expect(await life.request()).toMatchObject({
      state: "waiting",
      ask: { reviews: [], requirement: { authContexts: ["c1"] } },
    });
    expect(life.desk.world.puts).toEqual([]);

    await life.review({ ...ana, authContexts: ["c1"] }, "approve");
    await life.hub.run(HOUR);

    expect(life.status()).toBe("Approved");
  });

  test("nor is what they rejected, which is for good", async () => {
    const life = await reviewedWhileArmIsSlow("reject");

    life.putInForce(aPolicy(asks(", authContext: c1")));
    await life.hub.run(HOUR);

    expect(await life.request()).toMatchObject({ state: "waiting", ask: { reviews: [] } });
    expect(life.desk.world.puts).toEqual([]);
  });

  test("and ARM took it long ago, without our knowing: it is ours, and proved", async () => {
    const life = new Life({ policy: aPolicy(APPROVES) });
    life.desk.world.trouble("answer", new Fault("UNREACHABLE", "lost"), { when: "after" });
    life.desk.world.trouble("readConnection", new Fault("UNREACHABLE", "away"), { skip: 2, times: 40 });
    await life.begin();
    await life.hub.run(2 * HOUR);
    expect(await life.request()).toMatchObject({ closure: { outcome: "failed" } });
    life.putInForce(aPolicy(APPROVES, UNRELATED));

    for (let hour = 0; hour < 60; hour++) {
      await life.sweep();
      await life.hub.run(HOUR);
    }

    expect(await life.request()).toMatchObject({ closure: { outcome: "approved" } });
    expect((await life.kinds()).slice(-3)).toEqual(["reopened", "applied", "verified"]);
    expect(life.desk.world.puts).toHaveLength(1);
  });

  test("and ARM shows the answer only after people are asked instead: it is ours, and they hear that it is over", async () => {
    const life = new Life({ policy: aPolicy(APPROVES) });
    life.desk.world.trouble("answer", new Fault("UNREACHABLE", "lost"), { times: 3 });
    await life.begin();
    await life.hub.run(5_000);
    const { application: intent } = await life.request();
    life.putInForce(withApprovalsOff(aPolicy(APPROVES)));
    await life.hub.run(MINUTE);
    expect((await life.request()).state).toBe("waiting");
    life.desk.world.change(life.connection.id, {
      status: "Approved",
      description: intent?.description ?? "",
    });

    await life.sweep();
    await life.hub.run(MINUTE);

    expect(await life.request()).toMatchObject({ closure: { outcome: "approved" } });
    const trail = await life.desk.store.trail(life.id);
    expect(trail.slice(-2)).toMatchObject([
      { kind: "applied", how: "found", sentence: "ARM shows Approved, written by us before." },
      { kind: "verified" },
    ]);
    expect(life.desk.notices).toEqual(["asked", "closed"]);
  });
});

describe("two instances of the app that have different policies", () => {
  const [one, other] = [aPolicy(APPROVES), aPolicy(APPROVES, UNRELATED)];

  test("do not judge and give up in turns: there is a pause between, and it is written in the end", async () => {
    const life: Life = new Life({
      policy: one,
      through: async (verb, call) => {
        const result = await call();
        if (verb.startsWith("policies.")) life.runElsewhere(life.desk.policy === one ? other : one);
        return result;
      },
    });
    await life.begin();

    await life.hub.run(HOUR);

    expect(life.status()).toBe("Approved");
    expect((await life.kinds()).length).toBeLessThan(20);
    expect(life.desk.world.calls.length).toBeLessThan(60);
  });

  const [first, second] = [aPolicy(asks("")), aPolicy(asks(", quorum: 2"))];

  test.each<[string, (life: Life) => void]>([
    ["both of which run on", (life) => life.runElsewhere(second)],
    ["one of which is started anew every two minutes", (life) => life.putInForce(second)],
  ])("do not ask anew every minute what waits for people: %s", async (_how, lookBySecond) => {
    const life = new Life({ policy: first });
    await life.begin();
    await life.hub.run(MINUTE);

    for (let minute = 0; minute < 60; minute++) {
      if (minute % 2 === 0) lookBySecond(life);
      else life.runElsewhere(first);
      await life.reassess();
      await life.hub.run(MINUTE);
    }

    expect(life.desk.notices.length).toBeLessThanOrEqual(9);
  });
});

describe("a review that comes before anybody has looked by the new policy", () => {
  test("counts for nothing where that policy decides otherwise", async () => {
    const life = new Life({ policy: aPolicy() });
    await life.begin();
    await life.hub.run(MINUTE);
    life.putInForce(aPolicy(REJECTS));

    await life.review(ana, "approve");
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Rejected");
    expect(await life.kinds()).not.toContain("reviewed");
  });

  test("counts where it comes to the same", async () => {
    const life = new Life({ policy: aPolicy() });
    await life.begin();
    await life.hub.run(MINUTE);
    life.putInForce(aPolicy(UNRELATED));

    await life.review(ana, "approve");
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
    expect((await life.request()).decision?.by).toMatchObject({ name: "Ana" });
  });

  test("is not taken as long as ARM cannot be asked", async () => {
    const life = new Life({ policy: aPolicy() });
    await life.begin();
    await life.hub.run(MINUTE);
    life.putInForce(aPolicy(UNRELATED));
    life.desk.world.trouble("readConnection", new Fault("UNREACHABLE", "Away."));

    await expect(life.review(ana, "approve")).rejects.toThrow("Away.");

    expect(await life.kinds()).toEqual(["received", "assessed", "asked"]);
  });
});

test("nobody's silence settles anything by a policy that is no longer in force", async () => {
  const life = new Life({ policy: aPolicy(asks("")) });
  await life.begin();
  await life.hub.run(HOUR);
  life.putInForce(aPolicy(APPROVES));

  await life.hub.run(DAY);

  expect(life.status()).toBe("Approved");
  expect(await life.kinds()).not.toContain("expired");
});

describe("who asked for the connection", () => {
  test("is not known for a moment: reviews stay, and the next look finds it out", async () => {
    const { facts, put } = breakable("creations", "throttled");
    const life = new Life({ policy: notByThemselves(), facts });
    await life.begin();
    await life.hub.run(HOUR);
    await life.review(ana, "approve");
    life.putInForce(notByThemselves(UNRELATED));
    put("broken");

    await life.reassess();
    await life.hub.run(MINUTE);
    expect(await life.kinds()).not.toContain("policyChanged");
    put("whole");
    await life.reassess();
    await life.hub.run(MINUTE);

    expect(await life.request()).toMatchObject({ state: "waiting", policyHash: life.desk.policy.hash });
    expect((await life.request()).ask?.reviews).toHaveLength(1);
    expect(life.desk.notices).toEqual(["asked"]);
  });

  test("becomes known: that person's review no longer counts, and the others' do", async () => {
    const { facts, put } = breakable("creations", "silent");
    put("broken");
    const life = new Life({ policy: notByThemselves(), facts });
    await life.begin();
    await life.hub.run(HOUR);
    for (const person of [ana, dana]) await life.review(person, "approve");
    put("whole");
    life.putInForce(notByThemselves(UNRELATED));

    await life.reassess();
    await life.hub.run(MINUTE);

    const { ask } = await life.request();
    expect(ask?.reviews.map(({ by }) => by.name)).toEqual(["Ana"]);
    expect(ask?.requirement.excludedReviewer).toBe(DANA_ID);
    expect(life.desk.notices).toEqual(["asked"]);
    expect(await life.storeReview(bo, "approve")).toMatchObject({ state: "waiting" });
    await life.storeReview(dana, "approve");
    expect((await life.request()).ask?.reviews).toHaveLength(2);
  });
});

describe("what is left alone", () => {
  const PAYMENTS = "{ name: pay, when: { consumer: { tags: { team: payments } } }, then: approve }";
  const approveOnly = aPolicyWith(["mode: approveOnly"], PAYMENTS);

  test("for want of a fact is judged again within an hour", async () => {
    const { facts, put } = breakable("subscriptions", "throttled");
    put("broken");
    const life = new Life({ policy: approveOnly, facts });
    await life.begin();
    await life.hub.run(3 * HOUR);
    expect(await life.kinds()).toEqual(["received", "assessed", "deferred"]);
    put("whole");

    await life.hub.run(HOUR + MINUTE);

    expect(life.status()).toBe("Approved");
  });

  test("out of office hours is approved when they begin", async () => {
    const OFFICE =
      "{ name: office, when: { time: { days: [mon, tue, wed, thu, fri], between: 10:00-16:00, timezone: UTC } }, then: approve }";
    const life = new Life({ policy: aPolicyWith(["mode: approveOnly"], OFFICE) });
    await life.begin();

    await life.hub.run(HOUR - MINUTE);
    expect(life.status()).toBe("Pending");
    await life.hub.run(HOUR);

    expect(life.status()).toBe("Approved");
  });

  test("for good is looked at daily, and its trail does not grow", async () => {
    const life = new Life({ policy: aPolicyWith(["mode: approveOnly"], REJECTS) });
    await life.begin();

    await life.hub.run(30 * DAY);

    expect(await life.kinds()).toEqual(["received", "assessed", "deferred"]);
    expect(life.hub.activities.filter((name) => name === "followUp")).toHaveLength(30);
  });
});

test("a policy change that ends people's question is told to those who were asked, by name", async () => {
  const lines: string[] = [];
  const life = new Life({
    policy: aPolicy(),
    channels: [logChannel("https://approvals.example", (line) => lines.push(line))],
  });
  await life.begin();
  await life.hub.run(HOUR);
  life.putInForce(aPolicyWith(["mode: shadow"]));

  await life.reassess();
  await life.hub.run(MINUTE);

  expect(lines).toEqual([
    `${life.id} to 1 of platform: please review https://approvals.example/inbox/#/requests/${life.id}`,
    `${life.id} to 1 of platform: no review is needed any more`,
  ]);
  await life.sweep();
  life.desk.world.change(life.connection.id, { status: "Rejected" });
  await life.sweep();
  await life.hub.run(MINUTE);
  expect((await life.request()).closure?.outcome).toBe("superseded");
  expect(lines).toHaveLength(2);
});
