import { defineConfig } from "vitest/config";

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
  },
});
