import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { openTableStore, type TableStore } from "../../../../shared/store/tables/open.ts";
import type { Azurite } from "../../../fixtures/azurite.ts";
import { RECIPIENTS } from "../store-under-test.ts";

/** The names of the tables of a store that nobody else has. */
export const aPrefix = (): string => `t${randomBytes(8).toString("hex")}`;

/** Opens stores in an Azurite. */
export function tableStores(azurite: () => Azurite) {
  const openNamed = async (
    prefix: string,
    { connectionString = azurite().connectionString, callLimitMs = 30_000 } = {},
  ): Promise<TableStore> => {
    const warnings: string[] = [];
    const warn = (line: string) => void warnings.push(line);
    const store = await openTableStore({
      account: { connectionString },
      prefix,
      recipients: RECIPIENTS,
      callLimitMs,
      warn,
    });
    onTestFinished(() => store.close());
    return store;
  };
  return { openNamed, open: () => openNamed(aPrefix()) };
}
