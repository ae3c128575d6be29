import { join } from "node:path";
import { defineConfig } from "vitest/config";

const ROOT = join(import.meta.dirname, "../..");

/** What `npm run test:tables` runs: the journeys and the crash slice on Table storage, as Azurite plays it. */
export default defineConfig({
  test: {
    root: ROOT,
    include: [
      "test/journey/*.test.ts",
      "test/crash/at-length.test.ts",
      "test/contract/supervisor/azurite.test.ts",
    ],
    exclude: [
      // It takes a digest out of the folder beside the file; the contract of both places has it for containers.
      "test/journey/digests.test.ts",
      // Azurite goes through all rows for each query, so two thousand requests are a flood of its own; it is about ARM's limits.
      "test/journey/flood.test.ts",
      // It writes what a crash leaves behind into the file of SQLite; the contract of both stores has it for tables.
      "test/journey/telling-people.test.ts",
      // It runs a second stack, whose store is a file.
      "test/journey/shadow-at-length.test.ts",
      // They are about the start itself, as the README shows it and with settings that are wrong.
      "test/journey/readme.test.ts",
      "test/journey/sample-world.test.ts",
      // Time is no matter of the store, and a day of timers takes minutes over Azurite.
      "test/journey/virtual-clock.test.ts",
      "test/journey/teams-down.test.ts",
      // It has an Azurite of its own, and is about no store.
      "test/journey/policy-in-blob.test.ts",
      // One is about what is deployed; the other compares every row of SQLite's file.
      "test/journey/package.test.ts",
      "test/journey/links.test.ts",
      "test/journey/start-problems.test.ts",
    ],
    globalSetup: "test/journey/kit/built.ts",
    restoreMocks: true,
    // As in vitest.config.ts.
    env: { TEST_STORE: "tables", NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/compiled") },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
  },
});
