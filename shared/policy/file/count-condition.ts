import type { Test } from "./condition.ts";
import { firstKey, type Keys, readInteger, readMapping } from "./reader.ts";
import type { Report } from "./report.ts";
import type { Tree } from "./tree.ts";

/** What a condition on a count may say; at least one of them. */
export const COUNT = { required: [], optional: ["atLeast", "atMost"] } as const satisfies Keys<string>;
export const COUNT_BOUNDS = { min: 0, max: 1_000_000 } as const;

/** `{ atLeast: 1, atMost: 3 }`, or one of them; both are inclusive. */
export function readCount(tree: Tree, path: string, report: Report): Test {
  if (tree.kind === "scalar" && typeof tree.value === "number")
    report.add(tree, `${path}: write { atLeast: ${tree.value} } or { atMost: ${tree.value} }`);
  else return readBounds(tree, path, report);
  return wantBetween(null, null);
}

function readBounds(tree: Tree, path: string, report: Report): Test {
  const fields = readMapping(tree, path, COUNT, report);
  const bound = (key: "atLeast" | "atMost") => {
    const value = fields[key];
    return value === undefined ? null : readInteger(value, `${path}.${key}`, COUNT_BOUNDS, report);
  };
  const [atLeast, atMost] = [bound("atLeast"), bound("atMost")];
  if (atLeast !== null && atMost !== null && atLeast > atMost)
    report.add(firstKey(tree), `${path}: atLeast must not be greater than atMost`);
  return wantBetween(atLeast, atMost);
}

const wantBetween = (atLeast: number | null, atMost: number | null): Test => ({
  expected: `to be ${wordsFor(atLeast, atMost)}`,
  matcher: { kind: "count", atLeast, atMost },
});

function wordsFor(atLeast: number | null, atMost: number | null): string {
  if (atLeast === null) return `at most ${atMost}`;
  if (atMost === null) return `at least ${atLeast}`;
  return atLeast === atMost ? String(atLeast) : `${atLeast} to ${atMost}`;
}
