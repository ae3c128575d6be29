import { instant } from "../../shared/connection/connection.ts";
import type { AccessLog } from "../../shared/search/access.ts";
import { reasonOf } from "../../shared/text.ts";
import { Problem } from "./problem.ts";
import type { Caller } from "./sign-in.ts";

/** What was read, as the log keeps it: whole, since an ARM id says last what it is about. No parameter is long. */
export interface Reading {
  readonly operation: string;
  readonly query: Readonly<Record<string, string>>;
  readonly count: number;
}

/**
 * Keeps that somebody read. Comes before the answer, so that nothing is read that is not kept.
 * @throws a `Problem` when it cannot be kept
 */
export async function keep(
  accesses: AccessLog,
  { kind, oid, name }: Caller,
  { operation, query, count }: Reading,
  error: (line: string) => void,
): Promise<void> {
  try {
    await accesses.add({
      at: instant(Date.now()),
      person: { kind, oid, name },
      operation,
      query,
      count,
    });
  } catch (cause) {
    error(`The log of accesses cannot be written: ${reasonOf(cause, 300)}`);
    throw new Problem(
      "notRecorded",
      "Who reads is kept, and that cannot be done now. Try again in a moment.",
    );
  }
}
