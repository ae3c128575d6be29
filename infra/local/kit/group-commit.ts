import type { DatabaseSync } from "node:sqlite";
import { transaction } from "./database.ts";

/** Many small changes, one transaction per turn of the event loop. */
export interface GroupCommit {
  /**
   * Runs `work` inside this turn's transaction and resolves to its result once that is committed, so whatever is done
   * after the promise may be told to the world. `work` is synchronous and may call `run` again: that work joins the
   * same transaction.
   *
   * Rejects when the transaction failed; then nothing of the whole turn has happened.
   */
  run<T>(work: () => T): Promise<T>;
}

interface Waiting {
  execute(): void;
  resolve(): void;
  reject(error: unknown): void;
}

/** @param committed called after every successful commit, before the promises of its work resolve. */
export function createGroupCommit(
  database: DatabaseSync,
  committed: () => void = () => undefined,
): GroupCommit {
  let waiting: Waiting[] = [];

  function flush(): void {
    const turn = waiting;
    try {
      // The array may grow while it is walked: that is how work joins the running transaction.
      transaction(database, () => {
        for (const one of turn) one.execute();
      });
    } catch (error) {
      waiting = [];
      for (const one of turn) one.reject(error);
      return;
    }
    waiting = [];
    committed();
    for (const one of turn) one.resolve();
  }

  return {
    run<T>(work: () => T): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      let result: T;
      if (waiting.length === 0) setImmediate(flush);
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
