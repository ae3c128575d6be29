import { describe } from "vitest";
import { anAzurite } from "../../fixtures/azurite.ts";
import { hammering } from "./tables/hammer.ts";
import { tableStores } from "./tables/stores.ts";

const azurite = anAzurite();

// A slice of it is in tables.test.ts.
describe("Table storage, at length", () =>
  hammering(azurite, tableStores(azurite), { processes: 4, lives: 3 }));
