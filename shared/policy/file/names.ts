import { compileTexts } from "../texts.ts";
import {
  checkName,
  complain,
  describe,
  isText,
  type NamedList,
  readList,
  readMapping,
  readText,
} from "./reader.ts";
import type { Report } from "./report.ts";
import type { Tree } from "./tree.ts";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Everything under `lists:`. */
export function readLists(tree: Tree, report: Report): ReadonlyMap<string, NamedList> {
  return readNamed(tree, "lists", report, (value, path) => {
    const written = readList(value, path, report).map((item) => readText(item, `${path}[]`, report));
    return { length: written.length, texts: compileTexts(written) };
  });
}

/** Everything under `approvers:`, with the groups of each in lower case. */
export function readApprovers(tree: Tree, report: Report): ReadonlyMap<string, readonly string[]> {
  return readNamed(tree, "approvers", report, (value, path) => {
    const { groups } = readMapping(value, path, { required: ["groups"], optional: [] }, report);
    return groups === undefined
      ? []
      : readList(groups, `${path}.groups`, report).map((item) => readGroup(item, path, report));
  });
}

function readGroup(tree: Tree, path: string, report: Report): string {
  const id = readText(tree, `${path}.groups[]`, report);
  if (isText(tree) && !GUID.test(id)) {
    report.add(tree, `${path}.groups[]: must be the object id (a GUID) of an Entra group`);
  }
  return id.toLowerCase();
}

/** A mapping whose keys are names that the author chose. */
function readNamed<T>(
  tree: Tree,
  path: string,
  report: Report,
  read: (value: Tree, path: string) => T,
): ReadonlyMap<string, T> {
  if (tree.kind !== "map") {
    complain(report, tree, `${path}: expected a mapping of names; found ${describe(tree)}`);
    return new Map();
  }
  return new Map(
    [...tree.entries].map(([name, { key, value }]) => {
      checkName(name, key, path, report);
      return [name, read(value, `${path}.${name}`)];
    }),
  );
}
