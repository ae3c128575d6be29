import { describe, expect, test } from "vitest";
import type { RequestId } from "../../../shared/connection/connection.ts";
import { NO_TRIES } from "../../../shared/connection/retry.ts";
import { sweep } from "../../../shared/intake/sweep.ts";
import { accountOf } from "../../../shared/request/account.ts";
import { keyedSeals, type Seals } from "../../../shared/request/seal.ts";
import { reconcile } from "../../../shared/workflow/reconcile.ts";
import { reopen } from "../../../shared/workflow/reopen.ts";
import { review } from "../../../shared/workflow/review.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import {
  aCluster,
  aConnection,
  aConnectionId,
  aPolicy,
  aTrail,
  DAY,
  HOUR,
  later,
  MINUTE,
  PLATFORM,
  SECURITY,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import {
  ana,
  anEntry,
  applied,
  applying,
  aRequirement,
  asked,
  asPerson,
  assessed,
  bo,
  cy,
  decided,
  reviewed,
  stranger,
} from "../../fixtures/entries.ts";
import { aStoreFile, Intruder } from "../../fixtures/intruder.ts";
import { aKey } from "../../fixtures/seals.ts";

/** A connection that people are asked about, and somebody who can write to the store. */
function aScene(seals?: Seals) {
  const file = aStoreFile();
  const world = new ArmWorld().put(aCluster(), aConnection());
  const desk = new Desk({ file, world, policy: aPolicy(), ...(seals && { seals }) });
  return { desk, file, intruder: new Intruder(file) };
}

const apply = (desk: Desk, requestId: RequestId, round = 1) =>
  desk.activities.apply({ requestId, round, tries: NO_TRIES });
const lookAgain = async (desk: Desk, ms: number) => {
  desk.clock.advance(ms);
  await reconcile(desk.intake, aConnection(), "sweep");
};
const DECISION = { decision: "approve", reason: "forged", by: asPerson(bo), at: later(0) };
/** The words by which a request as it is stored is approved by Bo. */
const APPROVED_BY_BO = { state: "applying", decision: DECISION };
const asReview = (by: typeof ana) => ({
  review: "approve",
  reason: "",
  groups: by.groups,
  signInNames: by.signInNames,
  authContexts: [],
  by: asPerson(by),
  at: later(0),
});

/** What the last record says, and that nothing else came of it. */
async function whatIsRecorded(desk: Desk, id: RequestId) {
  const request = await desk.request(id);
  const last = desk.written.at(-1);
  expect(desk.world.puts).toEqual([]);
  expect(request).toMatchObject({
    state: "closed",
    closure: { outcome: "failed", failure: { code: "RecordsAltered" } },
    seq: last?.seq,
    ask: null,
    decision: null,
  });
  expect(desk.written.filter(({ kind }) => kind === "decided" || kind === "applying")).toEqual([]);
  return last?.kind === "distrusted" ? last.message : last?.kind;
}

describe("whoever can write to the store has no power over a connection", () => {
  type Attack = (intruder: Intruder, id: RequestId, other: RequestId) => void;
  const waiting = () => aTrail({}, assessed(), asked());
  const decidedByPeople = () =>
    aTrail({}, assessed(), asked(), reviewed(ana), decided("approve", asPerson(ana)));
  const foreign = keyedSeals([aKey("mine")]);
  const borrowed = keyedSeals([{ ...aKey("mine"), id: "test" }]);

  test.each<[string, () => ReturnType<typeof aTrail>, Attack, string]>([
    [
      "writes a decision into the request",
      waiting,
      (intruder, id) => intruder.forgeRequest(id, { ...APPROVED_BY_BO, deferral: null }),
      "The request differs from its records in state, decision.",
    ],
    [
      "writes a decision into the request that is said to be on its way",
      waiting,
      (intruder, id) =>
        intruder.forgeRequest(id, {
          ...APPROVED_BY_BO,
          application: { answer: "Approved", description: "Approved by Bo: forged", isTaken: false },
        }),
      "The request differs from its records in state, decision, application.",
    ],
    [
      "writes another decision over the one that people made",
      () => aTrail({}, assessed(), asked(), reviewed(ana, "reject"), decided("reject", asPerson(ana))),
      (intruder, id) => intruder.forgeRequest(id, { decision: DECISION }),
      "The request differs from its records in decision.",
    ],
    [
      "points the request at another connection",
      decidedByPeople,
      (intruder, id) => intruder.forgeRequest(id, { connectionId: aConnectionId("other.1") }),
      "The request differs from its records in connectionId.",
    ],
    [
      "makes up a request and its decision",
      waiting,
      (intruder, id) => {
        intruder.removeAllRecords();
        intruder.forgeRequest(id, APPROVED_BY_BO);
      },
      "Record 1 is missing.",
    ],
    [
      "changes a record, and the request with it",
      () => aTrail({}, assessed(), asked(), reviewed(ana, "reject"), decided("reject", asPerson(ana))),
      (intruder, id) => {
        intruder.forgeRecord(id, 4, { review: "approve" });
        intruder.forgeRecord(id, 5, { decision: "approve" });
        intruder.forgeRequest(id, { decision: DECISION });
      },
      "Record 4 is not as the app wrote it.",
    ],
    [
      "makes a record unreadable",
      decidedByPeople,
      (intruder, id) => intruder.garbleRecord(id, 3),
      "Record 3 cannot be read.",
    ],
    [
      "removes the last record",
      decidedByPeople,
      (intruder, id) => intruder.removeRecord(id, 5),
      "The request differs from its records in state, decision, seq, head.",
    ],
    [
      "removes a record in the middle",
      decidedByPeople,
      (intruder, id) => intruder.removeRecord(id, 4),
      "Record 4 is missing.",
    ],
    [
      "removes a record in the middle and closes the gap",
      decidedByPeople,
      (intruder, id) => {
        intruder.removeRecord(id, 4);
        intruder.forgeRecord(id, 5, { seq: 4 });
        intruder.renumberRecord(id, 5, 4);
      },
      "Record 4 is not as the app wrote it.",
    ],
    [
      "renumbers a record where it is stored",
      decidedByPeople,
      (intruder, id) => {
        intruder.renumberRecord(id, 4, 99);
        intruder.renumberRecord(id, 5, 4);
        intruder.renumberRecord(id, 99, 5);
      },
      "Record 4 is not as the app wrote it.",
    ],
    [
      "takes a record of another request",
      waiting,
      (intruder, id, other) => {
        intruder.moveRecords(other, id, 4);
        intruder.forgeRequest(id, { ...APPROVED_BY_BO, seq: 4 });
      },
      "Record 4 is not as the app wrote it.",
    ],
    [
      "takes the whole trail of another request",
      waiting,
      (intruder, id, other) => {
        intruder.moveRecords(id, "aside");
        intruder.moveRecords(other, id);
        intruder.forgeRequest(id, { ...APPROVED_BY_BO, seq: 4 });
      },
      "Record 1 is another one's.",
    ],
    [
      "adds a decision that borrows the last seal",
      waiting,
      (intruder, id) => {
        intruder.addRecord(id, 4, decided("approve", asPerson(bo)));
        intruder.forgeRequest(id, { ...APPROVED_BY_BO, seq: 4 });
      },
      "Record 4 is not as the app wrote it.",
    ],
    [
      "adds a decision that is sealed with a key of their own",
      waiting,
      (intruder, id) => {
        intruder.addRecord(id, 4, decided("approve", asPerson(bo)), foreign);
        intruder.forgeRequest(id, { ...APPROVED_BY_BO, seq: 4 });
      },
      "Record 4 is sealed with a key that the app does not have.",
    ],
    [
      "adds a decision that is sealed with a key of their own by the name of ours",
      waiting,
      (intruder, id) => {
        intruder.addRecord(id, 4, decided("approve", asPerson(bo)), borrowed);
        intruder.forgeRequest(id, { ...APPROVED_BY_BO, seq: 4 });
      },
      "Record 4 is not as the app wrote it.",
    ],
  ])(
    "who %s: nothing is written to ARM, and it is recorded, each time",
    async (_who, trail, attack, because) => {
      const { desk, intruder } = aScene();
      const { id } = await desk.file(trail());
      const other = await desk.file(
        aTrail({ connection: aConnection({ id: aConnectionId("b.1") }) }, assessed(), asked(), decided()),
      );
      attack(intruder, id, other.id);

      await apply(desk, id);

      expect(await whatIsRecorded(desk, id)).toBe(because);
      const { length } = await desk.store.trail(id);
      expect(length).toBeGreaterThan(0);
      const isMended = because.startsWith("The request differs");
      for (const pause of [HOUR, 4 * HOUR, DAY]) {
        await lookAgain(desk, pause);
        await desk.live(id);
        if (isMended)
          expect(await desk.request(id)).toMatchObject({ state: "waiting", ask: { reviews: [] } });
        else
          expect(await whatIsRecorded(desk, id)).toMatch(
            because === "Record 1 is missing." ? "What was received" : because,
          );
        expect(desk.world.puts).toEqual([]);
      }
    },
  );

  test("two requests whose records were swapped are both refused", async () => {
    const { desk, intruder } = aScene();
    const [a, b] = [
      decidedByPeople(),
      aTrail(
        { connection: aConnection({ id: aConnectionId("b.1") }) },
        assessed(),
        asked(),
        reviewed(bo),
        decided(),
      ),
    ];
    for (const trail of [a, b]) await desk.file(trail);
    for (const [from, to] of [
      [a.request.id, "aside"],
      [b.request.id, a.request.id],
      ["aside", b.request.id],
    ] as const)
      intruder.moveRecords(from, to, 5);

    for (const { request } of [a, b]) {
      await apply(desk, request.id);

      expect(await whatIsRecorded(desk, request.id)).toBe("Record 5 is not as the app wrote it.");
    }
  });
});

describe("what somebody wrote into a request is never sealed as our own word", () => {
  const asks = (quorum: number) => aTrail({}, assessed(aPolicy()), asked(aRequirement({ quorum })));
  const answer = { review: "approve", reason: "", asked: 3 } as const;
  const askOf = (quorum: number) => asks(quorum).request.ask;

  test("reviews of others complete no quorum", async () => {
    const { desk, intruder } = aScene();
    const { id } = await desk.file(asks(3));
    intruder.forgeRequest(id, { ask: { ...askOf(3), reviews: [asReview(bo), asReview(cy)] } });

    const reviewedNow = await review(desk.people, id, ana, answer);

    expect(reviewedNow?.refusal).toEqual({ code: "notWaiting", state: "failed" });
    expect(await whatIsRecorded(desk, id)).toBe("The request differs from its records in ask.");
  });

  test("a review that was withdrawn does not come back with the request as it was then, seal and all", async () => {
    const { desk, intruder } = aScene();
    const { id } = await desk.file(asks(2));
    await review(desk.people, id, bo, answer);
    const putBack = intruder.keepRequest(id);
    await review(desk.people, id, bo, { ...answer, review: "withdraw" });
    putBack(id);

    const reviewedNow = await review(desk.people, id, ana, answer);

    expect(reviewedNow?.refusal).toEqual({ code: "notWaiting", state: "failed" });
    expect(await whatIsRecorded(desk, id)).toBe("The request differs from its records in ask, seq, head.");
  });

  test("a request in the place of another gets none of its reviews, seal and all", async () => {
    const { desk, intruder } = aScene();
    const { id } = await desk.file(asks(2));
    const connection = aConnection({ id: aConnectionId("b.1") });
    const other = await desk.file(
      aTrail({ connection }, assessed(aPolicy()), asked(aRequirement({ quorum: 2 })), reviewed(bo)),
    );
    intruder.keepRequest(other.id)(id);

    const reviewedNow = await review(desk.people, id, ana, answer);

    expect(reviewedNow).toBeNull();
    expect((await desk.request(other.id)).ask?.reviews).toHaveLength(1);
    await lookAgain(desk, HOUR);
    expect(await whatIsRecorded(desk, id)).toBe("The request is gone, and its records are there.");
  });

  test.each<[string, (intruder: Intruder, id: RequestId) => void, string]>([
    [
      "follow its last record",
      (intruder, id) => intruder.addRecord(id, 4, {}),
      "Record 4 is not as the app wrote it.",
    ],
    [
      "stand in the place of one before",
      (intruder, id) => {
        intruder.removeRecord(id, 2);
        intruder.renumberRecord(id, 3, 2);
      },
      "Record 2 is not as the app wrote it.",
    ],
  ])(
    "the seal of a request's last record is found out where it is made to %s",
    async (_where, attack, because) => {
      const { desk, intruder } = aScene();
      const { id } = await desk.file(asks(1));
      attack(intruder, id);

      const reviewedNow = await review(desk.people, id, ana, answer);

      expect(reviewedNow?.refusal).toEqual({ code: "notWaiting", state: "failed" });
      expect(await whatIsRecorded(desk, id)).toBe(because);
    },
  );

  test("a group of the intruder's is not asked", async () => {
    const { desk, intruder } = aScene();
    const { id } = await desk.file(asks(1));
    const requirement = aRequirement();
    const [demand] = requirement.requirements;
    const forged = { ...requirement, requirements: [{ ...demand, groups: stranger.groups }] };
    intruder.forgeRequest(id, { ask: { ...askOf(1), requirement: forged } });

    const reviewedNow = await review(desk.people, id, stranger, answer);

    expect(reviewedNow?.refusal).toMatchObject({ code: "notWaiting" });
    expect(await whatIsRecorded(desk, id)).toBe("The request differs from its records in ask.");
  });

  test.each([
    [
      "an escalation to others",
      {
        requirements: [
          {
            approvers: ["platform"],
            groups: [SECURITY],
            quorum: 1,
            escalation: { approvers: ["x"], groups: stranger.groups, afterMs: 1 },
          },
        ],
      },
    ],
    ["that silence rejects", { onTimeout: "reject" }],
  ])("%s does not come due", async (_what, change) => {
    const { desk, intruder } = aScene();
    const { id } = await desk.file(asks(1));
    intruder.forgeRequest(id, { ask: { ...askOf(1), requirement: { ...aRequirement(), ...change } } });

    await desk.activities.followUp({ requestId: id, round: 1, now: later(DAY) });

    expect(await whatIsRecorded(desk, id)).toBe("The request differs from its records in ask.");
  });

  test("an old decision of people is not taken up again for a request that ended otherwise", async () => {
    const { desk, intruder } = aScene();
    const trail = aTrail(
      {},
      assessed(),
      asked(),
      reviewed(ana),
      decided("approve", asPerson(ana)),
      anEntry.superseded,
    );
    const { id } = await desk.file(trail);
    const failure = { code: "X", message: "x", hint: null, retryAt: later(0) };
    intruder.forgeRequest(id, { closure: { outcome: "failed", at: later(0), failure } });

    await lookAgain(desk, HOUR);

    expect(await whatIsRecorded(desk, id)).toBe("The request differs from its records in closure.");
  });

  test("nor is an expired one reopened by who was not asked", async () => {
    const { desk, intruder } = aScene();
    const { request } = aTrail({}, assessed(), asked(), anEntry.expired);
    const { id } = await desk.file(aTrail({}, assessed(), asked(), anEntry.expired));
    const requirement = {
      ...aRequirement(),
      requirements: [{ approvers: ["x"], groups: stranger.groups, quorum: 1, escalation: null }],
    };
    intruder.forgeRequest(id, { ask: { ...request.ask, requirement } });

    const reopened = await reopen(desk.people, id, stranger);

    expect(reopened?.refusal).toEqual({ code: "notExpired", state: "failed" });
    expect(await whatIsRecorded(desk, id)).toBe("The request differs from its records in ask.");
  });

  test("what was forged while the policy judged, and put back before its verdict is written, is not judged by", async () => {
    const file = aStoreFile();
    const forged = aConnection({ message: "forged" });
    const world = new ArmWorld().put(aCluster(), forged);
    const desk: Desk = new Desk({
      file,
      world,
      policy: aPolicy("{ name: forged, when: { message: forged }, then: approve }"),
      through: async (verb, call) => {
        const result = await call();
        if (verb === "clusters.read") intruder.forgeRequest(id, { requestMessage: "for payments" });
        return result;
      },
    });
    const intruder: Intruder = new Intruder(file);
    const { id } = await desk.file(aTrail({}));
    intruder.forgeRequest(id, { requestMessage: "forged" });

    await desk.activities.assess({ requestId: id, round: 1, tries: NO_TRIES });

    expect(await desk.kinds(id)).toEqual(["received"]);
    expect(world.puts).toEqual([]);
  });
});

describe("a request that somebody took away or made unreadable", () => {
  const scene = async (taking: string) => {
    const { desk, intruder } = aScene();
    const { id } = await desk.file(
      aTrail({}, assessed(), asked(), reviewed(ana), decided("approve", asPerson(ana))),
    );
    intruder.run(taking);
    return { desk, id };
  };

  test.each([
    ["is gone", "DELETE FROM requests"],
    ["is no JSON", "UPDATE requests SET template = NULL, body = 'x'"],
    ["is no request", "UPDATE requests SET template = NULL, body = '{}'"],
  ])(
    "%s: it is put back from its records, with one that says so, and asked about again",
    async (_how, taking) => {
      const { desk, id } = await scene(taking);

      await lookAgain(desk, 0);

      expect(await whatIsRecorded(desk, id)).toBe("The request is gone, and its records are there.");
      await lookAgain(desk, HOUR);
      expect(await desk.live(id)).toMatchObject({ state: "waiting", round: 2, ask: { reviews: [] } });
    },
  );

  test("keeps no other request of its cluster from being looked after", async () => {
    const { desk, intruder } = aScene();
    const { id } = await desk.file(aTrail({}, assessed(), asked()));
    const other = await desk.file(aTrail({ connection: aConnection({ id: aConnectionId("b.1") }) }));
    intruder.garbleRequest(id);

    expect(await desk.store.open({ cluster: other.clusterId })).toEqual([other]);
  });

  test("and whose records are not ours either is an error, since nothing is left to add to", async () => {
    const { desk, intruder } = aScene();
    const { id } = await desk.file(aTrail({}, assessed()));
    intruder.run("DELETE FROM requests");
    intruder.forgeRecord(id, 1, { requestMessage: "x" });

    await expect(lookAgain(desk, 0)).rejects.toThrow(
      `Nothing is left of the request ${id} to go by: Record 1 is not as the app wrote it.`,
    );
    expect(desk.world.puts).toEqual([]);
  });
});

describe("keys", () => {
  const [old, young] = [aKey("old"), aKey("young")];
  /** A request that was decided under one key, and the desk of an app that has others. */
  const decidedBefore = async (seals: Seals) => {
    const file = aStoreFile();
    const world = new ArmWorld().put(aCluster(), aConnection());
    const before = new Desk({ file, world, seals: keyedSeals([old]), policy: aPolicy() });
    await reconcile(before.intake, aConnection(), "sweep");
    const [{ id = "" } = {}] = await before.store.open({ connection: aConnection().id });
    const requestId = id as RequestId;
    await before.live(requestId);
    await review(
      before.people,
      requestId,
      { ...ana, groups: [PLATFORM] },
      { review: "approve", reason: "", asked: 3 },
    );
    return { desk: new Desk({ file, world, seals, policy: aPolicy() }), file, world, id: requestId };
  };

  test("one that was replaced and is kept: what it sealed goes on, sealed by the new one", async () => {
    const { desk, id } = await decidedBefore(keyedSeals([young, old]));

    expect(await desk.live(id)).toMatchObject({ closure: { outcome: "approved" } });

    expect(desk.world.puts).toHaveLength(1);
    const seals = (await desk.store.trail(id)).map(({ kind, seal }) => `${seal.split(".")[0]} ${kind}`);
    expect(seals).toEqual([
      ...["received", "assessed", "asked", "reviewed", "decided"].map((kind) => `old ${kind}`),
      ...["applying", "applied", "verified"].map((kind) => `young ${kind}`),
    ]);
  });

  test("one that is missing: nothing is written until it is back, and then people are asked again", async () => {
    const { desk, file, world, id } = await decidedBefore(keyedSeals([young]));
    await apply(desk, id);
    expect(await whatIsRecorded(desk, id)).toBe("Record 1 is sealed with a key that the app does not have.");

    const mended = new Desk({ file, world, seals: keyedSeals([young, old]), policy: aPolicy() });
    await lookAgain(mended, HOUR);

    expect(await mended.live(id)).toMatchObject({ state: "waiting", round: 2 });
    expect(world.puts).toEqual([]);
  });
});

test("what is written into the store after the records were added up changes nothing", async () => {
  const file = aStoreFile();
  const desk: Desk = new Desk({
    file,
    world: new ArmWorld().put(aCluster(), aConnection()),
    policy: aPolicy(),
    through: async (verb, call) => {
      const late = { decision: { ...DECISION, reason: "late" } };
      if (verb === "connections.answer") intruder.forgeRequest(id, late);
      return call();
    },
  });
  const intruder = new Intruder(file);
  const byAna = decided("approve", asPerson(ana));
  const { id } = await desk.file(aTrail({}, assessed(aPolicy()), asked(), reviewed(ana), byAna));

  await apply(desk, id);

  expect(desk.world.puts).toEqual([
    expect.objectContaining({ description: expect.stringContaining('by "Ana" (00000000…): it fits') }),
  ]);
  const closed = { closure: { outcome: "approved" }, decision: { by: { name: "Ana" } } };
  expect(await desk.request(id)).toMatchObject(closed);
  expect(await accountOf(desk.needs.ledger, id)).toMatchObject({ kind: "sound", request: closed });
});

test("those who were asked hear that it is over, whatever became of the records", async () => {
  const { desk, intruder } = aScene();
  const { id } = await desk.file(
    aTrail({}, assessed(), asked(), reviewed(ana), decided("approve", asPerson(ana))),
  );
  await desk.deliver();
  intruder.removeRecord(id, 3);

  await apply(desk, id);
  await desk.deliver();

  expect(desk.notices).toEqual(["closed"]);
  expect([desk.warnings, desk.errors]).toEqual([[], []]);
});

test.each(["Approved", "Pending"])(
  "an altered trail is told of ever more rarely, whatever points at it: ARM shows %s",
  async (status) => {
    const { desk, intruder } = aScene();
    const begun = [decided("approve", asPerson(ana)), applying(), applied()];
    const { id } = await desk.file(aTrail({}, assessed(), asked(), reviewed(ana), ...begun));
    desk.world.change(aConnection().id, { status });
    intruder.forgeRecord(id, 4, { reason: "forged" });
    await apply(desk, id);

    for (let minutes = 5; minutes < 60; minutes += 5) {
      desk.clock.advance(5 * MINUTE);
      await reconcile(desk.intake, aConnection({ status }), minutes % 2 === 0 ? "sweep" : "event");
    }

    expect((await desk.kinds(id)).filter((kind) => kind === "distrusted")).toHaveLength(1);
  },
);

test("a row of a cluster that is none keeps no other from being swept", async () => {
  const { desk, intruder } = aScene();
  await desk.file(aTrail({}, assessed(), asked()));
  intruder.run("UPDATE requests SET cluster_id = 'none'");

  const { seen } = await sweep(desk.intake, { startAt: 0, signal: new AbortController().signal });

  expect(seen).toBe(1);
});

test("what is left of an altered trail can be read, with what was recorded about it", async () => {
  const { desk, intruder } = aScene();
  const { id } = await desk.file(
    aTrail({}, assessed(), asked(), reviewed(ana), decided("approve", asPerson(ana))),
  );
  intruder.removeRecord(id, 2);
  intruder.garbleRecord(id, 3);
  intruder.forgeRecord(id, 4, { reason: "forged" });

  await apply(desk, id);

  const shown = (await desk.store.trail(id)).map(({ seq, kind }) => `${seq} ${kind}`);
  expect(shown).toEqual(["1 received", "4 reviewed", "5 decided", "6 distrusted"]);
  const { items } = await desk.store.search.records({ terms: [], limit: 9, cursor: null });
  expect(items.map(({ seq }) => seq)).toEqual([6, 5, 4, 1]);
});
