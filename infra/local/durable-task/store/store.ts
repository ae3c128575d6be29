import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { openDatabase } from "../../kit/database.ts";
import { createGroupCommit, type GroupCommit } from "../../kit/group-commit.ts";
import { MIGRATION, SCHEMA } from "./schema.ts";

const SCHEMA_VERSION = 1;

/** A statement that was prepared once; the row types are the schema's, which only this folder writes. */
export interface Statement {
  get<Row>(...values: SQLInputValue[]): Row | undefined;
  all<Row>(...values: SQLInputValue[]): Row[];
  /** @returns the number of changed rows */
  run(...values: SQLInputValue[]): number;
}

/** The task hub's file: prepared statements for everybody, and one queue for all writes. */
export class Store {
  readonly #database: DatabaseSync;
  readonly #writes: GroupCommit;

  constructor(file: string) {
    this.#database = openDatabase(file, SCHEMA, "machine");
    migrate(this.#database, file);
    this.#writes = createGroupCommit(this.#database);
  }

  prepare(sql: string): Statement {
    const statement = this.#database.prepare(sql);
    return {
      get: <Row>(...values: SQLInputValue[]) => statement.get(...values) as Row | undefined,
      all: <Row>(...values: SQLInputValue[]) => statement.all(...values) as Row[],
      run: (...values) => Number(statement.run(...values).changes),
    };
  }

  /** Runs `work` with the other writes of these turns, in the order they came; resolves when it is committed. */
  write<T>(work: () => T): Promise<T> {
    return this.#writes.run(work);
  }

  /** Resolves when everything that was written so far is committed. */
  async close(): Promise<void> {
    await this.write(() => undefined);
    this.#database.close();
  }
}

/** @throws when a later version of this stand-in has written the file */
function migrate(database: DatabaseSync, file: string): void {
  const { user_version: version } = { ...database.prepare("PRAGMA user_version").get() };
  if (version === SCHEMA_VERSION) return;
  if (version !== 0) {
    throw new Error(
      `${file} was written by another version of the Durable Task stand-in. It holds the local instances; delete it to begin anew.`,
    );
  }
  const columns = database.prepare("PRAGMA table_info(instances)").all();
  if (!columns.some(({ name }) => name === "version")) database.exec(MIGRATION);
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
}
