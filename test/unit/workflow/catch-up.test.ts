import { describe, expect, test } from "vitest";
import { received } from "../../../shared/approval/snapshot.ts";
import { type PrivateEndpointConnection, requestIdOf } from "../../../shared/connection/connection.ts";
import { reconcile, reconcileRequest } from "../../../shared/workflow/reconcile.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import {
  aCluster,
  aConnection,
  aConnectionId,
  anEndpoint,
  aTrail,
  HOUR,
  later,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import {
  ana,
  aRequirement,
  asked,
  asPerson,
  decided,
  deferred,
  resumed,
  reviewed,
} from "../../fixtures/entries.ts";
import { Crash, rightBefore, type Through } from "../../fixtures/interruptions.ts";

const deskWith = (connection: PrivateEndpointConnection, through?: Through) =>
  new Desk({ world: new ArmWorld().put(aCluster(), connection), ...(through && { through }) });
const take = (desk: Desk, connection = aConnection()) => reconcile(desk.intake, connection, "sweep");

describe("what is still open", () => {
  test.each([
    ["assessing", []],
    ["waiting", [asked()]],
    ["deferred", [deferred()]],
    ["applying", [decided()]],
  ])("%s: its orchestration is made sure of, and nothing is recorded", async (_state, entries) => {
    const desk = deskWith(aConnection());
    const { id, seq } = await desk.file(aTrail({}, ...entries));

    await take(desk);

    expect(desk.orchestrations.started).toEqual([`${id} round 1`]);
    expect(desk.orchestrations.settled).toEqual([]);
    expect((await desk.request(id)).seq).toBe(seq);
  });

  describe.each([
    ["waiting", asked()],
    ["deferred", deferred()],
  ])("%s", (_state, atRest) => {
    test("answered elsewhere ends the wait", async () => {
      const rejected = aConnection({ status: "Rejected" });
      const desk = deskWith(rejected);
      const { id } = await desk.file(aTrail({}, atRest));

      await take(desk, rejected);

      expect(await desk.request(id)).toMatchObject({ closure: { outcome: "superseded" } });
      expect(desk.orchestrations.settled).toEqual([`${id} round 1 asked 2`]);
    });

    test("a new message ends the wait and has the request assessed again", async () => {
      const changed = aConnection({ message: "for payroll" });
      const desk = deskWith(changed);
      const { id } = await desk.file(aTrail({}, atRest));

      await take(desk, changed);

      expect(await desk.request(id)).toMatchObject({ state: "assessing", requestMessage: "for payroll" });
      expect(desk.orchestrations.settled).toEqual([`${id} round 1 asked 2`]);
    });
  });

  test.each([
    ["the old message", aConnection({ message: "for payroll" })],
    ["a status that passed", aConnection({ status: "Approved" })],
  ])("waiting: a list that still shows %s loses no review", async (_what, listed) => {
    const desk = deskWith(aConnection());
    const { id } = await desk.file(aTrail({}, asked(aRequirement({ quorum: 2 })), reviewed()));

    await take(desk, listed);

    expect(await desk.request(id)).toMatchObject({
      state: "waiting",
      ask: { reviews: [{ review: "approve" }] },
    });
  });

  test("waiting: a message that another one took note of meanwhile is not noted twice", async () => {
    const changed = aConnection({ message: "for payroll" });
    const desk: Desk = deskWith(
      changed,
      rightBefore("store.readSealed", async () => {
        await desk.add(stale.id, received(stale, "for payroll"), asked());
      }),
    );
    const stale = await desk.file(aTrail({}, asked()));

    await reconcileRequest(desk.intake, stale, changed);

    expect(await desk.kinds(stale.id)).toEqual(["received", "asked", "received", "asked"]);
  });

  test("waiting: what a person decided meanwhile is not thought over here, but where it is applied", async () => {
    const changed = aConnection({ message: "for payroll" });
    const desk: Desk = deskWith(
      changed,
      rightBefore("store.readSealed", async () => void (await desk.add(stale.id, decided()))),
    );
    const stale = await desk.file(aTrail({}, asked()));

    await reconcileRequest(desk.intake, stale, changed);

    expect(await desk.kinds(stale.id)).toEqual(["received", "asked", "decided"]);
    expect(desk.orchestrations.settled).toEqual([`${stale.id} round 1 asked 2`]);
  });

  test.each([
    ["assessing", []],
    ["applying", [decided()]],
  ])(
    "%s: what ARM shows is left to the work itself, which looks right before it acts",
    async (state, entries) => {
      const desk = deskWith(aConnection());
      const { id } = await desk.file(aTrail({}, ...entries));

      await take(desk, aConnection({ status: "Approved" }));

      expect((await desk.request(id)).state).toBe(state);
    },
  );
});

describe("a connection that passed to another endpoint", () => {
  test("ends the wait about the first, and opens a request about the second", async () => {
    const second = aConnection({ endpoint: anEndpoint("pe-second") });
    const desk = deskWith(second);
    const { id } = await desk.file(aTrail({}, asked()));

    expect(await take(desk, second)).toBe(true);

    const other = requestIdOf(second.id, second.privateEndpointId);
    expect(await desk.request(id)).toMatchObject({ closure: { outcome: "superseded" } });
    expect(await desk.request(other)).toMatchObject({ state: "assessing" });
    expect(desk.orchestrations.settled).toEqual([`${id} round 1 asked 2`]);
  });
});

describe("killed before the orchestration heard that its wait is over", () => {
  const settling = (): Through => {
    let isDead = false;
    return async (verb, call) => {
      if (verb === "orchestrations.settle" && !isDead) {
        isDead = true;
        throw new Crash(verb);
      }
      return call();
    };
  };

  test.each([
    ["the message changed", aConnection({ message: "for payroll" }), [asked()]],
    ["a person decided", aConnection(), [asked(), decided("approve", asPerson(ana))]],
    ["another policy took it back", aConnection(), [asked(), resumed]],
    ["the freeze was over", aConnection(), [deferred(later(HOUR)), resumed]],
  ])("when %s: the next hint tells it", async (_name, connection, entries) => {
    const desk = deskWith(connection, settling());
    const { id } = await desk.file(aTrail({}, ...entries));
    await expect(take(desk, connection)).rejects.toThrow(Crash);

    await take(desk, connection);

    expect(desk.orchestrations.settled).toEqual([`${id} round 1 asked 2`]);
  });
});

test("a request is started although the one who opened it was killed before it could", async () => {
  let isDead = false;
  const desk = deskWith(aConnection({ id: aConnectionId() }), async (verb, call) => {
    if (verb === "orchestrations.start" && !isDead) {
      isDead = true;
      throw new Crash(verb);
    }
    return call();
  });
  await expect(take(desk)).rejects.toThrow(Crash);

  expect(await take(desk)).toBe(false);

  expect(desk.orchestrations.started).toHaveLength(1);
});
