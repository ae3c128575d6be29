import { getSystemErrorMessage } from "node:util";
import { CommandError } from "./errors.ts";

/** @see https://www.sqlite.org/rescode.html SQLITE_CORRUPT and SQLITE_NOTADB */
const DAMAGED = [11, 26];
/** SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL and SQLITE_CANTOPEN. */
const OUT_OF_REACH = [8, 10, 13, 14];

/** A failure to use one of our files, as a sentence with its path; a failure that is not the file's stays as it is. */
export function unusable(file: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if ("errno" in error && typeof error.errno === "number")
    return cannotUse(file, getSystemErrorMessage(error.errno), error);
  if (!("errcode" in error) || typeof error.errcode !== "number") return error;
  // An extended result code holds the primary one in its low byte.
  const code = error.errcode & 0xff;
  if (DAMAGED.includes(code)) return damaged(file, error);
  return OUT_OF_REACH.includes(code) ? cannotUse(file, error.message, error) : error;
}

/** One of our files does not hold what we wrote. */
export function damaged(file: string, cause: unknown): CommandError {
  const advice = "move it away, and the next start makes a new one without what it held";
  return new CommandError(`${file} is damaged; ${advice}.`, { cause });
}

function cannotUse(file: string, why: string, cause: unknown): CommandError {
  return new CommandError(`Cannot use ${file}: ${why}.`, { cause });
}
