import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** What `npm run check:infra` runs after the compiler: it reads what would be deployed. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    include: ["test/infra/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
