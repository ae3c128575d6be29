import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommandError, UsageError } from "../kit/errors.ts";
import { tryLock } from "../kit/lock.ts";
import { quoted } from "../kit/quoted.ts";

/** Where the local world keeps its state unless `--data` says otherwise, relative to the working folder. */
export const DEFAULT_DATA = ".local";

/** The files of one data folder; each is owned by the process that its name tells. */
export interface DataFolder {
  readonly root: string;
  /** How to reach the running stack; there only while it runs. */
  readonly endpoints: string;
  /** The app's settings, for `node --env-file`; there only while the stack runs. */
  readonly appSettings: string;
  /** Ports and keys that outlive a restart. */
  readonly settings: string;
  readonly lock: string;
  readonly tls: string;
  readonly cloud: string;
  readonly app: string;
  /** The app's audit store where it is a file; it stays when the stack stops. */
  readonly audit: string;
  /** The files of Azurite, where the audit store is in its tables. */
  readonly azurite: string;
}

/** The files of the data folder at `path`, absolute, because every process has its own working folder. */
export function dataFolder(path: string): DataFolder {
  const root = resolve(path);
  return {
    root,
    endpoints: join(root, "endpoints.json"),
    appSettings: join(root, "app.env"),
    settings: join(root, "settings.json"),
    lock: join(root, "supervisor.lock"),
    tls: join(root, "tls"),
    cloud: join(root, "cloud"),
    app: join(root, "app"),
    audit: join(root, "app", "audit.sqlite"),
    azurite: join(root, "azurite"),
  };
}

/** Whether this is the folder that is meant without `--data`. */
const isDefault = ({ root }: DataFolder): boolean => root === dataFolder(DEFAULT_DATA).root;

/** ` --data DIR` for a command that a person copies, quoted for the shell; nothing where it is not needed. */
export function dataOption(folder: DataFolder): string {
  return isDefault(folder) ? "" : ` --data ${quoted(folder.root)}`;
}

/** What a person types to start a stack on this folder. */
export const startCommand = (folder: DataFolder): string =>
  isDefault(folder) ? "npm start" : `npm start --${dataOption(folder)}`;

/**
 * Makes this process the only supervisor of the folder until the lock is released or the process ends.
 * @throws UsageError when it is no data folder and not empty, CommandError when it is in use or cannot be used
 */
export function lockDataFolder(folder: DataFolder): { release(): void } {
  checkIsFolder(folder);
  checkIsOurs(folder);
  const lock = tryLock(folder.lock);
  if (lock !== undefined) return lock;
  throw new CommandError(
    `Another npm start is running on ${folder.root}. Stop it first, or give this one its own folder with --data DIR.`,
  );
}

/** Refuses `--data FILE`. @throws UsageError */
export function checkIsFolder({ root }: DataFolder): void {
  const found = statSync(root, { throwIfNoEntry: false });
  if (found?.isDirectory() === false) throw new UsageError(`--data must name a folder, and ${root} is none.`);
}

/** The stack writes and removes files in its folder, so it takes none that holds those of somebody else. */
function checkIsOurs(folder: DataFolder): void {
  if (isDefault(folder) || !existsSync(folder.root) || existsSync(folder.lock)) return;
  if (readdirSync(folder.root).length === 0) return;
  throw new UsageError(`--data must name a new or an empty folder, and ${folder.root} holds other files.`);
}
