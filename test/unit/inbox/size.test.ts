import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { buildPage } from "../../../infra/build-page.ts";

const MAX_BYTES = 40 * 1_024;

test("all files of the page are at most 40 KB, compressed", async () => {
  const files = Object.values(await buildPage("inbox"));

  const bytes = files.reduce((sum, text) => sum + gzipSync(text).length, 0);

  expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
});
