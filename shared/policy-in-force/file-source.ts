import type { Stats } from "node:fs";
import { constants, type FileHandle, open, readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { MAX_BUILT_BYTES } from "../policy/built.ts";
import { LIST_FILE, MAX_FILE_BYTES, MAX_LISTS } from "../policy/file/limits.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { PolicyFiles, PolicySource } from "./port.ts";

/** So long a file must stay as it is before it is held to be whole. */
const QUIET_MS = 1_000;
const MAX_WAITS = 5;

interface Options {
  /** Path of the policy. */
  readonly file: string;
  /** Unix time in ms. */
  now(): number;
  pause(ms: number): Promise<unknown>;
}

/**
 * A policy in a file, with the lists in the folder `lists` beside it. Symbolic links are followed, as in the volumes
 * that Kubernetes makes of config maps.
 *
 * Editors empty a file before they write it, and the first half of a policy can be a sound policy that lacks its reject
 * rules. So what is new counts only when a second look, a second later, finds the same; only at the first look, when
 * nobody should wait, the time of the last change is believed. Who writes more slowly must write elsewhere and rename.
 */
export function fileSource({ file, now, pause }: Options): PolicySource {
  let known: string | null = null;

  const settle = ({ files, fingerprint }: Look): PolicyFiles => {
    known = fingerprint;
    return files;
  };
  return {
    read: async () => {
      let seen = await lookAt(file);
      const isKnown = known === null ? now() - seen.changedAt >= QUIET_MS : seen.fingerprint === known;
      if (isKnown && seen.isWhole) return settle(seen);
      for (let waits = 0; waits < MAX_WAITS; waits++) {
        await pause(QUIET_MS);
        const again = await lookAt(file);
        if (again.isWhole && again.fingerprint === seen.fingerprint) return settle(again);
        seen = again;
      }
      throw new Error(`${resolve(file)} is still being written.`);
    },
  };
}

interface Look {
  readonly files: PolicyFiles;
  readonly fingerprint: string;
  /** Unix time in ms of the last change of any of the files, as the file system says. */
  readonly changedAt: number;
  /** Whether none of the files changed while it was read. */
  readonly isWhole: boolean;
}

async function lookAt(file: string): Promise<Look> {
  const isBuilt = file.endsWith(".json");
  const policy = await readText(file, isBuilt ? MAX_BUILT_BYTES : MAX_FILE_BYTES);
  let { changedAt, isWhole } = policy;
  const lists = new Map<string, string>();
  for (const path of isBuilt ? [] : await listFiles(join(dirname(file), "lists"))) {
    const list = await readText(path, MAX_FILE_BYTES);
    lists.set(path, list.content);
    changedAt = Math.max(changedAt, list.changedAt);
    isWhole &&= list.isWhole;
  }
  const files = { file, text: policy.content, lists };
  return { files, fingerprint: fingerprintOf(files), changedAt, isWhole };
}

/** Paths of the list files of a folder; none when there is no such folder. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw unreadable(folder, error);
  });
  const names = entries.flatMap((entry) =>
    LIST_FILE.test(entry.name) && !entry.isDirectory() ? [entry.name] : [],
  );
  if (names.length > MAX_LISTS) throw new Error(`${resolve(folder)} holds more than ${MAX_LISTS} lists.`);
  return names.toSorted().map((name) => join(folder, name));
}

/** One file as it was read. */
interface Reading<T> {
  readonly content: T;
  readonly changedAt: number;
  readonly isWhole: boolean;
}

async function readText(path: string, maxBytes: number): Promise<Reading<string>> {
  const { content, ...reading } = await readBytes(path, maxBytes).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (content.length > maxBytes) throw new Error(`${resolve(path)} is larger than ${maxBytes / 1_024} KiB.`);
  try {
    return { content: new TextDecoder("utf-8", { fatal: true }).decode(content), ...reading };
  } catch (error) {
    throw new Error(`${resolve(path)} is not UTF-8.`, { cause: error });
  }
}

/** At most one byte more than allowed, however large the file is or becomes. Pipes are not waited for. */
async function readBytes(path: string, maxBytes: number): Promise<Reading<Buffer>> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const before = await regular(handle);
    const content = await buffer(handle.createReadStream({ end: maxBytes, autoClose: false }));
    const after = await handle.stat();
    const isWhole = after.mtimeMs === before.mtimeMs && after.size === before.size;
    return { content, changedAt: after.mtimeMs, isWhole };
  } finally {
    await handle.close();
  }
}

async function regular(handle: FileHandle): Promise<Stats> {
  const stats = await handle.stat();
  if (stats.isFile()) return stats;
  throw new Error("it is no file, but a folder, a pipe or a device");
}

const unreadable = (path: string, error: unknown): Error =>
  new Error(`${resolve(path)} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
