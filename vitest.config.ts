import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    restoreMocks: true,
    // On two cores vitest would run one file after the other; journeys mostly wait, and two side by side take half the time.
    maxWorkers: 2,
  },
});
