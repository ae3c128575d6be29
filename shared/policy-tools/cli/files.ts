import { closeSync, existsSync, openSync, readdirSync, readSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { MAX_BUILT_BYTES } from "../../policy/built.ts";
import { LIST_FILE, MAX_FILE_BYTES, MAX_LISTS } from "../../policy/file/limits.ts";
import { FileError } from "./command.ts";

/** A policy as it lies on the disk, ready for `loadPolicy`; or a built one, ready for `loadBuiltPolicy`. */
export interface PolicyFiles {
  /** As the user wrote it. */
  readonly file: string;
  readonly text: string;
  /** The texts of the files in `lists/` beside the policy, by name as messages show it. */
  readonly lists: ReadonlyMap<string, string>;
}

/**
 * Reads a policy and its lists.
 *
 * @param cwd - what a relative `file` is relative to
 * @throws a `FileError` when something is not there, too large, or no UTF-8 text
 */
export function readPolicyFiles(file: string, cwd: string): PolicyFiles {
  if (isBuilt(file)) return { file, text: readText(file, cwd, MAX_BUILT_BYTES), lists: new Map() };
  const text = readText(file, cwd);
  const folder = join(dirname(file), "lists");
  const names = listDirectory(folder, cwd).filter((name) => LIST_FILE.test(name));
  if (names.length > MAX_LISTS)
    throw new FileError(`${folder} has more than ${MAX_LISTS} lists; join some of them.`);
  const lists = names
    .toSorted()
    .map((name) => [join(folder, name), readText(join(folder, name), cwd)] as const);
  return { file, text, lists: new Map(lists) };
}

/** Whether a file was made by `policy build`. */
export const isBuilt = (file: string): boolean => file.endsWith(".json");

/** The whole text of a file. Throws a `FileError` when it cannot be read, is larger than that, or no UTF-8 text. */
export function readText(file: string, cwd: string, maxBytes = MAX_FILE_BYTES): string {
  const bytes = orFileError(`${file} cannot be read`, () => readBytes(resolve(cwd, file), maxBytes + 1));
  if (bytes.length > maxBytes)
    throw new FileError(`${file} is larger than ${sizeOf(maxBytes)}; make it smaller.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FileError(`${file} is no UTF-8 text; save it as UTF-8.`, { cause });
  }
}

/** The file of tests that belongs to a policy: `policy.tests.yaml` beside `policy.yaml`; null for other names. */
export function testsBeside(file: string): string | null {
  const beside = file.replace(/\.(ya?ml)$/, ".tests.$1");
  return beside === file ? null : beside;
}

/** Writes a file. `flag` is "wx" to refuse a file that is there already. */
export function writeText(file: string, text: string, cwd: string, flag: "w" | "wx" = "w"): void {
  if (!existsSync(dirname(resolve(cwd, file))))
    throw new FileError(`${file} cannot be written: there is no folder ${dirname(file)}.`);
  orFileError(`${file} cannot be written`, () => writeFileSync(resolve(cwd, file), text, { flag }));
}

const MEBI = 1_024 * 1_024;
const sizeOf = (bytes: number): string => (bytes < MEBI ? `${bytes / 1_024} KiB` : `${bytes / MEBI} MiB`);

/** At most so many bytes, however large the file is or becomes. */
function readBytes(path: string, maxBytes: number): Buffer {
  const descriptor = openSync(path, "r");
  try {
    const chunks: Buffer[] = [];
    for (let left = maxBytes; left > 0; ) {
      const chunk = Buffer.alloc(Math.min(left, 65_536));
      const count = readSync(descriptor, chunk);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      left -= count;
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(descriptor);
  }
}

/** Names of the files in a folder; none when there is no such folder. */
function listDirectory(folder: string, cwd: string): readonly string[] {
  const path = resolve(cwd, folder);
  if (!existsSync(path)) return [];
  return orFileError(`${folder} cannot be read`, () => readdirSync(path, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EEXIST: "it is there already",
  EACCES: "this user may not",
  EISDIR: "it is a folder",
  ENOTDIR: "something on the way there is no folder",
};

/** Does something to a file; what the system says about it becomes a sentence. */
export function orFileError<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    const reason = REASONS[codeOf(cause) ?? ""] ?? (cause instanceof Error ? cause.message : String(cause));
    throw new FileError(`${what}: ${reason}.`, { cause });
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
