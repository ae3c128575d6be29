import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { MAX_BUILT_BYTES } from "../policy/built.ts";
import { LIST_FILE, MAX_FILE_BYTES, MAX_LISTS } from "../policy/file/limits.ts";
import type { PolicyFiles } from "./port.ts";
import {
  codeOf,
  FileError,
  type FileState,
  fileError,
  type Reading,
  readTextFile,
  stateOf,
} from "./text-file.ts";

/** A policy and its lists as they lay on the disk together, at one moment at least, if they are whole. */
export interface FoundPolicy {
  readonly files: PolicyFiles;
  /** Unix time in ms of the last change of any of the files, or of the folder of lists. */
  readonly changedAt: number;
  /** Whether nothing of all that changed while it was read. */
  readonly isWhole: boolean;
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
  const folder = isBuilt(file) ? null : join(dirname(file), "lists");
  const paths = await listFiles(folder, reading);
  const policy = await readTextFile(file, isBuilt(file) ? MAX_BUILT_BYTES : MAX_FILE_BYTES, reading);
  const read = new Map([[file, policy]]);
  const lists = new Map<string, string>();
  for (const path of paths) {
    const list = await readTextFile(path, MAX_FILE_BYTES, reading);
    read.set(path, list);
    lists.set(path, list.text);
  }
  const folderState = folder === null ? null : await stateOf(folder, reading);
  const found = [...read.values()];
  // After the last one was read: each is still as it was when it was read, so they were all there together.
  const isStill =
    isDeepStrictEqual(await listFiles(folder, reading), paths) && (await areStill(read, reading));
  return {
    files: { file, text: policy.text, lists },
    changedAt: Math.max(...found.map(({ changedAt }) => changedAt), folderState?.changedAt ?? 0),
    isWhole: isStill && found.every(({ isWhole }) => isWhole),
  };
}

async function areStill(read: ReadonlyMap<string, FileState>, reading: Reading): Promise<boolean> {
  for (const [path, { version }] of read)
    if ((await stateOf(path, reading))?.version !== version) return false;
  return true;
}

/** Paths of the list files of a folder; none when there is no such folder, nor a folder in which it could be. */
async function listFiles(folder: string | null, reading: Reading): Promise<readonly string[]> {
  if (folder === null) return [];
  const { cwd, shown } = reading;
  const isThere = (await stateOf(folder, reading)) !== null;
  const entries = await readdir(resolve(cwd, folder), { withFileTypes: true }).catch((error: unknown) => {
    const code = codeOf(error);
    if (code === "ENOENT" || (code === "ENOTDIR" && !isThere)) return [];
    const reason = code === "ENOTDIR" ? new Error("it is no folder") : error;
    throw fileError(`${shown(folder)} cannot be read`, reason);
  });
  const names = entries.flatMap((entry) =>
    LIST_FILE.test(entry.name) && !entry.isDirectory() ? [entry.name] : [],
  );
  if (names.length > MAX_LISTS)
    throw new FileError(`${shown(folder)} has more than ${MAX_LISTS} lists; join some of them.`);
  return names.toSorted().map((name) => join(folder, name));
}
