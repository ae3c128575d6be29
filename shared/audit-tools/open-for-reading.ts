import { Fault } from "../connection/fault.ts";
import type { Trails } from "../evidence/port.ts";
import { FileError } from "../policy-in-force/text-file.ts";
import type { Io } from "../policy-tools/cli/command.ts";
import { credentialIn } from "../policy-tools/cli/credential.ts";
import { openStore } from "../store/open.ts";
import { openFileForReading, StoreFileError } from "../store/sqlite-file.ts";
import { trailsIn } from "../store/sqlite-trails.ts";
import type { StoreAddress } from "../store-address.ts";

/** What of a store is read to look whether anything was done to it. */
export type OpenArchive = { readonly trails: Trails; close(): void };

/** Opens a file, in which nothing can be written. @throws a `StoreFileError` */
export function openFileArchive(file: string): OpenArchive {
  const database = openFileForReading(file);
  return { trails: trailsIn(database), close: () => database.close() };
}

/** Opens a store for reading. @throws a `FileError` */
export async function openArchive(address: StoreAddress, { env, err }: Io): Promise<OpenArchive> {
  try {
    if (address.kind === "sqlite") return openFileArchive(address.file);
    return await openStore(address, { credential: credentialIn(env), warn: (line) => err(`${line}\n`) });
  } catch (error) {
    const isOfStore = error instanceof StoreFileError || error instanceof Fault;
    throw isOfStore ? new FileError(error.message, { cause: error }) : error;
  }
}
