import { describe } from "vitest";
import { anAzurite } from "../../fixtures/azurite.ts";
import { hammering } from "./tables/hammer.ts";
import { tableStores } from "./tables/stores.ts";
import { strangersRows } from "./tables/strangers.ts";
import { strangersElsewhere } from "./tables/strangers-views.ts";
import { troubles } from "./tables/troubles.ts";
import { spoiltViews } from "./tables/views.ts";

const azurite = anAzurite();
const stores = tableStores(azurite);

describe("Table storage, at length", () => {
  describe("troubles", () => troubles(azurite, stores));
  describe("many processes", () => hammering(azurite, stores, { processes: 4, lives: 3 }));
  describe("rows", () => strangersRows(azurite, stores));
  describe("rows beside ours", () => strangersElsewhere(azurite, stores));
  describe("spoilt views", () => spoiltViews(azurite, stores));
});
