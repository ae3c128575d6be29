import { describe, expect, test } from "vitest";
import { proofEntries } from "../../../shared/approval/fail.ts";
import { Fault, type FaultCode } from "../../../shared/connection/fault.ts";
import { NO_TRIES } from "../../../shared/connection/retry.ts";
import { Progress } from "../../../shared/workflow/contract.ts";
import { ArmWorld, type Verb } from "../../fixtures/arm-world.ts";
import {
  APPROVES,
  aCluster,
  aConnection,
  aPolicy,
  aTrail,
  DAY,
  HOUR,
  later,
  MINUTE,
  NINE,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, aRequirement, asked, asPerson, assessed, decided, reviewed } from "../../fixtures/entries.ts";

const ID = aConnection().id;

const aDesk = () =>
  new Desk({ world: new ArmWorld().put(aCluster(), aConnection()), policy: aPolicy(APPROVES) });

/** Every call to ARM that the work makes: when, and which records there are already. */
const CALLS: readonly [string, "assess" | "apply", Verb, number, string[]][] = [
  ["the read before judging", "assess", "readConnection", 0, ["received"]],
  ["the read of the cluster", "assess", "readCluster", 0, ["received"]],
  ["the read before writing", "apply", "readConnection", 0, ["received", "decided"]],
  ["the write", "apply", "answer", 0, ["received", "decided", "applying"]],
  ["the read after writing", "apply", "readConnection", 1, ["received", "decided", "applying", "applied"]],
];
/** A request that stands right before an activity. */
const upTo = (activity: "assess" | "apply") => aTrail({}, ...(activity === "apply" ? [decided()] : []));

const CODES: readonly [FaultCode, boolean][] = [
  ["THROTTLED", true],
  ["BUSY", true],
  ["UNREACHABLE", true],
  ["UNREADABLE", true],
  ["FORBIDDEN", true],
  ["DENIED_BY_POLICY", false],
  ["BLOCKED", false],
  ["REFUSED", false],
];
const cases = CALLS.flatMap(([what, activity, verb, skip, kinds]) =>
  CODES.map(([code, passes]) => [what, code, { activity, verb, skip, kinds, passes }] as const),
);

describe("every fault at every call", () => {
  test.each(cases)("%s: %s", async (_what, code, { activity, verb, skip, kinds, passes }) => {
    const desk = aDesk();
    const { id } = await desk.file(upTo(activity));
    desk.world.trouble(verb, new Fault(code, "No."), { skip });

    const progress = await desk.activities[activity]({ requestId: id, round: 1, tries: NO_TRIES });

    expect(Progress.parse(progress)).toEqual(progress);
    if (passes) {
      expect(progress).toMatchObject({ kind: "tryAgain", afterMs: expect.any(Number) });
      expect(await desk.kinds(id)).toEqual(kinds);
    } else {
      expect(progress).toMatchObject({ kind: "stands", status: { state: "closed" } });
      expect(await desk.request(id)).toMatchObject({
        closure: { outcome: "failed", failure: { code, retryAt: later(HOUR) } },
      });
      expect(await desk.kinds(id)).toEqual([...kinds, "failed"]);
    }
    expect(desk.world.puts.length).toBe(kinds.includes("applied") ? 1 : 0);
  });

  test.each(cases.filter(([, , { passes }]) => passes))(
    "%s: %s passes, and the request is approved with one write and a trail without a gap",
    async (_what, code, { activity, verb, skip }) => {
      const desk = aDesk();
      const { id } = await desk.file(upTo(activity));
      desk.world.trouble(verb, new Fault(code, "No."), { skip, times: 4 });

      expect(await desk.live(id)).toMatchObject({ closure: { outcome: "approved" } });

      expect(desk.world.puts).toHaveLength(1);
      const judged = activity === "assess" ? ["assessed", "decided"] : ["decided"];
      expect((await desk.kinds(id)).filter((kind) => kind !== "delayed")).toEqual([
        "received",
        ...judged,
        "applying",
        "applied",
        "verified",
      ]);
    },
  );

  test.each(CALLS)(
    "%s: a role that stays missing: given up after 5 quick tries",
    async (_what, activity, verb, skip) => {
      const desk = aDesk();
      const { id } = await desk.file(upTo(activity));
      desk.world.trouble(verb, new Fault("FORBIDDEN", "No."), { skip, times: 5 });

      expect(await desk.live(id)).toMatchObject({
        closure: { outcome: "failed", failure: { code: "FORBIDDEN" } },
      });

      expect(Date.parse(desk.clock.now()) - Date.parse(NINE)).toBeLessThan(MINUTE);
    },
  );

  test.each(CALLS)(
    "%s: ARM is away for good: given up after 12 tries, to be tried again later",
    async (_what, activity, verb, skip) => {
      const desk = aDesk();
      const { id } = await desk.file(upTo(activity));
      desk.world.trouble(verb, new Fault("UNREACHABLE", "No."), { skip, times: 12 });

      expect(await desk.live(id)).toMatchObject({
        closure: { outcome: "failed", failure: { code: "UNREACHABLE" } },
      });
    },
  );

  test("the pause is ARM's own", async () => {
    const desk = aDesk();
    const { id } = await desk.file(aTrail({}));
    desk.world.trouble("readConnection", new Fault("THROTTLED", "Slow.", { retryAfterMs: 17_000 }));

    const progress = await desk.activities.assess({ requestId: id, round: 1, tries: NO_TRIES });

    const tries = { throttled: 1, forbidden: 0, failed: 0 };
    expect(progress).toEqual({ kind: "tryAgain", afterMs: 18_000, tries });
    expect(desk.warnings).toEqual([`${id}: THROTTLED: Slow. Trying again in 18 s.`]);
  });

  test("a long wave of throttling does not use up the patience with other faults", async () => {
    const desk = aDesk();
    const { id } = await desk.file(aTrail({}));
    desk.world.trouble("readConnection", new Fault("UNREACHABLE", "Away."));

    const tries = { throttled: 60, forbidden: 0, failed: 0 };
    const progress = await desk.activities.assess({ requestId: id, round: 1, tries });

    expect(progress).toMatchObject({ kind: "tryAgain", tries: { throttled: 60, failed: 1 } });
  });

  test("what is no fault of ARM is thrown, for Durable to try again, and leaves no record", async () => {
    const desk = new Desk({
      through: async (verb, call) => {
        if (verb === "connections.read") throw new TypeError("a bug");
        return call();
      },
    });
    const { id } = await desk.file(aTrail({}));

    await expect(desk.activities.assess({ requestId: id, round: 1, tries: NO_TRIES })).rejects.toThrow(
      "a bug",
    );

    expect(await desk.kinds(id)).toEqual(["received"]);
  });
});

describe("the write took effect, but its answer was lost", () => {
  test.each<[FaultCode]>([["UNREACHABLE"], ["BUSY"], ["THROTTLED"]])(
    "%s: the second run writes nothing, and the trail is complete",
    async (code) => {
      const desk = aDesk();
      const { id } = await desk.file(aTrail({}, decided()));
      desk.world.trouble("answer", new Fault(code, "Lost."), { when: "after" });
      const run = () => desk.activities.apply({ requestId: id, round: 1, tries: NO_TRIES });

      expect(await run()).toMatchObject({ kind: "tryAgain" });
      expect(await run()).toMatchObject({ kind: "stands", status: { state: "closed" } });

      expect(desk.world.puts).toHaveLength(1);
      expect(await desk.kinds(id)).toEqual(["received", "decided", "applying", "applied", "verified"]);
      expect((await desk.store.trail(id))[3]).toMatchObject({ how: "found" });
    },
  );

  test("and ARM stays away until the request fails: once ARM shows the answer, the proof is made up for", async () => {
    const desk = aDesk();
    const { id } = await desk.file(
      aTrail({}, assessed(aPolicy()), asked(), reviewed(ana), decided("approve", asPerson(ana))),
    );
    desk.policy = aPolicy();
    desk.world.trouble("answer", new Fault("UNREACHABLE", "Lost."), { when: "after" });
    desk.world.trouble("readConnection", new Fault("UNREACHABLE", "Away."), { skip: 1, times: 11 });
    expect(await desk.live(id)).toMatchObject({ closure: { outcome: "failed" } });
    expect(desk.world.shown(ID)).toMatchObject({ status: "Approved" });

    await desk.add(
      id,
      ...proofEntries(await desk.request(id), aConnection({ status: "Approved" }), desk.clock.now()),
    );

    expect(await desk.live(id)).toMatchObject({ closure: { outcome: "approved" }, round: 2 });
    expect(desk.world.puts).toHaveLength(1);
    const kinds = (await desk.kinds(id)).filter((kind) => kind !== "delayed");
    expect(kinds.slice(5)).toEqual(["applying", "failed", "reopened", "applied", "verified"]);
  });
});

describe("the reply to a write is none, so that it says nothing about the write", () => {
  const noReply = new Fault("UNREADABLE", "A page.");

  test("nothing was written: it is tried again soon, and the trail does not say that ARM took it", async () => {
    const desk = aDesk();
    const { id } = await desk.file(aTrail({}, decided()));
    desk.world.trouble("answer", noReply, { times: 2 });

    expect(await desk.live(id)).toMatchObject({ closure: { outcome: "approved" } });

    expect(desk.world.puts).toHaveLength(1);
    expect(await desk.kinds(id)).toEqual(["received", "decided", "applying", "applied", "verified"]);
    expect(Date.parse(desk.clock.now()) - Date.parse(NINE)).toBeLessThan(10_000);
  });

  test("it was written: a look finds it at once, and says so", async () => {
    const desk = aDesk();
    const { id } = await desk.file(aTrail({}, decided()));
    desk.world.trouble("answer", noReply, { when: "after" });

    await desk.activities.apply({ requestId: id, round: 1, tries: NO_TRIES });

    expect(await desk.request(id)).toMatchObject({ closure: { outcome: "approved" } });
    expect((await desk.store.trail(id))[3]).toMatchObject({
      how: "found",
      sentence: "ARM shows Approved; the reply to our write was lost.",
    });
  });
});

describe("ARM does not show the connection for a moment", () => {
  /** The next reads find nothing. */
  const hiding = (times: number, after: string) => {
    const world = new ArmWorld().put(aCluster(), aConnection());
    let left = 0;
    const desk: Desk = new Desk({
      world,
      policy: aPolicy(APPROVES),
      through: async (verb, call) => {
        const result = await call();
        if (verb === after) left = times;
        return verb === "connections.read" && left-- > 0 ? (null as typeof result) : result;
      },
    });
    return desk;
  };

  test("right after our write: looked at again, approved", async () => {
    const desk = hiding(3, "connections.answer");
    const { id } = await desk.file(aTrail({}, decided()));

    expect(await desk.live(id)).toMatchObject({ closure: { outcome: "approved" } });

    expect(await desk.kinds(id)).toEqual([
      "received",
      "decided",
      "applying",
      "applied",
      "missing",
      "verified",
    ]);
    expect(desk.world.puts).toHaveLength(1);
  });

  test("before it is judged: that is noted, and nothing follows from it yet", async () => {
    const desk = hiding(2, "store.readSealed");
    const { id } = await desk.file(aTrail({}));

    await desk.activities.assess({ requestId: id, round: 1, tries: NO_TRIES });
    expect(await desk.kinds(id)).toEqual(["received", "missing"]);
  });

  test("its cluster: judged once ARM shows that again", async () => {
    const desk = aDesk();
    desk.world.remove(aCluster().id);
    const { id } = await desk.file(aTrail({}));
    const assess = () => desk.activities.assess({ requestId: id, round: 1, tries: NO_TRIES });

    expect(await assess()).toMatchObject({ kind: "tryAgain" });
    expect(await assess()).toMatchObject({ kind: "tryAgain" });
    desk.world.put(aCluster());
    await assess();

    expect(await desk.kinds(id)).toEqual(["received", "missing", "found", "assessed", "decided"]);
  });

  test("a request at rest is looked after again four minutes later, and keeps its reviews", async () => {
    const desk = aDesk();
    const { id } = await desk.file(aTrail({}, asked(aRequirement({ quorum: 2 })), reviewed(ana)));
    desk.world.remove(ID);
    const followUp = (now = desk.clock.now()) => desk.activities.followUp({ requestId: id, round: 1, now });

    expect(await followUp()).toMatchObject({ state: "waiting", wakeAt: later(4 * MINUTE) });
    desk.clock.advance(4 * MINUTE);
    desk.world.put(aConnection());
    expect(await followUp()).toMatchObject({ state: "waiting", wakeAt: later(4 * HOUR) });

    expect(await desk.kinds(id)).toEqual(["received", "asked", "reviewed", "missing", "found"]);
    expect(await desk.request(id)).toMatchObject({ ask: { reviews: [{ by: asPerson(ana) }] } });
  });

  test("and is gone for good when the second look misses it too", async () => {
    const desk = aDesk();
    const { id } = await desk.file(aTrail({}, asked()));
    desk.world.remove(ID);
    const followUp = () => desk.activities.followUp({ requestId: id, round: 1, now: desk.clock.now() });

    await followUp();
    await followUp();
    expect(await desk.kinds(id)).toEqual(["received", "asked", "missing"]);
    desk.clock.advance(4 * MINUTE);
    await followUp();

    expect(await desk.kinds(id)).toEqual(["received", "asked", "missing", "superseded"]);
  });
});

describe("what waits for ARM is visible", () => {
  const shown = async (desk: Desk, id: Parameters<Desk["request"]>[0]) => (await desk.request(id)).delay;
  const attempt = (desk: Desk, id: Parameters<Desk["request"]>[0], failed: number) =>
    desk.activities.assess({ requestId: id, round: 1, tries: { ...NO_TRIES, failed } });

  test("a pause of some seconds is told with the fault, since when, and the next try", async () => {
    const desk = aDesk();
    const { id } = await desk.file(aTrail({}));
    const away = new Fault("UNREACHABLE", "Away.", { armCode: "InternalServerError" });
    desk.world.trouble("readConnection", away, { times: 3 });

    await attempt(desk, id, 0);
    expect(await shown(desk, id)).toBeNull();
    await attempt(desk, id, 4);
    desk.clock.advance(24_000);
    await attempt(desk, id, 5);

    expect(await shown(desk, id)).toEqual({
      code: "InternalServerError",
      message: "Away.",
      hint: expect.stringContaining("look at the health of ARM"),
      retryAt: later(24_000),
      since: NINE,
    });
    expect(await desk.kinds(id)).toEqual(["received", "delayed"]);
  });

  test("another trouble is told anew, and so is one that lasts; the next record ends it", async () => {
    const desk = aDesk();
    const { id } = await desk.file(aTrail({}));
    desk.world.trouble("readConnection", new Fault("UNREACHABLE", "Away."), { times: 2 });
    desk.world.trouble("readConnection", new Fault("FORBIDDEN", "No."));

    await attempt(desk, id, 6);
    desk.clock.advance(5 * MINUTE);
    await attempt(desk, id, 7);
    expect(await shown(desk, id)).toMatchObject({ code: "UNREACHABLE", since: NINE });
    await attempt(desk, id, 1);
    expect(await shown(desk, id)).toMatchObject({ code: "FORBIDDEN", since: later(5 * MINUTE) });
    await attempt(desk, id, 1);

    expect(await shown(desk, id)).toBeNull();
    expect(await desk.kinds(id)).toEqual([
      "received",
      "delayed",
      "delayed",
      "delayed",
      "assessed",
      "decided",
    ]);
  });
});

describe("ARM takes the answer but goes on showing Pending", () => {
  test("nothing is written a second time, and the request fails instead of claiming success", async () => {
    const desk: Desk = new Desk({
      world: new ArmWorld().put(aCluster(), aConnection()),
      through: async (verb, call) => {
        const result = await call();
        if (verb === "connections.answer") desk.world.change(ID, aConnection());
        return result;
      },
    });
    const { id } = await desk.file(aTrail({}, decided()));

    expect(await desk.live(id)).toMatchObject({
      closure: { outcome: "failed" },
      application: { isTaken: true },
    });

    expect(desk.world.puts).toHaveLength(1);
    const kinds = (await desk.kinds(id)).filter((kind) => kind !== "delayed");
    expect(kinds).toEqual(["received", "decided", "applying", "applied", "failed"]);
  });
});

describe("while people are waited for", () => {
  test.each(CODES)("%s keeps nobody from being reminded, nor the wait from ending", async (code) => {
    const desk = aDesk();
    const { id } = await desk.file(aTrail({}, asked()));
    desk.world.trouble("readConnection", new Fault(code, "No."), { times: 2 });
    const followUp = (afterMs: number) =>
      desk.activities.followUp({ requestId: id, round: 1, now: later(afterMs) });

    await followUp(4 * HOUR);
    await followUp(DAY);

    expect(await desk.kinds(id)).toEqual(["received", "asked", "reminded", "expired"]);
    expect(desk.warnings).toEqual([
      `${id}: could not look at the connection while waiting: No.`,
      `${id}: could not look at the connection while waiting: No.`,
    ]);
  });
});
