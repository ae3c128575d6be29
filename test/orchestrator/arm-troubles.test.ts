import { describe, expect, test } from "vitest";
import { Fault, type FaultCode } from "../../shared/connection/fault.ts";
import type { Verb } from "../fixtures/arm-world.ts";
import { aPolicy, DAY, HOUR, MINUTE } from "../fixtures/builders.ts";
import { ana, Life } from "./life.ts";

const COMPLETE = ["received", "assessed", "decided", "applying", "applied", "verified"];
const TRANSIENT: readonly FaultCode[] = ["THROTTLED", "BUSY", "UNREACHABLE", "UNREADABLE", "FORBIDDEN"];
const TERMINAL: readonly FaultCode[] = ["DENIED_BY_POLICY", "BLOCKED", "REFUSED"];
const VERBS: readonly Verb[] = ["readConnection", "readCluster", "answer"];

const fault = (code: FaultCode) =>
  new Fault(code, `ARM says ${code}`, { armCode: `Arm${code}`, retryAfterMs: 7_000 });
const each = (codes: readonly FaultCode[]) =>
  VERBS.flatMap((verb) => codes.map((code) => [verb, code] as const));

describe("ARM's troubles", () => {
  test.each(each(TRANSIENT))(
    "%s fails three times with %s: approved all the same, with one effective PUT",
    async (verb, code) => {
      const life = new Life();
      await life.begin();
      life.desk.world.trouble(verb, fault(code), { times: 3 });

      await life.hub.run(HOUR);

      expect(life.status()).toBe("Approved");
      expect(life.desk.world.puts.filter(({ changed }) => changed)).toHaveLength(1);
      expect((await life.kinds()).filter((kind) => kind !== "delayed")).toEqual(COMPLETE);
      expect(life.instance()).toBe("Completed");
    },
  );

  test("a role that is granted within seconds is found by a quick try", async () => {
    const life = new Life();
    await life.begin();
    life.desk.world.forbid("answer", new Fault("FORBIDDEN", "No."));
    life.hub.after(10_000, async () => life.desk.world.forbid("answer", null));

    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
    expect((await life.request()).round).toBe(1);
  });

  test("a connection that is not shown for 20 s while people are asked goes on waiting, and so do the reviews", async () => {
    const life = new Life({ policy: aPolicy() });
    await life.begin();
    await life.hub.run(HOUR);
    life.desk.world.remove(life.connection.id);
    await life.sweep();
    life.hub.after(20_000, async () => void life.desk.world.put(life.connection));
    life.sweepEveryFiveMinutes(HOUR);

    await life.hub.run(HOUR);
    expect(await life.kinds()).toEqual(["received", "assessed", "asked", "missing", "found"]);
    await life.review(ana, "approve");
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
  });

  test("the reply to the PUT is a page, ten times: it is written once, and the trail says by whom", async () => {
    const life = new Life();
    await life.begin();
    life.desk.world.trouble("answer", fault("UNREADABLE"), { times: 10 });

    await life.hub.run(HOUR);

    expect(life.status()).toBe("Approved");
    expect(life.desk.world.puts).toHaveLength(1);
    expect((await life.kinds()).filter((kind) => kind !== "delayed")).toEqual(COMPLETE);
    expect((await life.kinds()).filter((kind) => kind === "delayed").length).toBeLessThanOrEqual(5);
  });

  test("the reply to the PUT is lost after it took effect: found, not written again", async () => {
    const life = new Life();
    await life.begin();
    life.desk.world.trouble("answer", fault("UNREACHABLE"), { when: "after" });

    await life.hub.run(HOUR);

    expect(life.desk.world.puts).toHaveLength(1);
    expect(await life.kinds()).toEqual(COMPLETE);
    const [, , , , applied] = await life.desk.store.trail(life.id);
    expect(applied).toMatchObject({ kind: "applied", how: "found" });
  });

  test("429 is waited out as long as it asks, in a durable timer", async () => {
    const life = new Life();
    await life.begin();
    life.desk.world.trouble(
      "readConnection",
      new Fault("THROTTLED", "slow down", { retryAfterMs: 10 * MINUTE }),
    );

    await life.hub.run(9 * MINUTE);
    expect((await life.request()).state).toBe("assessing");
    await life.hub.run(2 * MINUTE);

    expect(life.status()).toBe("Approved");
  });

  test.each(each(TERMINAL))(
    "%s fails with %s: the request fails at once, with ARM's code",
    async (verb, code) => {
      const life = new Life();
      await life.begin();
      life.desk.world.trouble(verb, fault(code));

      await life.hub.run(MINUTE);

      const request = await life.request();
      expect(request).toMatchObject({
        closure: {
          outcome: "failed",
          failure: { code: `Arm${code}`, message: `ARM says ${code}` },
        },
      });
      expect(life.status()).toBe("Pending");
      expect(life.instance()).toBe("Completed");
    },
  );

  test("a bad hour of ARM is given up after a bounded number of tries", async () => {
    const life = new Life();
    await life.begin();
    life.desk.world.trouble("answer", fault("UNREACHABLE"), { times: 1_000 });

    await life.hub.run(2 * HOUR);

    expect((await life.request()).closure?.outcome).toBe("failed");
    expect(life.desk.world.calls.filter((verb) => verb === "answer").length).toBeLessThanOrEqual(12);
  });

  test("what failed is tried again by the sweep after 1 h, after 4 h more, then daily, and then succeeds", async () => {
    const life = new Life();
    await life.begin();
    life.desk.world.trouble("answer", fault("BLOCKED"), { times: 4 });
    for (let minutes = 5; minutes < 4 * 24 * 60; minutes += 5)
      life.hub.after(minutes * MINUTE, () => life.sweep());

    await life.hub.run(4 * DAY);

    const trail = await life.desk.store.trail(life.id);
    const failedAt = trail.filter(({ kind }) => kind === "failed").map(({ at }) => Date.parse(at));
    const reopenedAt = trail.filter(({ kind }) => kind === "reopened").map(({ at }) => Date.parse(at));
    const pauses = reopenedAt.map((at, index) => at - (failedAt[index] ?? 0));
    expect(pauses.map((ms) => Math.floor(ms / HOUR))).toEqual([1, 4, 24, 24]);
    expect(life.status()).toBe("Approved");
    expect(life.instance(5)).toBe("Completed");
  });
});

describe("trouble of our own", () => {
  test.each([
    ["judging", "assess"],
    ["writing", "apply"],
  ] as const)(
    "a bug in %s is tried a few times, then recorded as a failure, and taken up again after its pause",
    async (_what, activity) => {
      const life = new Life();
      await life.begin();
      life.breakActivity(activity);

      await life.hub.run(HOUR);

      const { closure } = await life.request();
      expect(closure?.outcome).toBe("failed");
      expect(closure?.failure).toMatchObject({
        code: "BROKEN",
        message: expect.not.stringContaining("a bug"),
      });
      expect(life.instance()).toBe("Failed");
      expect(life.hub.activities.filter((name) => name === activity)).toHaveLength(5);

      await life.sweep();
      await life.hub.run(MINUTE);
      expect(life.instance(2)).toBeUndefined();
      life.hub.after(2 * HOUR, () => life.sweep());
      await life.hub.run(3 * HOUR);
      expect((await life.request()).round).toBe(2);
    },
  );
});
