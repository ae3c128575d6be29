import { rmSync } from "node:fs";
import * as z from "zod";
import { CommandError } from "../kit/errors.ts";
import { readJsonFile, writePrivateFile } from "../kit/files.ts";
import { checkIsFolder, type DataFolder, startCommand } from "./data-folder.ts";

const Pid = z.int().positive();

/** `endpoints.json`: how to reach the running stack. It holds keys, so only this user may read it. */
export const Endpoints = z.object({
  /** Origin of the app. */
  app: z.url(),
  /** Origin of the ARM stand-in, https. */
  arm: z.url(),
  /** Path of the certificate to trust for it. */
  armCa: z.string(),
  /** Its control interface, and the key that opens it. */
  armControl: z.object({ url: z.url(), key: z.string() }),
  /** Connection string. */
  serviceBus: z.string(),
  queue: z.string(),
  /** Connection string of the storage account that Azurite plays; null where it does not run. */
  storage: z.string().nullable().default(null),
  /** Origin of the Entra stand-in. */
  entra: z.url(),
  tenantId: z.guid(),
  /** Audience of the app's API. */
  audience: z.string(),
  /** The Teams stand-in: the page for people, http; where flows and the connector are, https. */
  teams: z.object({ page: z.url(), api: z.url() }),
  pids: z.object({ supervisor: Pid, app: Pid, cloud: Pid, azurite: Pid.exactOptional() }),
});
export type Endpoints = z.infer<typeof Endpoints>;

export function writeEndpoints(folder: DataFolder, endpoints: Endpoints): void {
  writePrivateFile(folder.endpoints, `${JSON.stringify(endpoints, null, 2)}\n`);
}

export function removeEndpoints(folder: DataFolder): void {
  rmSync(folder.endpoints, { force: true });
}

/** What the file says, alive or not: a killed supervisor leaves it behind. */
function readEndpoints(folder: DataFolder): Endpoints | undefined {
  return readJsonFile(folder.endpoints, Endpoints);
}

/** The processes that the file names; one that an earlier version left behind knows less than this one, but these. */
export const readPids = (folder: DataFolder): Endpoints["pids"] | undefined =>
  readJsonFile(folder.endpoints, Endpoints.pick({ pids: true }))?.pids;

/** The running stack's endpoints. @throws CommandError when none runs on this folder, UsageError when it is a file. */
export function runningStack(folder: DataFolder): Endpoints {
  const endpoints = findRunningStack(folder);
  if (endpoints) return endpoints;
  throw new CommandError(`Nothing runs on ${folder.root}. Start it with: ${startCommand(folder)}`);
}

/** The same; undefined when none runs on this folder. @throws UsageError when it is a file */
export function findRunningStack(folder: DataFolder): Endpoints | undefined {
  checkIsFolder(folder);
  const endpoints = readEndpoints(folder);
  return endpoints && isAlive(endpoints.pids.supervisor) ? endpoints : undefined;
}

/** Whether a process of this ID exists; one of another user counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
