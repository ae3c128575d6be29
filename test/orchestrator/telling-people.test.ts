import { describe, expect, test } from "vitest";
import type { Channel } from "../../shared/notify/channel.ts";
import type { NoticeKind } from "../../shared/request/notice.ts";
import { aPolicy, DAY, HOUR, MINUTE, SECURITY } from "../fixtures/builders.ts";
import type { Through } from "../fixtures/interruptions.ts";
import { ana, Life } from "./life.ts";

const bo = { ...ana, oid: "00000000-0000-4000-8000-000000000002", name: "Bo" };
const asks = (more: string) =>
  aPolicy(
    `{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], timeout: 24h, remindAfter: 4h, ${more} } } }`,
  );
const TWO = asks("quorum: 2");

/** A channel that is down in a stretch of time, counted from the beginning of a life. */
class Channels implements Channel {
  readonly name = "test";
  readonly told: NoticeKind[] = [];
  readonly ids: string[] = [];
  isDown = false;

  readonly send: Channel["send"] = async ({ kind, id }) => {
    if (this.isDown) throw new Error("nobody listens");
    this.told.push(kind);
    this.ids.push(id);
  };
}

/** Lets something be away from one moment to another. */
function away(life: Life, fromMs: number, toMs: number, set: (isAway: boolean) => void): void {
  life.hub.after(fromMs, async () => set(true));
  life.hub.after(toMs, async () => set(false));
}

describe("telling people never harms a request", () => {
  test("two must approve, and the channel is down around the first reminder: both reviews count", async () => {
    const channel = new Channels();
    const life = new Life({ policy: TWO, channels: [channel] });
    life.sweepEveryFiveMinutes(DAY);
    away(life, 3 * HOUR, 4.5 * HOUR, (isDown) => {
      channel.isDown = isDown;
    });
    await life.begin();
    life.hub.after(HOUR, () => life.review(ana, "approve"));
    life.hub.after(5 * HOUR, () => life.review(bo, "approve"));

    await life.hub.run(DAY);

    expect(life.status()).toBe("Approved");
    expect(await life.kinds()).toEqual([
      "received",
      "assessed",
      "asked",
      "reviewed",
      "reminded",
      "reviewed",
      "decided",
      "applying",
      "applied",
      "verified",
    ]);
    expect(channel.told).toEqual(["asked", "reminded", "closed"]);
    expect(life.instance()).toBe("Completed");
    expect(life.hub.warnings).toEqual([]);
  });

  test("every channel is down for the whole day: it expires as it would have, and people hear how it ended, once", async () => {
    const channel = new Channels();
    channel.isDown = true;
    const life = new Life({ policy: TWO, channels: [channel] });
    life.sweepEveryFiveMinutes(2 * DAY);
    await life.begin();
    life.hub.after(DAY + HOUR, async () => {
      channel.isDown = false;
    });

    await life.hub.run(2 * DAY);

    expect(await life.kinds()).toEqual([
      "received",
      "assessed",
      "asked",
      ...Array(5).fill("reminded"),
      "expired",
    ]);
    expect(channel.told).toEqual(["closed"]);
    expect(life.desk.errors).toEqual([]);
  });

  test("nothing runs while nothing is to be told", async () => {
    const life = new Life({ policy: asks("quorum: 1"), channels: [new Channels()] });
    await life.begin();

    await life.hub.run(HOUR);

    expect(life.hub.instances.get(`tell-test-${life.id}`)?.status).toBe("Completed");
    expect(life.hub.activities.filter((name) => name === "deliver")).toHaveLength(1);
  });

  test.each(["asked", "reminded", "closed"] as const)(
    "the app is killed between a record and its delivery (%s): people hear of it within a minute",
    async (lost) => {
      const channel = new Channels();
      const life = new Life({ policy: asks("quorum: 1"), channels: [channel] });
      const start = life.desk.startDelivery;
      const atRisk = { asked: 1, reminded: 2, closed: 3 }[lost];
      let starts = 0;
      life.desk.startDelivery = async (...line) => {
        if (++starts !== atRisk) await start(...line);
      };
      for (let at = 0; at < 6 * HOUR; at += 30_000) life.hub.after(at, () => life.startDueDeliveries());
      await life.begin();
      life.hub.after(5 * HOUR, () => life.review(ana, "approve"));
      const heardAt = new Map<string, number>();
      for (let at = 0; at < 6 * HOUR; at += 5_000)
        life.hub.after(at, async () => {
          for (const kind of channel.told)
            if (!heardAt.has(kind)) heardAt.set(kind, Date.parse(life.desk.clock.now()));
        });

      await life.hub.run(6 * HOUR);

      expect(channel.told).toEqual(["asked", "reminded", "closed"]);
      expect(starts).toBe(3);
      const trail = await life.desk.store.trail(life.id);
      const recordOf = { asked: "asked", reminded: "reminded", closed: "verified" }[lost];
      const recordedAt = Date.parse(trail.find(({ kind }) => kind === recordOf)?.at ?? "");
      expect((heardAt.get(lost) ?? Number.NaN) - recordedAt).toBeLessThanOrEqual(MINUTE);
    },
  );
});

describe("the store is away for an hour", () => {
  const ESCALATES = asks("quorum: 2, escalateTo: [security], escalateAfter: 8h");
  const WHOLE = [
    "received",
    "assessed",
    "asked",
    "reviewed",
    "reminded",
    "escalated",
    "reminded",
    "reminded",
    "reviewed",
    "decided",
    "applying",
    "applied",
    "verified",
  ];

  test.each<[string, number]>([
    ["right after the question", 1_000],
    ["before anything is due", 2 * HOUR],
    ["just before the first reminder", 4 * HOUR - MINUTE],
    ["two minutes and a half before it, for as long", 4 * HOUR - 1.25 * MINUTE],
    ["at the escalation", 8 * HOUR - 30 * MINUTE],
    ["while a reminder is on its way", 12 * HOUR + 2_000],
    ["just before the second review", 18 * HOUR],
    ["in the moment after the decision", 20 * HOUR + 3_000],
  ])("%s: the same records, both reviews, and nobody is told twice", async (_when, from) => {
    const channel = new Channels();
    let isAway = false;
    const through: Through = async (verb, call) => {
      if (isAway && /^(store|outbox)\./.test(verb)) throw new Error("the store is away");
      return call();
    };
    const life = new Life({ policy: ESCALATES, channels: [channel], through });
    life.sweepEveryFiveMinutes(2 * DAY);
    for (let at = 0; at < DAY; at += 30_000) life.hub.after(at, () => life.startDueDeliveries());
    away(life, from, from + HOUR, (gone) => {
      isAway = gone;
    });
    await life.begin();
    life.hub.after(HOUR + 30 * MINUTE, () => life.review(ana, "approve"));
    life.hub.after(20 * HOUR, () => life.review({ ...bo, groups: [SECURITY] }, "approve"));

    await life.hub.run(DAY - MINUTE);

    const kinds = (await life.kinds()).filter((kind) => kind !== "interrupted");
    expect(kinds.filter((kind) => kind !== "reminded")).toEqual(WHOLE.filter((kind) => kind !== "reminded"));
    expect((await life.request()).ask?.reviews.map(({ by }) => by.name)).toEqual(["Ana", "Bo"]);
    expect(life.status()).toBe("Approved");
    expect(new Set(channel.ids).size).toBe(channel.ids.length);
    expect(channel.told.filter((kind) => kind !== "reminded")).toEqual(["asked", "escalated", "closed"]);
  });
});

describe("a step that breaks while a request is at rest", () => {
  test("keeps reviews, deadline and requirement; people may answer meanwhile, and the wait goes on", async () => {
    const life = new Life({ policy: TWO });
    life.sweepEveryFiveMinutes(DAY);
    await life.begin();
    life.hub.after(HOUR, () => life.review(ana, "approve"));
    life.hub.after(2 * HOUR, async () => life.breakActivity("followUp"));
    await life.hub.run(3 * HOUR);
    const before = await life.request();

    await life.hub.run(1.5 * HOUR);
    const broken = await life.request();
    expect(broken).toMatchObject({ state: "waiting", ask: before.ask, round: 1 });
    expect(broken.interruption).toMatchObject({ code: "BROKEN", count: expect.any(Number) });

    life.mendActivity("followUp");
    await life.hub.run(HOUR);
    expect((await life.request()).interruption).toBeNull();
    expect(await life.kinds()).toContain("reminded");
    await life.review(bo, "approve");
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
    expect((await life.kinds()).filter((kind) => kind === "reviewed")).toHaveLength(2);
  });

  test("is not begun again before its pause is over, and the pauses grow", async () => {
    const life = new Life({ policy: TWO });
    life.sweepEveryFiveMinutes(DAY);
    await life.begin();
    await life.hub.run(HOUR);
    life.breakActivity("followUp");

    await life.hub.run(10 * HOUR);

    const trail = await life.desk.store.trail(life.id);
    const moments = trail.filter(({ kind }) => kind === "interrupted").map(({ at }) => Date.parse(at));
    const gaps = moments.slice(1).map((at, index) => at - (moments[index] ?? 0));
    expect(gaps.length).toBeGreaterThanOrEqual(3);
    expect(gaps.toSorted((a, b) => a - b)).toEqual(gaps);
    expect(gaps[0]).toBeGreaterThan(5 * MINUTE);
  });

  test("does not close what people decide while the store comes back: it is written, by the same orchestration", async () => {
    let isAway = false;
    const through: Through = async (verb, call) => {
      if (isAway && verb.startsWith("store.")) throw new Error("the store is away");
      return call();
    };
    const life = new Life({ policy: TWO, through });
    life.sweepEveryFiveMinutes(DAY);
    await life.begin();
    life.hub.after(HOUR, () => life.review(bo, "approve"));
    // The reminder's follow-up is tried for 80 s, and the giving up for as long after it.
    away(life, 4 * HOUR - 1_000, 4 * HOUR + 150_000, (gone) => {
      isAway = gone;
    });
    life.hub.after(4 * HOUR + 170_000, () => life.review(ana, "approve"));

    await life.hub.run(4 * HOUR + 10 * MINUTE);

    expect(life.status()).toBe("Approved");
    const { closure, decision } = await life.request();
    expect(Date.parse(closure?.at ?? "") - Date.parse(decision?.at ?? "")).toBeLessThan(MINUTE);
    expect(await life.kinds()).not.toContain("failed");
    expect(life.instance()).toBe("Completed");
  });

  test("does not keep a decision from being written at once: the orchestration is started for it", async () => {
    const life = new Life({ policy: TWO });
    await life.begin();
    await life.hub.run(HOUR);
    life.breakActivity("followUp");
    await life.hub.run(4 * HOUR);
    expect(life.instance()).toBe("Failed");

    await life.review(ana, "approve");
    await life.review(bo, "approve");
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Approved");
  });
});
