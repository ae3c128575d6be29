import { defineConfig } from "vitest/config";

/** A test's limit is there for what hangs, however busy the machine is. */
const HANGS_MS = 60_000;

/** The journeys that every run makes on Table storage, too; `npm run test:tables` makes all. */
const ON_TABLES = ["by-rule", "restart"].map((name) => `test/journey/${name}.test.ts`);

export default defineConfig({
  test: {
    restoreMocks: true,
    testTimeout: HANGS_MS,
    hookTimeout: HANGS_MS,
    // On two cores vitest would run one file after the other; journeys mostly wait, and three side by side take a third of it.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: "all", include: ["test/**/*.test.ts"] } },
      { extends: true, test: { name: "on tables", include: ON_TABLES, env: { TEST_STORE: "tables" } } },
    ],
  },
});
