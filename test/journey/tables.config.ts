import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** What `npm run test:tables` runs: the journeys and the crash slice on Table storage, as Azurite plays it. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    include: [
      "test/journey/*.test.ts",
      "test/crash/crash.test.ts",
      "test/contract/supervisor/azurite.test.ts",
    ],
    exclude: [
      // It writes what a crash leaves behind into the file of SQLite; the contract of both stores has it for tables.
      "test/journey/telling-people.test.ts",
      // They are about the start itself, as the README shows it and with settings that are wrong.
      "test/journey/readme.test.ts",
      "test/journey/start-problems.test.ts",
    ],
    env: { TEST_STORE: "tables" },
    restoreMocks: true,
    // As in vitest.config.ts.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
  },
});
