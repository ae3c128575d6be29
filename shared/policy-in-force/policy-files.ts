import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { MAX_BUILT_BYTES } from "../policy/built.ts";
import { LIST_FILE, MAX_FILE_BYTES, MAX_LISTS } from "../policy/file/limits.ts";
import type { PolicyFiles } from "./port.ts";
import { codeOf, FileError, fileError, type Reading, readTextFile, type TextFile } from "./text-file.ts";

/** A policy and its lists as they lie on the disk; the times are those of all files together. */
export interface FoundPolicy extends Omit<TextFile, "text"> {
  readonly files: PolicyFiles;
}

/** Whether a file was made by `policy build`. */
export const isBuilt = (file: string): boolean => file.endsWith(".json");

/**
 * Reads a policy, and the lists in the folder `lists` beside it; a built one has its lists in it. Symbolic links are
 * followed, as in the volumes that Kubernetes makes of config maps.
 *
 * @throws a `FileError` when a file cannot be read, is too large, or no UTF-8 text, or when there are too many lists
 */
export async function readPolicyFiles(file: string, reading: Reading): Promise<FoundPolicy> {
  const policy = await readTextFile(file, isBuilt(file) ? MAX_BUILT_BYTES : MAX_FILE_BYTES, reading);
  let { changedAt, isWhole } = policy;
  const lists = new Map<string, string>();
  for (const path of isBuilt(file) ? [] : await listFiles(join(dirname(file), "lists"), reading)) {
    const list = await readTextFile(path, MAX_FILE_BYTES, reading);
    lists.set(path, list.text);
    changedAt = Math.max(changedAt, list.changedAt);
    isWhole &&= list.isWhole;
  }
  return { files: { file, text: policy.text, lists }, changedAt, isWhole };
}

/** Paths of the list files of a folder; none when there is no such folder. */
async function listFiles(folder: string, { cwd, shown }: Reading): Promise<readonly string[]> {
  const entries = await readdir(resolve(cwd, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    const reason = codeOf(error) === "ENOTDIR" ? new Error("it is no folder") : error;
    throw fileError(`${shown(folder)} cannot be read`, reason);
  });
  const names = entries.flatMap((entry) =>
    LIST_FILE.test(entry.name) && !entry.isDirectory() ? [entry.name] : [],
  );
  if (names.length > MAX_LISTS)
    throw new FileError(`${shown(folder)} has more than ${MAX_LISTS} lists; join some of them.`);
  return names.toSorted().map((name) => join(folder, name));
}
