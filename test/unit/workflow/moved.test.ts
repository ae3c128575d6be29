import { describe, expect, test } from "vitest";
import type { PrivateEndpointConnection } from "../../../shared/connection/connection.ts";
import { NO_TRIES } from "../../../shared/connection/retry.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import {
  APPROVES,
  aCluster,
  aClusterId,
  aConnection,
  anEndpoint,
  aPolicy,
  aTrail,
  DAY,
  HOUR,
  later,
  MINUTE,
  NINE,
  REJECTS,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { applying, asked, assessed, decided, deferred } from "../../fixtures/entries.ts";
import { rightBefore } from "../../fixtures/interruptions.ts";

const ID = aConnection().id;
const NAMES_THE_TICKET =
  '{ name: ticket, when: { message: "*CHG*" }, then: { reject: { reason: Tickets are not enough. } } }';

/** What may happen to a connection, and how a request that meets it ends. */
const MOVES: readonly [string, PrivateEndpointConnection | null, string][] = [
  ["is gone", null, "The connection is gone from the cluster."],
  [
    "was approved elsewhere",
    aConnection({ status: "Approved" }),
    "The connection was answered elsewhere: it is Approved.",
  ],
  [
    "was rejected elsewhere",
    aConnection({ status: "Rejected" }),
    "The connection was answered elsewhere: it is Rejected.",
  ],
  [
    "was disconnected",
    aConnection({ status: "Disconnected" }),
    "The connection was answered elsewhere: it is Disconnected.",
  ],
  [
    "belongs to another endpoint",
    aConnection({ endpoint: anEndpoint("x") }),
    "The connection now belongs to another private endpoint.",
  ],
];

const worldWith = (connection: PrivateEndpointConnection | null) =>
  new ArmWorld().put(aCluster(), ...(connection === null ? [] : [connection]));

describe.each(MOVES)("the connection %s", (what, connection, because) => {
  const endsSuperseded = async (
    desk: Desk,
    trail: ReturnType<typeof aTrail>,
    work: (desk: Desk) => Promise<unknown>,
  ) => {
    const { id } = await desk.file(trail);
    await work(desk);
    if (connection === null) {
      expect(await desk.request(id)).toMatchObject({ missing: { since: NINE } });
      desk.clock.advance(3 * MINUTE);
      await work(desk);
    }
    expect(await desk.request(id)).toMatchObject({ state: "closed", closure: { outcome: "superseded" } });
    expect((await desk.store.trail(id)).at(-1)).toMatchObject({ because });
    expect(desk.world.puts).toEqual([]);
  };
  const attempt = { requestId: aTrail({}).request.id, round: 1, tries: NO_TRIES };

  test("before it is judged", () =>
    endsSuperseded(new Desk({ world: worldWith(connection) }), aTrail({}), (desk) =>
      desk.activities.assess(attempt),
    ));

  test("while people are waited for", () =>
    endsSuperseded(new Desk({ world: worldWith(connection) }), aTrail({}, asked()), (desk) =>
      desk.activities.followUp({ ...attempt, now: later(HOUR) }),
    ));

  test("while it is deferred", () =>
    endsSuperseded(new Desk({ world: worldWith(connection) }), aTrail({}, deferred(later(DAY))), (desk) =>
      desk.activities.followUp({ ...attempt, now: later(HOUR) }),
    ));

  test("before it is written to", async () => {
    const rejecting = decided(what === "was rejected elsewhere" ? "approve" : "reject");
    await endsSuperseded(new Desk({ world: worldWith(connection) }), aTrail({}, rejecting), (desk) =>
      desk.activities.apply(attempt),
    );
  });

  test("after the intent to write was recorded", async () => {
    const isRejected = what === "was rejected elsewhere";
    const entries = [
      decided(isRejected ? "approve" : "reject"),
      applying(isRejected ? "Approved" : "Rejected"),
    ];
    await endsSuperseded(new Desk({ world: worldWith(connection) }), aTrail({}, ...entries), (desk) =>
      desk.activities.apply(attempt),
    );
  });
});

describe("the consumer changes the request message", () => {
  const changed = aConnection({ message: "see CHG0000001" });
  const attempt = { requestId: aTrail({}).request.id, round: 1, tries: NO_TRIES };
  const deskWith = () => new Desk({ world: worldWith(changed), policy: aPolicy(NAMES_THE_TICKET) });

  test("before it is judged: the new one is judged", async () => {
    const desk = deskWith();
    await desk.file(aTrail({}));

    await desk.activities.assess(attempt);

    expect(await desk.kinds(attempt.requestId)).toEqual(["received", "received", "assessed", "decided"]);
    expect(await desk.request(attempt.requestId)).toMatchObject({
      requestMessage: "see CHG0000001",
      decision: { decision: "reject" },
    });
  });

  test("while people are waited for: they are asked again, or not at all", async () => {
    const desk = deskWith();
    await desk.file(aTrail({}, asked()));

    const status = await desk.activities.followUp({ ...attempt, now: later(HOUR) });

    expect(status).toMatchObject({ state: "assessing" });
  });

  test("after the decision: nothing is written, and it is assessed again", async () => {
    const desk = deskWith();
    await desk.file(aTrail({}, decided("approve")));

    expect(await desk.activities.apply(attempt)).toMatchObject({ status: { state: "assessing" } });

    expect(desk.world.puts).toEqual([]);
    expect(await desk.live(attempt.requestId)).toMatchObject({ closure: { outcome: "rejected" } });
  });
});

describe("between the intent and the write", () => {
  const apply = async (move: (desk: Desk) => void) => {
    const desk: Desk = new Desk({
      world: worldWith(aConnection()),
      through: rightBefore("connections.answer", async () => move(desk)),
    });
    const { id } = await desk.file(aTrail({}, decided()));
    return { desk, request: await desk.live(id) };
  };

  test("the connection vanishes: superseded, not failed", async () => {
    const { request } = await apply(({ world }) => world.remove(ID));

    expect(request).toMatchObject({ closure: { outcome: "superseded" } });
  });

  test("somebody approves it too: approved, in our words", async () => {
    const { desk, request } = await apply(({ world }) => world.change(ID, { status: "Approved" }));

    expect(request).toMatchObject({ closure: { outcome: "approved" } });
    expect(desk.world.shown(ID)?.description).toContain(request.id);
  });

  test("somebody rejects it: ARM refuses, a second look shows why, and nothing is overwritten", async () => {
    const { desk, request } = await apply(({ world }) => world.change(ID, { status: "Rejected" }));

    expect(request).toMatchObject({ closure: { outcome: "superseded", failure: null } });
    expect(desk.world.shown(ID)?.status).toBe("Rejected");
  });

  test("the endpoint is replaced: ARM refuses, for the write names the one that was judged", async () => {
    const { desk, request } = await apply(({ world }) =>
      world.put(aConnection({ endpoint: anEndpoint("x") })),
    );

    expect(request).toMatchObject({ closure: { outcome: "superseded", failure: null } });
    expect(desk.world.shown(ID)?.status).toBe("Pending");
  });
});

test("another policy comes into force before a rule's approval is written: nothing is written, and it is assessed again", async () => {
  const desk = new Desk({ world: worldWith(aConnection()), policy: aPolicy(REJECTS) });
  const { id } = await desk.file(aTrail({}, assessed(aPolicy(APPROVES)), decided("approve")));

  expect(await desk.live(id)).toMatchObject({
    closure: { outcome: "rejected" },
    policyHash: aPolicy(REJECTS).hash,
  });
  expect(desk.world.puts.map(({ answer }) => answer)).toEqual(["Rejected"]);
  expect((await desk.kinds(id)).slice(3, 6)).toEqual(["policyChanged", "resumed", "assessed"]);
});

test("the cluster stays gone when it is judged: superseded", async () => {
  const world = worldWith(aConnection());
  world.remove(aClusterId());
  const desk = new Desk({ world });
  const { id } = await desk.file(aTrail({}));

  expect(await desk.live(id)).toMatchObject({ closure: { outcome: "superseded" } });
  expect((await desk.store.trail(id)).at(-1)).toMatchObject({ because: "The cluster is gone." });
});

test("somebody takes the answer back right after the write: the trail says what ARM took and what it shows", async () => {
  const world = worldWith(aConnection());
  const desk: Desk = new Desk({
    world,
    through: async (verb, call) => {
      const result = await call();
      if (verb === "connections.answer") world.change(ID, { status: "Rejected" });
      return result;
    },
  });
  const { id } = await desk.file(aTrail({}, decided()));

  expect(await desk.live(id)).toMatchObject({
    closure: { outcome: "superseded" },
    application: { isTaken: true },
  });
  expect(await desk.kinds(id)).toEqual(["received", "decided", "applying", "applied", "superseded"]);
});
