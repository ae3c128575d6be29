import { describe, expect, test } from "vitest";
import type { PrivateEndpointConnection } from "../../../shared/connection/connection.ts";
import { reconcile } from "../../../shared/workflow/reconcile.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import { aCluster, aConnection, anEndpoint, aTrail, HOUR } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import {
  ana,
  anEntry,
  applying,
  asked,
  asPerson,
  decided,
  failed,
  reviewed,
  verified,
} from "../../fixtures/entries.ts";
import type { Through } from "../../fixtures/interruptions.ts";

const deskWith = (connection: PrivateEndpointConnection, through?: Through) =>
  new Desk({ world: new ArmWorld().put(aCluster(), connection), ...(through && { through }) });
const take = (desk: Desk, connection = aConnection()) => reconcile(desk.intake, connection, "sweep");

describe("what was closed, while the connection is Pending", () => {
  test("expired: stays closed, so that nobody is asked for ever", async () => {
    const desk = deskWith(aConnection());
    const { id, seq } = await desk.file(aTrail({}, asked(), anEntry.expired));
    desk.clock.advance(1_000 * HOUR);

    for (let n = 0; n < 10; n++) await take(desk);

    expect(await desk.request(id)).toMatchObject({ closure: { outcome: "expired" }, seq });
    expect(desk.orchestrations.started).toEqual([]);
  });

  test("refused: stays closed", async () => {
    const desk = deskWith(aConnection());
    const { id } = await desk.file(aTrail({}, anEntry.refused));

    await take(desk);

    expect(await desk.request(id)).toMatchObject({ closure: { outcome: "refused" }, round: 1 });
  });

  test("failed: taken up when its pause is over, and not a moment before", async () => {
    const desk = deskWith(aConnection());
    const { id } = await desk.file(aTrail({}, failed()));
    desk.clock.advance(HOUR - 1);
    await take(desk);
    expect(await desk.request(id)).toMatchObject({ closure: { outcome: "failed" }, round: 1 });

    desk.clock.advance(1);
    await take(desk);
    await take(desk);

    expect(await desk.request(id)).toMatchObject({ state: "assessing", round: 2 });
    expect(await desk.kinds(id)).toEqual(["received", "failed", "reopened"]);
    expect(new Set(desk.orchestrations.started)).toEqual(new Set([`${id} round 2`]));
  });

  test("failed: people's decision stands and is applied", async () => {
    const desk = deskWith(aConnection());
    const { id } = await desk.file(
      aTrail({}, asked(), reviewed(ana), decided("approve", asPerson(ana)), failed()),
    );
    desk.clock.advance(HOUR);

    await take(desk);

    expect(await desk.live(id)).toMatchObject({ closure: { outcome: "approved" }, round: 2 });
    expect(desk.world.puts).toHaveLength(1);
  });

  test("superseded: it is back, so it is assessed again", async () => {
    const desk = deskWith(aConnection());
    const { id } = await desk.file(aTrail({}, asked(), anEntry.superseded));

    await take(desk);

    expect(await desk.live(id)).toMatchObject({ closure: { outcome: "approved" }, round: 2 });
  });

  test.each([
    ["gone", null],
    ["answered", aConnection({ status: "Approved" })],
    ["another endpoint's", aConnection({ endpoint: anEndpoint("x") })],
  ])("superseded: a list that lags behind is not believed when the connection is %s", async (_name, now) => {
    const desk = deskWith(aConnection());
    const { id } = await desk.file(aTrail({}, asked(), anEntry.superseded));
    if (now === null) desk.world.remove(aConnection().id);
    else desk.world.put(now);

    await take(desk, aConnection());

    expect(await desk.request(id)).toMatchObject({ closure: { outcome: "superseded" }, round: 1 });
    expect(desk.orchestrations.started).toEqual([]);
  });

  test("approved: stays closed, whatever a list that lags behind shows", async () => {
    const desk = deskWith(aConnection({ status: "Approved" }));
    const { id } = await desk.file(aTrail({}, decided(), verified()));

    await take(desk, aConnection());

    expect(await desk.request(id)).toMatchObject({ closure: { outcome: "approved" }, round: 1 });
  });
});

describe("what failed, although ARM shows the answer", () => {
  const written = [decided("approve", asPerson(ana)), applying("Approved"), failed()];

  test("is proved at once, without a second write", async () => {
    const desk = deskWith(aConnection({ status: "Approved" }));
    const { id } = await desk.file(aTrail({}, ...written));

    await take(desk, aConnection({ status: "Approved" }));

    expect(await desk.live(id)).toMatchObject({ closure: { outcome: "approved" } });
    expect(desk.world.puts).toEqual([]);
  });

  test("stays as it is when ARM shows the other answer, which was somebody else's", async () => {
    const desk = deskWith(aConnection({ status: "Rejected" }));
    const { id } = await desk.file(aTrail({}, ...written));

    await take(desk, aConnection({ status: "Rejected" }));

    expect(await desk.request(id)).toMatchObject({ closure: { outcome: "failed" }, round: 1 });
    expect(desk.orchestrations.started).toEqual([]);
  });
});
