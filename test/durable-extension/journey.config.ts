import { join } from "node:path";
import { defineConfig } from "vitest/config";

const ROOT = join(import.meta.dirname, "../..");

/** As many as fit into some minutes. */
const JOURNEYS = [
  "by-rule",
  "by-people",
  "hints",
  "events",
  "integrations",
  "kill-cloud",
  "policy-change",
  "restart",
  "telling-people",
  "writes-off",
];

/**
 * The journeys on the genuine Durable extension; `TESTS=journey/kill-app` runs others. The extension has the machine's time and
 * makes no troubles on purpose, so neither the virtual clock nor chaos is for it.
 */
const { TESTS = `journey/{${JOURNEYS.join(",")}}` } = process.env;

export default defineConfig({
  test: {
    root: ROOT,
    include: [`test/${TESTS}.test.ts`],
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
