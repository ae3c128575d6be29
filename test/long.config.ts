import { join } from "node:path";
import { defineConfig } from "vitest/config";

const ROOT = join(import.meta.dirname, "..");

/** What `npm run test:long` runs: more of what `npm test` has a slice of, the longest journeys, and those that are about one store alone. */
export default defineConfig({
  test: {
    root: ROOT,
    include: [
      "test/**/*at-length.test.ts",
      "test/journey/{arm-troubles,chaos,kill-app,kill-cloud,links,package,policy-in-blob}.test.ts",
    ],
    globalSetup: "test/journey/kit/built.ts",
    restoreMocks: true,
    // As in vitest.config.ts.
    env: { NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/compiled") },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
  },
});
