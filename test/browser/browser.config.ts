import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { WORKERS } from "./kit/empty-stacks.ts";

const ROOT = join(import.meta.dirname, "../..");

/** What `npm run test:browser` runs: what a person sees and does, in a real browser before the whole product. */
export default defineConfig({
  test: {
    root: ROOT,
    include: ["test/browser/*.test.ts"],
    globalSetup: "test/browser/kit/empty-stacks.ts",
    // As in vitest.config.ts.
    env: { NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/compiled") },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each worker has a stack, which some files harm for a while.
    maxWorkers: WORKERS,
  },
});
