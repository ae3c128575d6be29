import { configDefaults, defineConfig } from "vitest/config";

/** A test's limit is there for what hangs, however busy the machine is. */
const HANGS_MS = 60_000;

export default defineConfig({
  test: {
    restoreMocks: true,
    testTimeout: HANGS_MS,
    hookTimeout: HANGS_MS,
    // On two cores vitest would run one file after the other; journeys mostly wait, and three side by side take a third of it.
    maxWorkers: 3,
    include: ["test/**/*.test.ts"],
    // It is about the other store, as `npm run test:tables` is.
    exclude: [...configDefaults.exclude, "test/contract/supervisor/azurite.test.ts"],
  },
});
