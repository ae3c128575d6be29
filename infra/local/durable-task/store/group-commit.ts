import type { DatabaseSync } from "node:sqlite";
import { transaction } from "../../kit/database.ts";

interface Write {
  work: () => unknown;
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

/**
 * Collects the writes of one turn of the event loop into one transaction: with hundreds of episodes a second the
 * commits would otherwise cost more than the work.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  #writes: Write[] = [];
  #flush: NodeJS.Immediate | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Resolves after the commit. When any write of the group throws, nothing of the group is kept and all reject. */
  run<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#writes.push({ work, resolve, reject });
      this.#flush ??= setImmediate(() => this.#commit());
    });
  }

  #commit(): void {
    const writes = this.#writes;
    this.#writes = [];
    this.#flush = undefined;
    try {
      const results = transaction(this.#database, () => writes.map(({ work }) => work()));
      for (const [index, write] of writes.entries()) write.resolve(results[index] as never);
    } catch (error) {
      for (const write of writes) write.reject(error);
    }
  }
}
