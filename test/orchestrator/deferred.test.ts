import { describe, expect, test } from "vitest";
import {
  APPROVES,
  aPolicy,
  aPolicyWith,
  DAY,
  FREEZE,
  HOUR,
  later,
  MINUTE,
  REJECTS,
} from "../fixtures/builders.ts";
import { Life } from "./life.ts";
import { RANK } from "./virtual-hub.ts";

const frozen = aPolicyWith([FREEZE], APPROVES);
const WRITTEN = ["assessed", "decided", "applying", "applied", "verified"];
const THAWED = ["received", "assessed", "deferred", "resumed", ...WRITTEN];

describe("a freeze", () => {
  test("keeps what a rule approves waiting, and lets it through within a few minutes after its end", async () => {
    const life = new Life({ policy: frozen });
    await life.begin();

    await life.hub.run(2 * DAY - MINUTE);
    expect(life.status()).toBe("Pending");
    expect(await life.request()).toMatchObject({ state: "deferred", deferral: { until: later(2 * DAY) } });
    await life.hub.run(5 * MINUTE);

    expect(life.status()).toBe("Approved");
    expect(await life.kinds()).toEqual(THAWED);
    expect(life.desk.notices).toEqual([]);
    expect(life.instance()).toBe("Completed");
    expect(life.hub.warnings).toEqual([]);
  });

  test("of months sets no timer longer than a day", async () => {
    const policy = aPolicyWith([FREEZE.replace("2026-03-04", "2026-06-04")], APPROVES);
    const life = new Life({ policy });
    await life.begin();

    await life.hub.run(95 * DAY);

    expect(life.status()).toBe("Approved");
    expect(life.hub.longestTimerMs).toBeLessThanOrEqual(DAY);
  });

  test("does not keep a rejection from being written", async () => {
    const life = new Life({ policy: aPolicyWith([FREEZE], REJECTS) });
    await life.begin();

    await life.hub.run(HOUR);

    expect(life.status()).toBe("Rejected");
  });

  test("that is called off by another policy ends at once", async () => {
    const life = new Life({ policy: frozen });
    await life.begin();
    await life.hub.run(HOUR);
    life.putInForce(aPolicy(APPROVES));

    await life.reassess();
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
    expect(await life.kinds()).toEqual(THAWED.toSpliced(3, 0, "policyChanged"));
  });

  test.each([
    ["before", RANK.beforeTimers],
    ["after", RANK.afterTimers],
  ])(
    "that ends in the moment in which another policy is looked at, %s its timer: judged once",
    async (_when, rank) => {
      const life = new Life({ policy: frozen });
      await life.begin();
      life.hub.after(
        2 * DAY,
        async () => {
          life.putInForce(aPolicy(APPROVES));
          await life.reassess();
        },
        rank,
      );

      await life.hub.run(2 * DAY + MINUTE);

      expect(life.status()).toBe("Approved");
      expect((await life.kinds()).filter((kind) => kind === "resumed")).toHaveLength(1);
      expect(life.desk.world.puts).toHaveLength(1);
      expect(life.instance()).toBe("Completed");
      expect(life.hub.warnings).toEqual([]);
    },
  );

  test("whose end came while the orchestration was dead is over when the sweep has started it anew", async () => {
    const life = new Life({ policy: frozen });
    await life.begin();
    await life.hub.run(HOUR);
    life.hub.instances.clear();
    await life.hub.run(3 * DAY);
    expect(life.status()).toBe("Pending");

    await life.sweep();
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
    expect(await life.kinds()).toEqual(THAWED);
  });
});

describe("a policy in shadow", () => {
  test.each([
    ["approves", APPROVES, "Approved"],
    ["rejects", REJECTS, "Rejected"],
  ] as const)(
    "touches nothing for days where a rule %s, and nobody is told; once it is enforced, it is done",
    async (_what, rule, status) => {
      const life = new Life({ policy: aPolicyWith(["mode: shadow"], rule) });
      await life.begin();
      for (let hours = 1; hours < 5 * 24; hours++) life.hub.after(hours * HOUR, () => life.sweep());

      await life.hub.run(5 * DAY);
      expect(life.status()).toBe("Pending");
      expect(life.desk.world.puts).toEqual([]);
      expect(await life.kinds()).toEqual(["received", "assessed", "deferred"]);
      life.putInForce(aPolicy(rule));
      await life.reassess();
      await life.hub.run(MINUTE);

      expect(life.status()).toBe(status);
      expect(life.desk.notices).toEqual([]);
      expect(await life.kinds()).toEqual([
        "received",
        "assessed",
        "deferred",
        "policyChanged",
        "resumed",
        ...WRITTEN,
      ]);
      expect(life.instance()).toBe("Completed");
    },
  );

  test("asks nobody; once it is enforced, people are asked, and hear that it is over", async () => {
    const life = new Life({ policy: aPolicyWith(["mode: shadow"]) });
    await life.begin();
    await life.hub.run(2 * DAY);
    expect(life.desk.notices).toEqual([]);
    life.putInForce(aPolicy());

    await life.reassess();
    await life.hub.run(2 * DAY);

    expect(life.desk.notices).toEqual(["asked", ...Array(5).fill("reminded"), "closed"]);
    expect((await life.request()).closure?.outcome).toBe("expired");
  });

  test.each<[string, (life: Life) => Promise<void>]>([
    ["the sweep", (life) => life.sweep()],
    ["the daily look, where no sweep came", (life) => life.hub.run(DAY)],
  ])("a connection that is answered elsewhere is noticed by %s, and nobody is told", async (_who, look) => {
    const life = new Life({ policy: aPolicyWith(["mode: shadow"], APPROVES) });
    await life.begin();
    await life.hub.run(HOUR);
    life.desk.world.change(life.connection.id, { status: "Approved" });

    await look(life);
    await life.hub.run(MINUTE);

    expect((await life.request()).closure?.outcome).toBe("superseded");
    expect(life.instance()).toBe("Completed");
    expect(life.desk.notices).toEqual([]);
    expect(life.desk.world.puts).toEqual([]);
  });

  test("a request message that changed is assessed again, and left alone anew", async () => {
    const life = new Life({ policy: aPolicyWith(["mode: shadow"], APPROVES) });
    await life.begin();
    await life.hub.run(HOUR);
    life.desk.world.change(life.connection.id, { description: "now for something else" });

    await life.sweep();
    await life.hub.run(HOUR);

    expect(await life.request()).toMatchObject({
      state: "deferred",
      requestMessage: "now for something else",
      waitSeq: 6,
    });
    life.putInForce(aPolicy(APPROVES));
    await life.reassess();
    await life.hub.run(HOUR);
    expect(life.status()).toBe("Approved");
  });
});
