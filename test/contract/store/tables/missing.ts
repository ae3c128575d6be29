import { TableServiceClient } from "@azure/data-tables";
import { expect, test } from "vitest";
import { missingTables } from "../../../../shared/store/tables/open.ts";
import type { Azurite } from "../../../fixtures/azurite.ts";
import { aPrefix, type tableStores } from "./stores.ts";

/** Who only looks makes no table. */
export function missing(azurite: () => Azurite, stores: ReturnType<typeof tableStores>): void {
  const inAccount = () => ({ connectionString: azurite().connectionString });

  test("those that are not there are named, and none is made", async () => {
    const prefix = aPrefix();
    const names = [`table ${prefix}records`, `table ${prefix}views`, `table ${prefix}accesses`];

    expect(await missingTables(inAccount(), prefix)).toEqual(names);

    expect(await missingTables(inAccount(), prefix)).toEqual(names);
  });

  test("of a store that is there none is missing, and one that is taken away is", async () => {
    const prefix = aPrefix();
    await stores.openNamed(prefix);
    expect(await missingTables(inAccount(), prefix)).toEqual([]);

    const { connectionString } = azurite();
    await TableServiceClient.fromConnectionString(connectionString, {
      allowInsecureConnection: true,
    }).deleteTable(`${prefix}views`);

    expect(await missingTables(inAccount(), prefix)).toEqual([`table ${prefix}views`]);
  });
}
