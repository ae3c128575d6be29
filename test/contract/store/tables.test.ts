import { describe } from "vitest";
import { anAzurite } from "../../fixtures/azurite.ts";
import { storeContract } from "./contract.ts";
import { costs } from "./tables/costs.ts";
import { hammering } from "./tables/hammer.ts";
import { insertOnly } from "./tables/insert-only.ts";
import { missing } from "./tables/missing.ts";
import { aPrefix, tableStores } from "./tables/stores.ts";

const azurite = anAzurite();
const stores = tableStores(azurite);

storeContract("Table storage", {
  open: stores.open,
  openLasting: async () => {
    const prefix = aPrefix();
    return { store: await stores.openNamed(prefix), reopened: () => stores.openNamed(prefix) };
  },
});

// What takes long in Azurite is in tables-at-length.test.ts, which `npm run test:long` runs.
describe("Table storage", () => {
  describe("insert-only", () => insertOnly(azurite, stores));
  describe("tables that are missing", () => missing(azurite, stores));
  describe("many processes", () => hammering(azurite, stores, { processes: 2, lives: 1 }));
  describe("costs", () => costs(azurite, stores));
});
