import { describe, expect, test } from "vitest";
import { APPROVES, aPolicy, DAY, HOUR, MINUTE, REJECTS } from "../fixtures/builders.ts";
import { ana, Life } from "./life.ts";

const asks = aPolicy();
const BY_POLICY = ["received", "assessed", "decided", "applying", "applied", "verified"];

describe("a life by policy", () => {
  test.each([
    ["approved", APPROVES, "Approved"],
    ["rejected", REJECTS, "Rejected"],
  ] as const)(
    "%s by a rule: two activities, one PUT, six records, and nobody is told",
    async (outcome, rule, status) => {
      const life = new Life({ policy: aPolicy(rule) });
      await life.begin();

      await life.hub.run(HOUR);

      expect(life.status()).toBe(status);
      expect((await life.request()).closure?.outcome).toBe(outcome);
      expect(life.hub.activities).toEqual(["assess", "apply"]);
      expect(life.desk.world.puts).toHaveLength(1);
      expect(await life.kinds()).toEqual(BY_POLICY);
      expect(life.desk.notices).toEqual([]);
      expect(life.instance()).toBe("Completed");
    },
  );
});

describe("a life with people", () => {
  test("a rejection by an approver is written and announced", async () => {
    const life = new Life({ policy: asks });
    await life.begin();
    life.hub.after(HOUR, () => life.review(ana, "reject"));

    await life.hub.run(DAY);

    expect(life.status()).toBe("Rejected");
    expect(life.desk.notices).toEqual(["asked", "closed"]);
  });

  test("onTimeout: reject rejects when nobody answers, because the policy says so in words", async () => {
    const policy = aPolicy(
      "{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], timeout: 1h, onTimeout: reject } } }",
    );
    const life = new Life({ policy });
    await life.begin();

    await life.hub.run(DAY);

    expect(life.status()).toBe("Rejected");
    expect((await life.request()).decision?.by).toEqual({ kind: "rule", rules: ["prod"] });
  });

  test.each<[string, (life: Life) => void, string]>([
    ["vanishes", (life) => life.desk.world.remove(life.connection.id), "superseded"],
    [
      "is approved elsewhere",
      (life) => life.desk.world.change(life.connection.id, { status: "Approved" }),
      "superseded",
    ],
    [
      "is rejected elsewhere",
      (life) => life.desk.world.change(life.connection.id, { status: "Rejected" }),
      "superseded",
    ],
  ])("a connection that %s is noticed by the sweep, and the wait ends", async (_how, happen, outcome) => {
    const life = new Life({ policy: asks });
    await life.begin();
    life.hub.after(HOUR, async () => happen(life));
    life.hub.after(HOUR + MINUTE, () => life.sweep());
    life.hub.after(HOUR + 6 * MINUTE, () => life.sweep());

    await life.hub.run(2 * HOUR);

    expect((await life.request()).closure?.outcome).toBe(outcome);
    expect(life.instance()).toBe("Completed");
    expect(life.desk.world.puts).toEqual([]);
  });

  test("without the sweep, the next reminder notices it, and a second look minutes later ends the wait", async () => {
    const life = new Life({ policy: asks });
    await life.begin();
    life.hub.after(HOUR, async () => life.desk.world.remove(life.connection.id));

    await life.hub.run(5 * HOUR);

    expect((await life.request()).closure?.outcome).toBe("superseded");
    expect(await life.kinds()).toEqual([
      "received",
      "assessed",
      "asked",
      "missing",
      "reminded",
      "superseded",
    ]);
    expect(life.desk.notices).toEqual(["asked", "reminded", "closed"]);
  });

  test("a request message that changed is assessed and asked about anew, and the wait for the old one ends", async () => {
    const life = new Life({ policy: asks });
    await life.begin();
    await life.hub.run(HOUR);
    const first = await life.request();
    life.desk.world.change(life.connection.id, { description: "now for something else" });
    await life.sweep();
    await life.hub.run(HOUR);

    const second = await life.request();
    expect(second).toMatchObject({ state: "waiting", requestMessage: "now for something else", round: 1 });
    expect(second.waitSeq).not.toBe(first.waitSeq);

    await life.review(ana, "approve");
    await life.hub.run(HOUR);
    expect(life.status()).toBe("Approved");
    expect(life.desk.world.puts).toHaveLength(1);
    expect(life.instance()).toBe("Completed");
  });

  test("an orchestration that is started anew goes on where the request stands", async () => {
    const life = new Life({ policy: asks });
    await life.begin();
    await life.hub.run(HOUR);
    life.hub.instances.clear();

    await life.sweep();
    await life.hub.run(HOUR);
    await life.review(ana, "approve");
    await life.hub.run(HOUR);

    expect(life.status()).toBe("Approved");
    expect((await life.kinds()).filter((kind) => kind === "asked")).toHaveLength(1);
  });

  test("what expired stays closed while it is still Pending, until an approver reopens it", async () => {
    const life = new Life({ policy: asks });
    await life.begin();
    await life.hub.run(2 * DAY);

    await life.sweep();
    await life.hub.run(HOUR);

    expect(await life.request()).toMatchObject({
      state: "closed",
      closure: { outcome: "expired" },
      round: 1,
    });
  });
});
