import { defineConfig } from "vitest/config";
import browser from "./browser.config.ts";

/** What `npm run screenshots` runs: it takes the README's pictures anew, in the sample's world. */
export default defineConfig({
  test: {
    ...browser.test,
    include: ["test/browser/pictures/*.test.ts"],
    globalSetup: "test/browser/kit/sample-stack.ts",
    testTimeout: 180_000,
  },
});
