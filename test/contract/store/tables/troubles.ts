import { expect, test } from "vitest";
import { accountOf } from "../../../../shared/request/account.ts";
import { type Change, writeDown } from "../../../../shared/request/life.ts";
import type { Entry } from "../../../../shared/request/record.ts";
import { termOf } from "../../../../shared/search/terms.ts";
import type { Store } from "../../../../shared/store/store.ts";
import type { Azurite } from "../../../fixtures/azurite.ts";
import { later } from "../../../fixtures/builders.ts";
import { ana, anEntry, asked, assessed, reopened, resumed, reviewed } from "../../../fixtures/entries.ts";
import { SEALS } from "../../../fixtures/seals.ts";
import { CHANNELS, trailOf } from "../store-under-test.ts";
import { afterAWhile } from "./after-a-while.ts";
import { aPrefix, type tableStores } from "./stores.ts";
import { aTroubledWay, type Operation, type Trouble } from "./troubled-way.ts";

const begun = trailOf("a", assessed(), asked());
const next = writeDown(begun.request, [reviewed(ana)], later(1), SEALS);
const closed = writeDown(next.request, [anEntry.expired], later(2), SEALS);
const refused = trailOf("refused", anEntry.refused);
const byOther: Entry = { ...assessed(), policyHash: "f".repeat(64) };
const { id, clusterId, connectionId } = begun.request;

const isAppend = (operations: readonly Operation[]): boolean =>
  operations.some(({ method, table }) => method === "POST" && table.endsWith("records"));

/** What the service, or the way to it, does to a call. */
export function troubles(azurite: () => Azurite, { openNamed }: ReturnType<typeof tableStores>): void {
  const begin = async () => {
    const [way, prefix] = [await aTroubledWay(azurite()), aPrefix()];
    const store = await openNamed(prefix, { connectionString: way.connectionString, callLimitMs: 300 });
    await store.append(begun);
    return { way, store, other: () => openNamed(prefix) };
  };
  const sound = async (store: Store, seq: number) => {
    expect(await accountOf({ store, seals: SEALS }, id)).toMatchObject({ kind: "sound", request: { seq } });
  };

  test.each<Trouble>(["lost answer", "reset", "silence", 429, 500, 503])(
    "%s at the first try of each call: an append is taken all the same, and once",
    async (trouble) => {
      const { way, store } = await begin();
      way.goesWrong((_operations, number) => (number % 2 === 0 ? trouble : null));

      expect([await store.append(next), await store.append(closed)]).toEqual([true, true]);

      way.goesWrong(() => null);
      await sound(store, 5);
      expect(await store.open({ cluster: clusterId })).toEqual([]);
    },
  );

  test("an append whose answer is lost each time is taken, since its record is there", async () => {
    const { way, store } = await begin();
    way.goesWrong((operations) => (isAppend(operations) ? "lost answer" : null));

    expect(await store.append(next)).toBe(true);

    await sound(store, 4);
  });

  test("an append that never arrives fails as what may pass, and leaves nothing", async () => {
    const { way, store } = await begin();
    way.goesWrong((operations) => (isAppend(operations) ? 503 : null));

    await expect(store.append(next)).rejects.toMatchObject({ code: "UNREACHABLE", isTransient: true });

    way.goesWrong(() => null);
    await sound(store, 3);
    for (const channel of CHANNELS)
      expect((await store.outbox.pending({ requestId: id, channel })).map(({ seq }) => seq)).toEqual([3]);
    expect(await store.append(next)).toBe(true);
  });

  test("an append whose answer is lost, and whose place somebody else had taken, is not taken", async () => {
    const { way, store, other } = await begin();
    await (await other()).append(writeDown(begun.request, [anEntry.expired], later(3), SEALS));
    way.goesWrong((operations) => (isAppend(operations) ? "lost answer" : null));

    expect(await store.append(next)).toBe(false);

    await sound(store, 4);
  });

  test("a right that is missing is said at once", async () => {
    const { way, store } = await begin();
    way.goesWrong(() => 403);

    await expect(store.append(next)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test.each(Array.from({ length: 8 }, (_none, calls) => calls))(
    "cut off after %i calls: nothing is overlooked, and the views are put right",
    async (calls) => {
      const { way, store, other } = await begin();
      way.goesWrong((_operations, number) => (number >= calls ? 403 : null));
      await store.append(next).catch(() => null);
      const later = await other();
      const request = await later.read(id);

      expect(await later.open({ connection: connectionId })).toEqual([request]);
      expect(await later.atRest(`not ${request?.policyHash}`)).toContain(id);
      const changed = await Array.fromAsync(
        later.trails.changed(next.request.updatedAt, closed.request.updatedAt),
      );
      expect(changed).toContain(id);

      await afterAWhile(() => later.clustersWithOpenRequests());
      const found = await later.search.records({ terms: [termOf("request", id)], limit: 9, cursor: null });
      expect(found.items.map(({ seq }) => seq)).toEqual(
        (await later.trail(id)).map(({ seq }) => seq).reverse(),
      );
      expect(await later.append(request?.seq === 4 ? closed : next)).toBe(true);
      await sound(later, request?.seq === 4 ? 5 : 4);
    },
  );

  const reassessed: Change = writeDown(begun.request, [resumed, byOther, asked()], later(1), SEALS);
  test.each<[string, readonly Change[], Change]>([
    ["begins a request", [], begun],
    ["takes a request up again", [refused], writeDown(refused.request, [reopened()], later(1), SEALS)],
    ["assesses a request by another policy", [begun], reassessed],
  ])("cut off right after the records of a change that %s: it is found", async (_what, before, change) => {
    const [way, prefix] = [await aTroubledWay(azurite()), aPrefix()];
    const store = await openNamed(prefix, way);
    for (const one of before) await store.append(one);
    let isWritten = false;
    way.goesWrong((operations) => {
      if (isWritten) return 403;
      isWritten = isAppend(operations);
      return null;
    });

    expect(await store.append(change)).toBe(true);

    const other = await openNamed(prefix);
    expect(await other.open({ connection: change.request.connectionId })).toEqual([change.request]);
    expect(await other.clustersWithOpenRequests()).toEqual([clusterId]);
    expect(await other.atRest(String(begun.request.policyHash))).toContain(change.request.id);
    expect(await Array.fromAsync(other.trails.changed(later(0), later(2)))).toContain(change.request.id);
  });

  test("cut off right after its records: people are told of them once the timer looks what is due", async () => {
    const { way, store, other } = await begin();
    const [requestId, channel] = [id, "log"];
    for (const { seq } of await store.outbox.pending({ requestId, channel }))
      await store.outbox.done({ requestId, channel }, seq);
    way.goesWrong((_operations, number) => (number >= 2 ? 403 : null));
    await store.append(writeDown(begun.request, [anEntry.expired], later(1), SEALS));
    const { outbox } = await other();

    const due = await afterAWhile(() => outbox.due(later(2), 9));

    expect(due).toContainEqual({ requestId, channel });
    expect((await outbox.pending({ requestId, channel })).map(({ seq }) => seq)).toEqual([4]);
  });
}
