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
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, asked, asPerson, assessed, decided, reviewed } from "../../fixtures/entries.ts";

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
  ["FORBIDDEN", false],
  ["DENIED_BY_POLICY", false],
  ["REFUSED", false],
  ["UNREADABLE", false],
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
      desk.world.trouble(verb, new Fault(code, "No."), { skip, times: 5 });

      expect(await desk.live(id)).toMatchObject({ closure: { outcome: "approved" } });

      expect(desk.world.puts).toHaveLength(1);
      const judged = activity === "assess" ? ["assessed", "decided"] : ["decided"];
      expect(await desk.kinds(id)).toEqual(["received", ...judged, "applying", "applied", "verified"]);
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

    const tries = { throttled: 1, failed: 0 };
    expect(progress).toEqual({ kind: "tryAgain", afterMs: 18_000, tries });
    expect(desk.warnings).toEqual([`${id}: THROTTLED: Slow. Trying again in 18 s.`]);
  });

  test("a long wave of throttling does not use up the patience with other faults", async () => {
    const desk = aDesk();
    const { id } = await desk.file(aTrail({}));
    desk.world.trouble("readConnection", new Fault("UNREACHABLE", "Away."));

    const tries = { throttled: 60, failed: 0 };
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

    await desk.add(id, ...proofEntries(await desk.request(id), aConnection({ status: "Approved" })));

    expect(await desk.live(id)).toMatchObject({ closure: { outcome: "approved" }, round: 2 });
    expect(desk.world.puts).toHaveLength(1);
    expect((await desk.kinds(id)).slice(5)).toEqual([
      "applying",
      "failed",
      "reopened",
      "applied",
      "verified",
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
    expect(await desk.kinds(id)).toEqual(["received", "decided", "applying", "applied", "failed"]);
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
