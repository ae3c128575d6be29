import { defineConfig } from "vitest/config";

/** What is run against each mutant of shared/policy: its own tests, which know nothing of processes. */
export default defineConfig({
  test: { include: ["test/unit/policy/**/*.test.ts"], restoreMocks: true },
});
