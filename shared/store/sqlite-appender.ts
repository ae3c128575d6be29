import type { DatabaseSync } from "node:sqlite";
import type { Change } from "../request/life.ts";
import type { Recipients } from "../request/recipients.ts";
import type { RequestStore } from "../request/store.ts";
import { takerIn } from "./sqlite-taker.ts";
import type { Unindexed } from "./sqlite-unindexed.ts";

interface Append {
  readonly change: Change;
  readonly resolve: (isTaken: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** When nothing else happens, so many turns of the event loop pass in microseconds; under load each brings appends. */
const TURNS = 12;

/**
 * The appends of a few turns of the event loop share one transaction, since each commit waits for the disk. All of them
 * are answered after it; when it fails, each is tried by itself.
 */
export function appender(
  database: DatabaseSync,
  recipients: Recipients,
  unindexed: Unindexed,
): { readonly append: RequestStore["append"]; flush(): void } {
  const { take, forget } = takerIn(database, recipients, unindexed);
  let waiting: Append[] = [];

  const flush = () => {
    if (waiting.length === 0) return;
    const appends = waiting;
    waiting = [];
    commit(appends);
  };

  const commit = (appends: readonly Append[]) => {
    try {
      database.exec("BEGIN IMMEDIATE");
      const taken = appends.map(({ change }) => take(change));
      database.exec("COMMIT");
      for (const [index, { resolve }] of appends.entries()) resolve(taken[index] === true);
    } catch (error) {
      if (database.isOpen && database.isTransaction) database.exec("ROLLBACK");
      forget();
      // One that cannot be taken must not keep its neighbours out: each is tried by itself.
      if (appends.length > 1) for (const append of appends) commit([append]);
      else for (const { reject } of appends) reject(error);
    }
  };

  const append: RequestStore["append"] = async (change) => {
    if (change.records.length === 0) return true;
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) afterTurns(TURNS, flush);
      waiting.push({ change, resolve, reject });
    });
  };
  return { append, flush };
}

function afterTurns(turns: number, work: () => void): void {
  setImmediate(() => (turns > 1 ? afterTurns(turns - 1, work) : work()));
}
