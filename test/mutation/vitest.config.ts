import { defineConfig } from "vitest/config";
import { PARTS } from "./parts.ts";

/** Stryker runs vitest in processes of its own, so the part is told by the environment. */
const part = PARTS.find(({ name }) => name === process.env.MUTATED_PART);

export default defineConfig({
  test: {
    include: [...(part?.tests ?? [])],
    setupFiles: ["test/mutation/few-runs.ts"],
    isolate: false,
    pool: "threads",
    restoreMocks: true,
    // The first run counts which test reaches what, which takes its time.
    testTimeout: 60_000,
  },
});
