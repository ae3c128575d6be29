import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reviewEntries } from "../../../shared/approval/review.ts";
import { requestIdOf } from "../../../shared/connection/connection.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import { NO_TRIES } from "../../../shared/connection/retry.ts";
import { followHint } from "../../../shared/intake/follow-hint.ts";
import { amend } from "../../../shared/request/ledger.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import {
  APPROVES,
  aCluster,
  aConnection,
  aPolicy,
  aTrail,
  DAY,
  HOUR,
  later,
  PLATFORM,
  SECURITY,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import {
  ana,
  anEntry,
  applying,
  aRequirement,
  asked,
  assessed,
  bo,
  decided,
  deferred,
  failed,
  reopened,
} from "../../fixtures/entries.ts";
import { rightBefore } from "../../fixtures/interruptions.ts";
import { seen } from "../../fixtures/reviews.ts";

const { id: CONNECTION, privateEndpointId } = aConnection();
const ID = requestIdOf(CONNECTION, privateEndpointId);
const SIX = ["received", "assessed", "decided", "applying", "applied", "verified"];

const world = () => new ArmWorld().put(aCluster(), aConnection());
const attempt = { requestId: ID, round: 1, tries: NO_TRIES };

/** A desk whose calls happen in whatever order the scheduler likes. */
const scheduledDesk = (scheduler: fc.Scheduler, policy = aPolicy(APPROVES)) =>
  new Desk({
    world: world(),
    policy,
    through: (verb, call) => scheduler.schedule(Promise.resolve(), verb).then(call),
  });

describe("law: however the calls of two runs interleave", () => {
  test("hints, assessing and applying make one request, one effective write and one whole trail", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const desk = scheduledDesk(scheduler);
        const hint = () => followHint(desk.intake, { kind: "connection", connectionId: CONNECTION }, "event");
        await scheduler.waitFor(Promise.all([hint(), hint(), hint()]));

        await scheduler.waitFor(Promise.all([desk.live(ID), desk.live(ID), hint()]));

        expect(await desk.kinds(ID)).toEqual(SIX);
        expect(desk.world.puts.filter(({ changed }) => changed)).toHaveLength(1);
        expect(desk.orchestrations.started.every((started) => started === `${ID} round 1`)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("a person who approves, one who rejects, the deadline and a hint: one outcome, and ARM shows just that", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, isAnsweredElsewhere) => {
        const desk = scheduledDesk(scheduler, aPolicy());
        await desk.file(aTrail({}, assessed(aPolicy()), asked()));
        const review = (by: typeof ana, word: "approve" | "reject") =>
          amend(desk.needs.ledger, ID, (now) =>
            reviewEntries(now, by, seen(now, { review: word, reason: "" }), desk.clock.now()),
          );
        if (isAnsweredElsewhere) desk.world.change(CONNECTION, { status: "Approved" });

        await scheduler.waitFor(
          Promise.all([
            review(ana, "approve"),
            review(bo, "reject"),
            desk.activities.followUp({ requestId: ID, round: 1, now: later(DAY) }),
            followHint(desk.intake, { kind: "connection", connectionId: CONNECTION }, "event"),
          ]),
        );
        const { closure } = await scheduler.waitFor(desk.live(ID));
        const outcome = closure?.outcome;

        const kinds = await desk.kinds(ID);
        expect(kinds.filter((kind) => kind === "decided" || kind === "expired").length).toBeLessThanOrEqual(
          1,
        );
        const shown = desk.world.shown(CONNECTION)?.status;
        if (outcome === "approved") expect(shown).toBe("Approved");
        if (outcome === "rejected") expect(shown).toBe("Rejected");
        if (outcome === "expired") expect(shown).toBe(isAnsweredElsewhere ? "Approved" : "Pending");
        if (outcome === "superseded") expect(isAnsweredElsewhere).toBe(true);
        expect(outcome).not.toBe("failed");
      }),
      { numRuns: 60 },
    );
  });
});

describe("a run that slept while others went on", () => {
  test("does nothing in a later round, which has a run of its own", async () => {
    const desk = new Desk({ world: world() });
    await desk.file(aTrail({}, failed(), reopened()));

    const progress = await desk.activities.assess(attempt);

    expect(progress).toEqual({ kind: "stands", status: { state: "closed", waitSeq: null, wakeAt: null } });
    expect(desk.world.calls).toEqual([]);
    expect(await desk.request(ID)).toMatchObject({ state: "assessing", round: 2 });
  });

  test("does not write an answer that was reconsidered meanwhile", async () => {
    const desk: Desk = new Desk({
      world: world(),
      through: rightBefore("store.append", async () => {
        await desk.add(
          ID,
          failed(),
          reopened("assessing"),
          assessed(),
          decided("reject"),
          applying("Rejected"),
        );
      }),
    });
    await desk.file(aTrail({}, decided("approve")));

    expect(await desk.activities.apply(attempt)).toMatchObject({ status: { state: "closed" } });

    expect(desk.world.puts).toEqual([]);
    expect(await desk.request(ID)).toMatchObject({ state: "applying", decision: { decision: "reject" } });
  });

  test("does not fail a request that another run brought further", async () => {
    const desk: Desk = new Desk({
      world: world(),
      through: rightBefore("connections.read", async () => {
        await desk.add(ID, assessed(), decided());
      }),
    });
    await desk.file(aTrail({}));
    desk.world.trouble("readConnection", new Fault("REFUSED", "No."));

    expect(await desk.activities.assess(attempt)).toMatchObject({ status: { state: "applying" } });

    expect(await desk.kinds(ID)).toEqual(["received", "assessed", "decided"]);
  });

  test("does not fail a later round either", async () => {
    const desk: Desk = new Desk({
      world: world(),
      through: rightBefore("connections.read", async () => {
        await desk.add(ID, anEntry.superseded, reopened());
      }),
    });
    await desk.file(aTrail({}));
    desk.world.trouble("readConnection", new Fault("REFUSED", "No."));

    expect(await desk.activities.assess(attempt)).toMatchObject({ status: { state: "closed" } });

    expect(await desk.request(ID)).toMatchObject({ state: "assessing", round: 2 });
  });

  test("does not judge what was judged meanwhile", async () => {
    const desk: Desk = new Desk({
      world: world(),
      through: rightBefore("clusters.read", async () => {
        await desk.add(ID, assessed(aPolicy()), asked());
      }),
    });
    await desk.file(aTrail({}));

    expect(await desk.activities.assess(attempt)).toMatchObject({ status: { state: "waiting" } });

    expect(await desk.kinds(ID)).toEqual(["received", "assessed", "asked"]);
  });

  test("does not expire what a person has just decided", async () => {
    const desk: Desk = new Desk({
      world: world(),
      through: rightBefore("store.append", async () => {
        await desk.add(ID, decided());
      }),
    });
    await desk.file(aTrail({}, asked()));

    const status = await desk.activities.followUp({ requestId: ID, round: 1, now: later(DAY) });

    expect(status).toMatchObject({ state: "applying" });
    expect(await desk.kinds(ID)).toEqual(["received", "asked", "decided"]);
  });

  test("does not take up what another policy has taken back meanwhile", async () => {
    const desk: Desk = new Desk({
      world: world(),
      through: rightBefore("store.append", async () => {
        await desk.add(ID, anEntry.policyChanged, anEntry.resumed);
      }),
    });
    await desk.file(aTrail({}, assessed(), deferred(later(DAY))));

    const status = await desk.activities.followUp({ requestId: ID, round: 1, now: later(DAY) });

    expect(status).toMatchObject({ state: "assessing" });
    expect(await desk.kinds(ID)).toEqual(["received", "assessed", "deferred", "policyChanged", "resumed"]);
  });

  test("does not escalate what a person has just decided", async () => {
    const desk: Desk = new Desk({
      world: world(),
      through: rightBefore("store.append", async () => {
        await desk.add(ID, decided());
      }),
    });
    const escalating = aRequirement({
      requirements: [
        {
          approvers: ["platform"],
          groups: [PLATFORM],
          quorum: 1,
          escalation: { approvers: ["security"], groups: [SECURITY], afterMs: HOUR },
        },
      ],
    });
    await desk.file(aTrail({}, asked(escalating)));

    const status = await desk.activities.followUp({ requestId: ID, round: 1, now: later(HOUR) });

    expect(status).toMatchObject({ state: "applying" });
    expect(await desk.kinds(ID)).toEqual(["received", "asked", "decided"]);
  });
});
