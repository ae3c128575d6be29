import { randomUUID } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import { expect, test } from "vitest";
import type { RequestId } from "../../../../shared/connection/connection.ts";
import { inspect } from "../../../../shared/evidence/inspect.ts";
import { writeDown } from "../../../../shared/request/life.ts";
import { packed } from "../../../../shared/store/tables/body.ts";
import type { Azurite } from "../../../fixtures/azurite.ts";
import { aClusterId, HOUR, later, NINE } from "../../../fixtures/builders.ts";
import { ana, anEntry, asked, asPerson, assessed, reopened } from "../../../fixtures/entries.ts";
import { SEALS } from "../../../fixtures/seals.ts";
import { CHANNELS, trailOf } from "../store-under-test.ts";
import { afterAWhile } from "./after-a-while.ts";
import { aPrefix, type tableStores } from "./stores.ts";
import { aTroubledWay } from "./troubled-way.ts";

const [one, other] = [trailOf("one", assessed(), asked()), trailOf("other", assessed(), asked())];
const { id } = one.request;

/** Rows that somebody put into one of the tables, beside those of the app. */
export function strangersElsewhere(
  azurite: () => Azurite,
  { openNamed }: ReturnType<typeof tableStores>,
): void {
  const invaded = async () => {
    const prefix = aPrefix();
    const store = await openNamed(prefix);
    for (const change of [one, other]) await store.append(change);
    const table = (name: string) =>
      TableClient.fromConnectionString(azurite().connectionString, prefix + name, {
        allowInsecureConnection: true,
      });
    return { prefix, store, records: table("records"), views: table("views"), accesses: table("accesses") };
  };
  const shardOf = async (views: TableClient): Promise<string> => {
    for await (const { partitionKey = "", rowKey } of views.listEntities())
      if (rowKey === `h!${id}`) return partitionKey;
    throw new Error("There is no head.");
  };

  test.each(["", "~", "~~", "é", "second"])(
    "a record under the key %j is seen by whoever looks whether anything was put in",
    async (rowKey) => {
      const { store, records } = await invaded();
      await records.createEntity({ partitionKey: id, rowKey, said0: "x", seal: "x" });

      const [whole] = await Array.fromAsync(store.trails.wholes([id]));

      const inspected = whole && inspect({ id, whole, known: [], witnessedBefore: null }, SEALS);
      expect(inspected?.finding).toMatchObject({ what: "inserted", requestId: id });
    },
  );

  test("records under no name at all are listed", async () => {
    const { store, records } = await invaded();
    await records.createEntity({ partitionKey: "", rowKey: "0000000001" });

    const ids = await store.trails.ids(null, 9);

    expect(ids).toEqual(["", ...[id, other.request.id].sort()]);
    expect((await store.whole("" as RequestId)).records).toHaveLength(1);
  });

  test("notices that cannot be read keep nobody from being told of the others", async () => {
    const { store, views } = await invaded();
    const partitionKey = await shardOf(views);
    for (const rowKey of [`x!${id}!a!0000000001`, "x!", "x!nobody!a!1"])
      await views.createEntity({ partitionKey, rowKey, dueAt: 1, attempts: "many" });

    const due = await store.outbox.due(later(HOUR), 9);

    expect(due).toContainEqual({ requestId: id, channel: "log" });
    expect(due).toContainEqual({ requestId: other.request.id, channel: "log" });
    expect((await store.outbox.figures()).map(({ channel }) => channel)).toEqual(CHANNELS);
  });

  test("what cannot be read in the log of accesses hides nothing that can", async () => {
    const { store, accesses } = await invaded();
    const access = { at: NINE, person: asPerson(ana), operation: "listRecords", query: {}, count: 1 };
    await store.accesses.add(access);
    for (const text of ["{", "{}", ""])
      await accesses.createEntity({
        partitionKey: "accesses",
        rowKey: `000000000000000!${randomUUID()}`,
        access: text,
      });

    expect((await store.accesses.accesses({ limit: 9, cursor: null })).items).toEqual([access]);
  });

  test("a record that no row of the views can hold keeps no other request from being put right", async () => {
    const { store, records, views } = await invaded();
    const said = JSON.stringify({
      ...JSON.parse(one.said[0] ?? ""),
      seq: 4,
      flags: ["x".repeat(200_000)],
    });
    await records.createEntity({
      partitionKey: id,
      rowKey: "0000000004",
      seal: "x",
      append: "x",
      ...packed(said),
    });
    await views.createEntity({ partitionKey: await shardOf(views), rowKey: `n!${id}!0000000004!x` });

    const clusters = await afterAWhile(() => store.clustersWithOpenRequests());
    const due = await afterAWhile(() => store.outbox.due(later(HOUR), 9));

    expect(clusters).toEqual([aClusterId()]);
    await expect(store.rebuild()).rejects.toThrow(
      `the records of 1 of the requests, the first of them ${id}: `,
    );
    expect(due).toContainEqual({ requestId: other.request.id, channel: "log" });
    expect(await store.open({ cluster: aClusterId() })).toContainEqual(other.request);
  });

  test.each([
    ["right before its records", 1, false],
    ["right after them", 2, false],
    ["right before its records, and is cut off after them", 1, true],
  ])(
    "a rebuild while an append stands still %s takes away nothing that finds the request",
    async (_when, call, isCutOff) => {
      const [way, prefix] = [await aTroubledWay(azurite()), aPrefix()];
      const store = await openNamed(prefix, way);
      const closed = trailOf("one", anEntry.refused);
      await store.append(closed);
      const again = writeDown(closed.request, [reopened()], later(1), SEALS);
      const other = await openNamed(prefix);
      let rebuilds = 0;
      way.standsStill(async (number) => {
        if (number !== call) return;
        await other.rebuild();
        rebuilds++;
      });
      way.goesWrong((_operations, number) => (isCutOff && number > call ? 403 : null));

      expect(await store.append(again)).toBe(true);

      expect(rebuilds).toBe(1);
      expect(await other.open({ cluster: aClusterId() })).toEqual([again.request]);
      expect(await other.open({ connection: again.request.connectionId })).toEqual([again.request]);
    },
  );
}
