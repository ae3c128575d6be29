import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { WaitingFirst } from "./test/order.ts";

/** A test's limit is there for what hangs, however busy the machine is. */
const HANGS_MS = 60_000;

/** Tests start hundreds of processes, which all load the same files: Node need not compile them each time anew. */
const COMPILED = { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/compiled") };

/** Nothing in them belongs to the process, so they share some: most take longer to load than to run. */
const PURE = ["test/unit/**/*.test.ts", "test/orchestrator/*.test.ts"];

/** What `npm run test:tables`, `npm run test:long`, `npm run test:flood`, `npm run test:durable-extension` and `npm run test:browser` run. */
const ELSEWHERE = [
  "test/contract/supervisor/azurite.test.ts",
  "test/**/*at-length.test.ts",
  "test/journey/flood.test.ts",
  "test/journey/{answered-by-a-system,health,hostile-text,teams-forged}.test.ts",
  "test/journey/{arm-troubles,chaos,kill-app,kill-cloud,links,package,policy-in-blob}.test.ts",
  "test/browser/**/*.test.ts",
  "test/infra/*.test.ts",
  "test/durable-extension/*.test.ts",
];

export default defineConfig({
  test: {
    restoreMocks: true,
    testTimeout: HANGS_MS,
    hookTimeout: HANGS_MS,
    // On two cores vitest would run one file after the other; but journeys mostly wait.
    maxWorkers: 6,
    sequence: { sequencer: WaitingFirst },
    env: COMPILED,
    projects: [
      {
        extends: true,
        test: {
          name: "alone",
          globalSetup: "test/journey/kit/built.ts",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...PURE, ...ELSEWHERE],
        },
      },
      { extends: true, test: { name: "together", include: PURE, isolate: false } },
    ],
  },
});
