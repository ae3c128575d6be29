import { join } from "node:path";
import { defineConfig } from "vitest/config";

const ROOT = join(import.meta.dirname, "../..");

/** The journeys on the genuine Durable extension. */
export default defineConfig({
  test: {
    root: ROOT,
    include: ["test/journey/*.test.ts", "test/crash/at-length.test.ts"],
    exclude: [
      // The extension has the machine's time, and makes no troubles on purpose.
      "test/journey/virtual-clock.test.ts",
      "test/journey/teams-down.test.ts",
      "test/journey/chaos.test.ts",
      // A flood of two thousand requests is about ARM's limits, and takes the machine for itself.
      "test/journey/flood.test.ts",
    ],
    globalSetup: ["test/journey/kit/built.ts", "test/durable-extension/azurite.ts"],
    env: {
      NODE_OPTIONS: `--import=${join(import.meta.dirname, "supervise.ts")}`,
      NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/compiled"),
    },
    restoreMocks: true,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
  },
});
