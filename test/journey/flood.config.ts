import { join } from "node:path";
import { defineConfig } from "vitest/config";

const ROOT = join(import.meta.dirname, "../..");

/** What `npm run test:flood` runs: a minute in which one consumer wants all that ARM allows, so no other test runs beside it. */
export default defineConfig({
  test: {
    root: ROOT,
    include: ["test/journey/flood.test.ts"],
    globalSetup: "test/journey/kit/built.ts",
    // As in vitest.config.ts.
    env: { NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/compiled") },
  },
});
