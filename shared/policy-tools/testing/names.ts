import { readList, readText } from "../../policy/file/reader.ts";
import type { Report, Span } from "../../policy/file/report.ts";
import type { Tree } from "../../policy/file/tree.ts";

/** A name that a test takes from the policy, and where it stands. */
export interface Mention {
  readonly of: "rule" | "approvers";
  readonly name: string;
  readonly at: Span;
}

/** What readers of expectations need: where problems go, and where names that the policy must know are noted. */
export interface ExpectReading {
  readonly report: Report;
  readonly mentions: Mention[];
}

/** What is wanted, or was got, where there is none. */
export const NOTHING = "nothing";

/** Names as differences show them. Order and repetition mean nothing. */
export const listed = (names: readonly string[]): string =>
  [...new Set(names)].toSorted().join(", ") || NOTHING;

/** One text or a list of them, which may be empty, with their places. */
export function readTexts(
  tree: Tree,
  path: string,
  report: Report,
): readonly { readonly text: string; readonly at: Span }[] {
  if (tree.kind === "list" && tree.items.length === 0) return [];
  const items = tree.kind === "list" ? readList(tree, path, report) : [tree];
  return items.map((item) => ({
    text: readText(item, tree.kind === "list" ? `${path}[]` : path, report),
    at: item,
  }));
}

/** The same of names, which are noted. */
export function readNames(
  tree: Tree,
  path: string,
  of: Mention["of"],
  { report, mentions }: ExpectReading,
): readonly string[] {
  return readTexts(tree, path, report).map(({ text, at }) => {
    if (text !== "") mentions.push({ of, name: text, at });
    return text;
  });
}
