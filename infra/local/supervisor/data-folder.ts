import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CommandError } from "../kit/command.ts";

/** Where the local world keeps its state unless `--data` says otherwise, relative to the working folder. */
export const DEFAULT_DATA = ".local";

/** SQLite's result code for "somebody else has the lock". @see https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/** The files of one data folder; each is owned by the process that its name tells. */
export interface DataFolder {
  readonly root: string;
  /** How to reach the running stack; there only while it runs. */
  readonly endpoints: string;
  /** Ports and keys that outlive a restart. */
  readonly settings: string;
  readonly lock: string;
  readonly tls: string;
  readonly cloud: string;
  readonly app: string;
}

/** The files of the data folder at `path`, absolute, because every process has its own working folder. */
export function dataFolder(path: string): DataFolder {
  const root = resolve(path);
  return {
    root,
    endpoints: join(root, "endpoints.json"),
    settings: join(root, "settings.json"),
    lock: join(root, "supervisor.lock"),
    tls: join(root, "tls"),
    cloud: join(root, "cloud"),
    app: join(root, "app"),
  };
}

/**
 * Makes this process the only supervisor of the folder until the lock is released or the process ends.
 *
 * SQLite's file lock rather than a file with a process ID in it: the operating system drops it however the process
 * dies, so it can be neither stale nor confused by a reused process ID.
 */
export function lockDataFolder(folder: DataFolder): { release(): void } {
  mkdirSync(folder.root, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(folder.lock, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new CommandError(
      `Another npm start is running on ${folder.root}. Stop it first, or give this one its own folder with --data DIR.`,
    );
  }
  return { release: () => database.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
