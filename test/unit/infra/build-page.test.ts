import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { buildPage, type PageFiles } from "../../../infra/build-page.ts";

/** All that a browser loads before it shows anything. */
const MAX_GZIP_BYTES = 40 * 1_024;

const PAGES = [
  ["inbox", MAX_GZIP_BYTES],
  // Whoever opens one may be on a phone, and does it once.
  ["link", 5 * 1_024],
] as const;

describe.each(PAGES)("the page %s", (page, maxBytes) => {
  let files: PageFiles;

  beforeAll(async () => {
    files = await buildPage(page);
  });

  const textOf = (ending: string): string =>
    Object.entries(files).find(([name]) => name.endsWith(ending))?.[1] ?? "";

  test("is small", () => {
    const bytes = Object.values(files).map((text) => gzipSync(text).length);

    expect(bytes.length).toBeGreaterThan(2);
    expect(bytes.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(maxBytes);
  });

  test("is HTML, and what that names under names that change with what is in them", () => {
    const named = [...textOf(".html").matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name = ""]) => name);

    expect(named.toSorted()).toEqual(
      Object.keys(files)
        .filter((name) => name !== "index.html")
        .toSorted(),
    );
    for (const name of named) expect(name).toMatch(/^\w+-[A-Z0-9]{8}\.(js|css)$/);
  });

  test("has nothing that its own security policy forbids", () => {
    expect(textOf(".html")).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]* src=)/);
  });
});
