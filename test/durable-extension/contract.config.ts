import { join } from "node:path";
import { defineConfig } from "vitest/config";

const ROOT = join(import.meta.dirname, "../..");

export default defineConfig({
  test: {
    root: ROOT,
    include: ["test/contract/durable-task/*.test.ts", "test/durable-extension/*.test.ts"],
    globalSetup: "test/durable-extension/azurite.ts",
    env: { DURABLE_ENGINE: "extension", NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/compiled") },
    restoreMocks: true,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 4,
  },
});
