import { describe, expect, test } from "vitest";
import { aPolicy, DAY, HOUR, MINUTE } from "../fixtures/builders.ts";
import { ana, Life } from "./life.ts";
import { RANK } from "./virtual-hub.ts";

const ACTIVITY_MS = 5_000;
/** When people are asked: after the activities `assess` and `ask`. */
const ASKED = 2 * ACTIVITY_MS;
/** The first reminder is due an hour after the assessment began to take effect. */
const REMINDER = HOUR;

const asksForADay = aPolicy(
  "{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], timeout: 1d, remindAfter: 1h } } }",
);
const asking = () => new Life({ policy: asksForADay, activityMs: ACTIVITY_MS });

const APPROVED = ["received", "assessed", "asked", "reviewed", "decided", "applying", "applied", "verified"];
const REMINDED_ONCE = APPROVED.toSpliced(3, 0, "reminded");

describe("an approval is never lost nor late, whenever it arrives", () => {
  test.each<[string, number, number, string[]]>([
    ["while the orchestrator waits", ASKED + 10 * MINUTE, RANK.beforeTimers, APPROVED],
    ["while the approvers are still being told", ACTIVITY_MS + 1_000, RANK.beforeTimers, APPROVED],
    ["while the reminder is on its way", REMINDER + 2_000, RANK.beforeTimers, REMINDED_ONCE],
    ["in one batch with the reminder's timer, before it", REMINDER, RANK.beforeTimers, APPROVED],
    ["in one batch with the reminder's timer, after it", REMINDER, RANK.afterTimers, APPROVED],
  ])("%s", async (_when, at, rank, trail) => {
    const life = asking();
    await life.begin();
    life.hub.after(at, () => life.review(ana, "approve", rank));

    await life.hub.run(2 * DAY);

    expect(life.status()).toBe("Approved");
    expect(await life.kinds()).toEqual(trail);
    const { decision, closure } = await life.request();
    expect(Date.parse(closure?.at ?? "") - Date.parse(decision?.at ?? "")).toBeLessThan(MINUTE);
    expect(life.instance()).toBe("Completed");
    expect(life.hub.warnings).toEqual([]);
  });

  test("none comes: reminded every hour, expired after a day, and ARM is never written to", async () => {
    const life = asking();
    await life.begin();

    await life.hub.run(2 * DAY);

    expect(life.status()).toBe("Pending");
    expect(life.desk.world.puts).toEqual([]);
    expect(await life.kinds()).toEqual([
      "received",
      "assessed",
      "asked",
      ...Array(23).fill("reminded"),
      "expired",
    ]);
    expect((await life.request()).closure?.outcome).toBe("expired");
    expect(life.desk.notices).toEqual(["asked", ...Array(23).fill("reminded"), "closed"]);
    expect(life.instance()).toBe("Completed");
  });

  test("twice at once: the first counts, one PUT is made", async () => {
    const life = asking();
    await life.begin();
    life.hub.after(30 * MINUTE, () => life.review(ana, "approve"));
    life.hub.after(30 * MINUTE, () =>
      life.review({ ...ana, oid: "00000000-0000-4000-8000-000000000002" }, "reject"),
    );

    await life.hub.run(2 * DAY);

    expect(life.desk.world.puts).toHaveLength(1);
    expect(await life.kinds()).toEqual(APPROVED);
  });

  test("in the very moment of the deadline: it is too late, by the store's clock as by the orchestrator's", async () => {
    const life = asking();
    await life.begin();
    await life.hub.run(MINUTE);
    const { ask } = await life.request();
    const untilDeadline = Date.parse(ask?.deadline ?? "") - Date.parse(life.desk.clock.now());
    life.hub.after(untilDeadline, () => life.review(ana, "approve"));

    await life.hub.run(2 * DAY);

    expect((await life.request()).closure?.outcome).toBe("expired");
    expect(life.desk.world.puts).toEqual([]);
  });

  test("stored, but the event was lost with the process: the sweep says it again", async () => {
    const life = asking();
    await life.begin();
    await life.hub.run(MINUTE);
    await life.storeReview(ana, "approve");

    await life.sweep();
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
    expect(await life.kinds()).toEqual(APPROVED);
  });

  test("an event that settles nothing costs a look, and the wait goes on", async () => {
    const life = asking();
    await life.begin();
    await life.hub.run(MINUTE);
    await life.hub.raise(life.id, `settled-${(await life.request()).waitSeq}`);
    await life.hub.run(MINUTE);

    expect((await life.request()).state).toBe("waiting");
    await life.review(ana, "approve");
    await life.hub.run(HOUR);
    expect(life.status()).toBe("Approved");
    expect(life.instance()).toBe("Completed");
  });

  test("a wait of months sets no timer longer than a day", async () => {
    const policy = aPolicy(
      "{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], timeout: 90d } } }",
    );
    const life = new Life({ policy });
    await life.begin();
    life.hub.after(80 * DAY, () => life.review(ana, "approve"));

    await life.hub.run(90 * DAY);

    expect(life.status()).toBe("Approved");
    expect(life.hub.longestTimerMs).toBeLessThanOrEqual(DAY);
  });
});
