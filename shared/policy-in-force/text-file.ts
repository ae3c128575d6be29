import type { BigIntStats } from "node:fs";
import { constants, open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { buffer } from "node:stream/consumers";

/** A file that cannot be read or written; the sentence names it, says why, and where it can, what to do about it. */
export class FileError extends Error {
  override readonly name = "FileError";
}

/** How files are read, and named in errors. */
export interface Reading {
  /** What a relative path is relative to. */
  readonly cwd: string;
  /** A path as errors show it. */
  shown(path: string): string;
  /** Pipes and devices are for people who wait before a terminal; a program that must go on refuses them. */
  readonly pipes: "read" | "refused";
}

/** One file as it was read. */
export interface TextFile extends FileState {
  readonly text: string;
  /** Whether it did not change while it was read. */
  readonly isWhole: boolean;
}

/** What the file system says of a file or a folder. */
export interface FileState {
  /** Unix time in ms of its last change; also of that of its name, since copies keep the time at which they were written. */
  readonly changedAt: number;
  /** Another one as soon as anything of it is changed, or something else is found under its name. */
  readonly version: string;
}

/** The whole text of a file. @throws a `FileError` when it cannot be read, is larger than that, or no UTF-8 text */
export async function readTextFile(path: string, maxBytes: number, reading: Reading): Promise<TextFile> {
  const name = reading.shown(path);
  const { content, ...state } = await readBytes(path, maxBytes, reading).catch((error: unknown) => {
    throw fileError(`${name} cannot be read`, error);
  });
  if (content.length > maxBytes)
    throw new FileError(`${name} is larger than ${sizeOf(maxBytes)}; make it smaller.`);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(content), ...state };
  } catch (cause) {
    throw new FileError(`${name} is no UTF-8 text; save it as UTF-8.`, { cause });
  }
}

const MEBI = 1_024 * 1_024;
const sizeOf = (bytes: number): string => (bytes < MEBI ? `${bytes / 1_024} KiB` : `${bytes / MEBI} MiB`);

/** At most one byte more than allowed, however large the file is or becomes. */
async function readBytes(path: string, maxBytes: number, { cwd, pipes }: Reading) {
  const { O_RDONLY, O_NONBLOCK } = constants;
  const handle = await open(resolve(cwd, path), pipes === "read" ? O_RDONLY : O_RDONLY | O_NONBLOCK);
  try {
    const before = await handle.stat({ bigint: true });
    if (before.isDirectory()) throw new Error(REASONS.EISDIR);
    if (pipes === "refused" && !before.isFile()) throw new Error("it is no file, but a pipe or a device");

    const content = await buffer(handle.createReadStream({ end: maxBytes, autoClose: false }));
    const after = stateIn(await handle.stat({ bigint: true }));
    return { content, ...after, isWhole: after.version === stateIn(before).version };
  } finally {
    await handle.close();
  }
}

/** What is found under a name now; null where there is nothing that could be looked at. */
export const stateOf = (path: string, { cwd }: Pick<Reading, "cwd">): Promise<FileState | null> =>
  stat(resolve(cwd, path), { bigint: true }).then(stateIn, () => null);

const stateIn = ({ dev, ino, size, mtimeMs, mtimeNs, ctimeMs, ctimeNs }: BigIntStats): FileState => ({
  changedAt: Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs),
  version: `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`,
});

const REASONS = {
  ENOENT: "there is no such file",
  EEXIST: "it is there already",
  EACCES: "this user may not",
  EISDIR: "it is a folder",
  ENOTDIR: "something on the way there is no folder",
} as const;

/** A sentence of what the system said. @param what - what could not be done, without a full stop */
export function fileError(what: string, cause: unknown): FileError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const code = codeOf(cause) ?? "";
  const reason = isKnown(code) ? REASONS[code] : said;
  return new FileError(`${what}: ${reason}.`, { cause });
}

const isKnown = (code: string): code is keyof typeof REASONS => Object.hasOwn(REASONS, code);

/** The system's code of an error: `ENOENT`; undefined when it is not one of the system's. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
