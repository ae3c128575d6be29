import { describe, expect, test } from "vitest";
import { type RequestId, requestIdOf } from "../../../shared/connection/connection.ts";
import { amend } from "../../../shared/request/ledger.ts";
import type { SealedRequest } from "../../../shared/request/store.ts";
import { aConnectionId, aTrail, HOUR, later } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, anEntry, asked, assessed, decided, reviewed } from "../../fixtures/entries.ts";
import { rightBefore } from "../../fixtures/interruptions.ts";

/** As a store has it that keeps no sums. */
const unsealed = (found: SealedRequest | null) => found && { ...found, sealed: null };

describe("amend", () => {
  test("adds what follows, at the time of the ledger, and says so once it is stored", async () => {
    const desk = new Desk();
    const { id } = await desk.file(aTrail({}));
    desk.clock.advance(HOUR);

    const { request } = await amend(desk.needs.ledger, id, () => [assessed(), asked()]);

    expect(request).toEqual(await desk.request(id));
    expect(request.updatedAt).toBe(later(HOUR));
    expect(desk.written.map(({ kind, seq }) => `${seq} ${kind}`)).toEqual(["2 assessed", "3 asked"]);
  });

  test("no entries leave no trace", async () => {
    const desk = new Desk();
    const before = await desk.file(aTrail({}));

    expect(await amend(desk.needs.ledger, before.id, () => [])).toEqual({
      request: before,
      records: [],
    });

    expect(await desk.kinds(before.id)).toEqual(["received"]);
    expect(desk.written).toEqual([]);
  });

  test("a request that the app had sealed is not added up again", async () => {
    const readWhole: string[] = [];
    const desk = new Desk({
      through: async (verb, call) => {
        if (verb === "store.whole") readWhole.push(verb);
        return call();
      },
    });
    const { id } = await desk.file(aTrail({}, assessed()));

    const { request } = await amend(desk.needs.ledger, id, () => [asked()]);

    expect(request.state).toBe("waiting");
    expect(readWhole).toEqual([]);
  });

  test("when somebody else was faster, it computes again from what is there now", async () => {
    const desk: Desk = new Desk({
      through: rightBefore("store.append", async () => void (await desk.add(id, reviewed(ana)))),
    });
    const { id } = await desk.file(aTrail({}, asked()));

    const { request } = await amend(desk.needs.ledger, id, ({ ask }) =>
      ask?.reviews.length === 0 ? [anEntry.expired] : [],
    );

    expect(request).toMatchObject({ state: "waiting", ask: { reviews: [{ by: { name: "Ana" } }] } });
    expect(await desk.kinds(id)).toEqual(["received", "asked", "reviewed"]);
    expect(desk.written).toEqual([]);
  });

  test("what another decided between two of its readings is what it tells when nothing is left to add", async () => {
    const desk: Desk = new Desk({
      through: rightBefore("store.whole", async () => void (await desk.add(id, reviewed(ana), decided()))),
    });
    const { id } = await desk.file(aTrail({}, asked()));
    const { ledger } = desk.needs;
    const readSealed = async (of: RequestId) => unsealed(await ledger.store.readSealed(of));
    const unproved = { ...ledger, store: { ...ledger.store, readSealed } };

    const told = await amend(unproved, id, ({ state }) => (state === "waiting" ? [anEntry.expired] : []));

    expect(told).toEqual({ request: await desk.request(id), records: [] });
    expect(told.request.state).toBe("applying");
  });

  test("a store that never takes anything is given up, not asked for ever", async () => {
    const desk = new Desk();
    const { id } = await desk.file(aTrail({}));
    const stubborn = { ...desk.needs.ledger, store: { ...desk.store, append: async () => false } };

    await expect(amend(stubborn, id, () => [assessed()])).rejects.toThrow(
      `The request ${id} changes faster than it can be written to.`,
    );
  });

  test("a request that is not there is an error", async () => {
    const id = requestIdOf(aConnectionId("nowhere"), null);

    await expect(amend(new Desk().needs.ledger, id, () => [])).rejects.toThrow(`There is no request ${id}.`);
  });

  test("what cannot follow is an error, and nothing of it is stored", async () => {
    const desk = new Desk();
    const { id } = await desk.file(aTrail({}));

    await expect(amend(desk.needs.ledger, id, () => [assessed(), anEntry.expired])).rejects.toThrow(
      "cannot be expired",
    );
    expect(await desk.kinds(id)).toEqual(["received"]);
  });
});
