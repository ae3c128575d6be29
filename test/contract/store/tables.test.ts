import { describe } from "vitest";
import { anAzurite } from "../../fixtures/azurite.ts";
import { storeContract } from "./contract.ts";
import { tableStores } from "./tables/stores.ts";

describe("Table storage", () => {
  const { open, openNamed, aPrefix } = tableStores(anAzurite());

  storeContract("Table storage", {
    open,
    openLasting: async () => {
      const prefix = aPrefix();
      return { store: await openNamed(prefix), reopened: () => openNamed(prefix) };
    },
  });
});
