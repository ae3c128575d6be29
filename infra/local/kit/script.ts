import type { DatabaseSync, StatementSync } from "node:sqlite";
import * as z from "zod";

/** Which requests a line of a script hits. */
export const SCRIPTED = {
  method: z.enum(["GET", "PUT", "POST", "DELETE"]),
  /** A part of the path, in any case; not a regular expression. */
  pathPattern: z.string(),
  times: z.int().min(1),
};

/** One line: what goes wrong with the next `times` requests that match. */
type Line = z.infer<z.ZodObject<typeof SCRIPTED>>;

export const SCRIPT_SCHEMA = `
  CREATE TABLE IF NOT EXISTS troubles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT NOT NULL, pattern TEXT NOT NULL, times INTEGER NOT NULL,
    trouble TEXT NOT NULL);
`;

/** The script of a stand-in's troubles: never random, first in first out, and it survives a restart. */
export class Script<T extends Line> {
  readonly #shape: z.ZodType<T>;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  readonly #match: StatementSync;
  readonly #clear: StatementSync;
  /** Spares nearly every request the look into the table. */
  #left: boolean;

  constructor(database: DatabaseSync, shape: z.ZodType<T>) {
    this.#shape = shape;
    this.#insert = database.prepare(
      "INSERT INTO troubles (method, pattern, times, trouble) VALUES (?, ?, ?, ?)",
    );
    this.#select = database.prepare("SELECT times, trouble FROM troubles WHERE times > 0 ORDER BY id");
    this.#match = database.prepare(
      `UPDATE troubles SET times = times - 1 WHERE id = (
         SELECT id FROM troubles WHERE times > 0 AND method = ? AND instr(?, pattern) > 0 ORDER BY id LIMIT 1)
       RETURNING trouble`,
    );
    this.#clear = database.prepare("DELETE FROM troubles");
    this.#left = this.all().length > 0;
  }

  add(trouble: T): void {
    this.#insert.run(
      trouble.method,
      trouble.pathPattern.toLowerCase(),
      trouble.times,
      JSON.stringify(trouble),
    );
    this.#left = true;
  }

  /** The trouble of this request, if the script has one; it counts as played. */
  next(method: string, path: string): T | undefined {
    if (!this.#left) return undefined;
    const row = this.#match.get(method, path.toLowerCase());
    if (!row) return undefined;
    this.#left = this.all().length > 0;
    return this.#shape.parse(JSON.parse(String(row.trouble)));
  }

  /** What is still to be played. */
  all(): T[] {
    return this.#select
      .all()
      .map(({ times, trouble }) => this.#shape.parse({ ...JSON.parse(String(trouble)), times }));
  }

  clear(): void {
    this.#clear.run();
    this.#left = false;
  }
}
