import { join } from "node:path";
import * as z from "zod";
import { CommandError } from "./errors.ts";
import { readJsonFile, writePrivateFile } from "./files.ts";

const fileIn = (dataDir: string): string => join(dataDir, "keys.json");

/** Tells the keys of the Functions host to those who may read its data folder: this user. Says in which file. */
export function writeHostKeys(dataDir: string, keys: { readonly masterKey: string }): string {
  const file = fileIn(dataDir);
  writePrivateFile(file, `${JSON.stringify(keys, null, 2)}\n`);
  return file;
}

/** The key of the host's admin API. @throws CommandError when the host has never started on the folder */
export function readMasterKey(dataDir: string): string {
  const file = fileIn(dataDir);
  const keys = readJsonFile(file, z.object({ masterKey: z.string() }));
  if (keys === undefined) throw new CommandError(`${file} is not there. The host writes it when it starts.`);
  return keys.masterKey;
}
