import { expect, test } from "vitest";
import { importsOfAll, roomOf, textOf } from "./sources.ts";

/** Rooms whose templates are sentences for people; the evidence's are compared with records, to the millisecond. */
const ROOMS: ReadonlySet<string> = new Set([
  "functions/inbox/page",
  "functions/kit",
  "shared/approval",
  "shared/policy",
  "shared/request",
  "shared/view",
]);

/** A moment after a word of a template, as it stands in records: not by way of `inUtc`, nor as far as it is. */
const BARE = / \$\{(?:\w+\.)*(?:at|since|until|deadline|\w+(?:At|From|Until))\}/;

test("no sentence for people says a moment as machines write it", () => {
  const files = [...importsOfAll().keys()].filter((file) => ROOMS.has(roomOf(file)));

  const lines = files.flatMap((file) =>
    textOf(file)
      .split("\n")
      .filter((line) => BARE.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );

  expect(files.length).toBeGreaterThan(100);
  expect(lines).toEqual([]);
});
