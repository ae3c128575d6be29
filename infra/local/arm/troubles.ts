import type { DatabaseSync, StatementSync } from "node:sqlite";
import * as z from "zod";

/** Which requests are hit. */
const Target = {
  method: z.enum(["GET", "PUT", "POST", "DELETE"]),
  /** A part of the path, in any case; not a regular expression. */
  pathPattern: z.string(),
  times: z.int().min(1),
};

/** One line of the script: what goes wrong with the next `times` requests that match. */
export const Trouble = z.discriminatedUnion("kind", [
  z.strictObject({
    ...Target,
    kind: z.literal("throttled"),
    retryAfterSeconds: z.int().min(0).optional(),
    /** As ARM writes it, or as RFC 9110 §10.2.3 also allows. */
    retryAfterForm: z.enum(["seconds", "date"]).optional(),
  }),
  z.strictObject({ ...Target, kind: z.literal("conflict"), code: z.string(), message: z.string() }),
  z.strictObject({
    ...Target,
    kind: z.literal("status"),
    status: z.int().min(400).max(599),
    code: z.string(),
    message: z.string(),
    details: z.array(z.strictObject({ code: z.string(), message: z.string() })).optional(),
  }),
  /** A gateway answers in ARM's place, with a page of HTML; ARM hears nothing of the request. */
  z.strictObject({ ...Target, kind: z.literal("page"), status: z.int().min(200).max(599) }),
  /** Done, but the answer has no body. */
  z.strictObject({ ...Target, kind: z.literal("empty") }),
  /** Works only after `ms`, even if the client has given up by then. */
  z.strictObject({ ...Target, kind: z.literal("hang"), ms: z.int().min(0) }),
  /** Done at once but answered 202, with links that say InProgress for `ms`; of a cluster or a connection of it. */
  z.strictObject({ ...Target, kind: z.literal("accepted"), ms: z.int().min(0) }),
  /** What the request is about is deleted right before it, as if somebody else had been quicker; without an event. */
  z.strictObject({ ...Target, kind: z.literal("deleted"), what: z.enum(["connection", "cluster"]) }),
  z.strictObject({ ...Target, kind: z.literal("resetBeforeCommit") }),
  z.strictObject({ ...Target, kind: z.literal("resetAfterCommit") }),
]);
export type Trouble = z.infer<typeof Trouble>;

export const TROUBLES_SCHEMA = `
  CREATE TABLE IF NOT EXISTS troubles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT NOT NULL, pattern TEXT NOT NULL, times INTEGER NOT NULL,
    trouble TEXT NOT NULL);
`;

/** The script of troubles: never random, first in first out, and it survives a restart. */
export class Troubles {
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  readonly #match: StatementSync;
  readonly #clear: StatementSync;
  /** Spares nearly every request the look into the table. */
  #left: boolean;

  constructor(database: DatabaseSync) {
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

  add(trouble: Trouble): void {
    this.#insert.run(
      trouble.method,
      trouble.pathPattern.toLowerCase(),
      trouble.times,
      JSON.stringify(trouble),
    );
    this.#left = true;
  }

  /** The trouble of this request, if the script has one; it counts as played. */
  next(method: string, path: string): Trouble | undefined {
    if (!this.#left) return undefined;
    const row = this.#match.get(method, path.toLowerCase());
    if (!row) return undefined;
    this.#left = this.all().length > 0;
    return Trouble.parse(JSON.parse(String(row.trouble)));
  }

  /** What is still to be played. */
  all(): Trouble[] {
    return this.#select
      .all()
      .map(({ times, trouble }) => Trouble.parse({ ...JSON.parse(String(trouble)), times }));
  }

  clear(): void {
    this.#clear.run();
    this.#left = false;
  }
}
