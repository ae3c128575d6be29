import { describe } from "vitest";
import { anAzurite } from "../../fixtures/azurite.ts";
import { storeContract } from "./contract.ts";
import { costs } from "./tables/costs.ts";
import { hammering } from "./tables/hammer.ts";
import { insertOnly } from "./tables/insert-only.ts";
import { aPrefix, tableStores } from "./tables/stores.ts";
import { strangersRows } from "./tables/strangers.ts";
import { strangersElsewhere } from "./tables/strangers-views.ts";
import { troubles } from "./tables/troubles.ts";
import { spoiltViews } from "./tables/views.ts";

const azurite = anAzurite();
const stores = tableStores(azurite);

storeContract("Table storage", {
  open: stores.open,
  openLasting: async () => {
    const prefix = aPrefix();
    return { store: await stores.openNamed(prefix), reopened: () => stores.openNamed(prefix) };
  },
});

describe("Table storage", () => {
  describe("insert-only", () => insertOnly(azurite, stores));
  describe("troubles", () => troubles(azurite, stores));
  describe("many processes", () => hammering(azurite, stores, { processes: 2, lives: 1 }));
  describe("rows", () => strangersRows(azurite, stores));
  describe("rows beside ours", () => strangersElsewhere(azurite, stores));
  describe("costs", () => costs(azurite, stores));
  describe("spoilt views", () => spoiltViews(azurite, stores));
});
