import { basename } from "node:path";
import { DatabaseSync, StatementSync } from "node:sqlite";
import type { Pass } from "./pass.ts";

const COMMIT = /^\s*(COMMIT|END)\b/i;
const BEGIN = /^\s*(BEGIN|ROLLBACK)\b/i;
const WRITE =
  /^\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE)(?:\s+OR\s+\w+)?(?:\s+(?:INTO|FROM|TABLE|INDEX))?(?:\s+IF\s+NOT\s+EXISTS)?\s+(\w+)/i;

/** A point is a commit, named after its file and what it changes; a write outside a transaction is one of its own. */
export function watchSqlite(pass: Pass): void {
  const changes = new WeakMap<DatabaseSync, Set<string>>();
  const databases = new WeakMap<StatementSync, DatabaseSync>();

  function run<T>(database: DatabaseSync, sql: string, work: () => T): T {
    const change = WRITE.exec(sql);
    if (change !== null) {
      const name = `${change[1]?.toLowerCase()} ${change[2]}`;
      if (!database.isTransaction) return at(pass, `commit ${fileOf(database)}: ${name}`, work);
      changes.set(database, (changes.get(database) ?? new Set()).add(name));
    }
    if (BEGIN.test(sql)) changes.delete(database);
    const changed = changes.get(database);
    if (!COMMIT.test(sql) || changed === undefined) return work();
    changes.delete(database);
    return at(pass, `commit ${fileOf(database)}: ${[...changed].join(", ")}`, work);
  }

  const { exec, prepare } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql) {
    run(this, sql, () => exec.call(this, sql));
  };
  DatabaseSync.prototype.prepare = function (...args) {
    const statement = prepare.apply(this, args);
    databases.set(statement, this);
    return statement;
  };
  // A write may hand back rows, so every way to run a statement may be one.
  const methods = StatementSync.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const method of ["run", "get", "all"]) {
    const original = methods[method];
    if (original === undefined) throw new Error(`This Node has no StatementSync.${method}.`);
    methods[method] = function (this: StatementSync, ...args) {
      const database = databases.get(this);
      const work = () => original.apply(this, args);
      return database === undefined ? work() : run(database, this.sourceSQL, work);
    };
  }
}

function at<T>(pass: Pass, what: string, work: () => T): T {
  pass(what, "before");
  const result = work();
  pass(what, "after");
  return result;
}

const fileOf = (database: DatabaseSync): string => basename(database.location() ?? "memory");
