import { randomBytes } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import { expect, test } from "vitest";
import type { RequestId } from "../../../../shared/connection/connection.ts";
import { accountOf, distrusted } from "../../../../shared/request/account.ts";
import { packed } from "../../../../shared/store/tables/body.ts";
import type { Azurite } from "../../../fixtures/azurite.ts";
import { aConnection, aTrail, later } from "../../../fixtures/builders.ts";
import { asked, assessed, decided } from "../../../fixtures/entries.ts";
import { SEALS } from "../../../fixtures/seals.ts";
import { trailOf } from "../store-under-test.ts";
import { aPrefix, type tableStores } from "./stores.ts";

type Row = Readonly<Record<string, string | Uint8Array>> & { partitionKey: string; rowKey: string };

/** What the records' table holds that the app did not write so, and what the app writes that is large. */
export function strangersRows(azurite: () => Azurite, { openNamed }: ReturnType<typeof tableStores>): void {
  const altered = async (alter: (client: TableClient, id: RequestId) => Promise<unknown>) => {
    const prefix = aPrefix();
    const trail = trailOf("a", assessed(), asked(), decided());
    await (await openNamed(prefix)).append(trail);
    const client = TableClient.fromConnectionString(azurite().connectionString, `${prefix}records`, {
      allowInsecureConnection: true,
    });
    await alter(client, trail.request.id);
    return { id: trail.request.id, store: await openNamed(prefix) };
  };
  const row = (id: RequestId, seq: number, members: object): Row => ({
    partitionKey: id,
    rowKey: String(seq).padStart(10, "0"),
    ...members,
  });
  const bomb = new Uint8Array(60_000).fill(255);

  test.each<[string, string, (client: TableClient, id: RequestId) => Promise<unknown>]>([
    [
      "unreadable",
      "Record 2 cannot be read.",
      (c, id) => c.updateEntity(row(id, 2, { said0: bomb, seal: "" })),
    ],
    [
      "unreadable at the start",
      "Record 1 cannot be read.",
      (c, id) => c.updateEntity(row(id, 1, { said0: bomb, seal: "" })),
    ],
    ["of another type", "Record 3 cannot be read.", (c, id) => c.updateEntity(row(id, 3, { said0: "{}" }))],
    ["emptied", "Record 4 cannot be read.", (c, id) => c.updateEntity(row(id, 4, {}), "Replace")],
    ["taken away", "Record 3 is missing.", (c, id) => c.deleteEntity(id, row(id, 3, {}).rowKey)],
    [
      "added with another key",
      "Record 1 is missing.",
      (c, id) => c.createEntity({ partitionKey: id, rowKey: "first" }),
    ],
    [
      "added with the last number there is",
      "Record 1 is missing.",
      (c, id) => c.createEntity(row(id, 9_999_999_999, {})),
    ],
  ])(
    "a record that is %s: the request is distrusted, and that is recorded",
    async (_what, because, alter) => {
      const { id, store } = await altered(alter);

      const account = await accountOf({ store, seals: SEALS }, id);

      expect(account).toMatchObject({ kind: "altered", because });
      if (account.kind === "altered")
        expect(await store.append(distrusted(account, later(1), SEALS))).toBe(true);
      expect(await store.read(id)).toMatchObject({ state: "closed", closure: { outcome: "failed" } });
    },
  );

  test("another request's records are not read as this one's, so no review reaches the other", async () => {
    const other = trailOf("b", assessed(), asked());
    const { id, store } = await altered(async (client, own) => {
      for (const [index, said] of other.said.entries())
        await client.updateEntity(row(own, index + 1, packed(said)));
      await client.deleteEntity(own, row(own, 4, {}).rowKey);
    });

    expect([await store.read(id), await store.readSealed(id)]).toEqual([null, null]);
  });

  test("what is larger than a property comes back as it was", async () => {
    const store = await openNamed(aPrefix());
    const message = randomBytes(300_000).toString("base64");
    const trail = aTrail({ connection: aConnection({ message }) });

    expect(await store.append(trail)).toBe(true);

    expect(await store.trail(trail.request.id)).toEqual(trail.records);
  });

  test("what no row can hold is refused in a sentence, and nothing of it is kept", async () => {
    const store = await openNamed(aPrefix());
    const message = randomBytes(1_500_000).toString("base64");
    const trail = aTrail({ connection: aConnection({ message }) });

    await expect(store.append(trail)).rejects.toThrow("does not fit into a row, which holds 1 MiB");

    expect(await store.read(trail.request.id)).toBeNull();
    expect(await store.clustersWithOpenRequests()).toEqual([]);
  });
}
