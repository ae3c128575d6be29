import type { DatabaseSync } from "node:sqlite";
import { transaction } from "./database.ts";

/** Many small changes, one transaction for those of a few turns of the event loop. */
export interface GroupCommit {
  /**
   * Runs `work` inside the next transaction and resolves to its result once that is committed, so whatever is done
   * after the promise may be told to the world. `work` is synchronous and may call `run` again: that work joins the
   * same transaction.
   *
   * Rejects when the transaction failed; then nothing of the whole group has happened.
   */
  run<T>(work: () => T): Promise<T>;
}

interface Waiting {
  execute(): void;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * So many turns of the event loop share a transaction. Under load a turn brings several works, and each commit waits for
 * the disk; when nothing else happens, a few turns pass in microseconds.
 */
const TURNS = 4;

/** @param committed called after every successful commit, before the promises of its work resolve. */
export function createGroupCommit(
  database: DatabaseSync,
  committed: () => void = () => undefined,
): GroupCommit {
  let waiting: Waiting[] = [];

  function flush(): void {
    const group = waiting;
    try {
      // The array may grow while it is walked: that is how work joins the running transaction.
      transaction(database, () => {
        for (const one of group) one.execute();
      });
    } catch (error) {
      waiting = [];
      for (const one of group) one.reject(error);
      return;
    }
    waiting = [];
    committed();
    for (const one of group) one.resolve();
  }

  return {
    run<T>(work: () => T): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      let result: T;
      if (waiting.length === 0) afterTurns(TURNS, flush);
      waiting.push({
        execute: () => {
          result = work();
        },
        resolve: () => resolve(result),
        reject,
      });
      return promise;
    },
  };
}

function afterTurns(turns: number, work: () => void): void {
  setImmediate(() => (turns > 1 ? afterTurns(turns - 1, work) : work()));
}
