import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { jsonIn } from "../request/json.ts";
import { type AccessLog, Access as AccessSchema } from "../search/access.ts";
import { CursorError } from "../search/page.ts";
import { text } from "./sqlite-columns.ts";

/** The index is by time, so that looking for one day does not go through all the others. */
export const ACCESSES_SCHEMA = `
  CREATE TABLE accesses (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    at       TEXT NOT NULL,
    body     TEXT NOT NULL
  ) STRICT;
  CREATE INDEX accesses_at ON accesses (at);
`;

/** The request that an access is about, as `requestOf` tells it. */
const REQUEST =
  "CASE WHEN json_valid(body) THEN lower(coalesce(body ->> '$.query.id', body ->> '$.query.request')) END";
/** Made when a file is opened, since those of earlier versions have none. */
const REQUEST_INDEX = `CREATE INDEX IF NOT EXISTS accesses_request ON accesses (${REQUEST}, at)`;

const Row = z.object({ position: z.int(), body: z.string() });
/** After everything that one moment may have. */
const FIRST = 0;

/** Who read the trails, newest first. What somebody else wrote there is passed over. */
export function accessesIn(database: DatabaseSync): AccessLog {
  database.exec(REQUEST_INDEX);
  const insert = database.prepare("INSERT INTO accesses (at, body) VALUES (?, ?)");
  const momentOf = database.prepare("SELECT at FROM accesses WHERE position = ?");
  const reading = (condition: string) =>
    database.prepare(
      `SELECT position, ${text("body")} AS body FROM accesses
       WHERE ${condition} AND (at, position) < (?, ?) AND at >= ? ORDER BY at DESC, position DESC LIMIT ?`,
    );
  const readAll = reading("TRUE");
  const readOf = reading(`${REQUEST} = ?`);

  /** What a page comes before: the end of the last one, or of the span where that is earlier. */
  function beginning(cursor: string | null, to: string): readonly [at: string, position: number] {
    if (cursor === null) return [to, FIRST];
    const position = positionOf(cursor);
    const { at = to } = (momentOf.get(position) ?? {}) as { at?: string };
    return at < to ? [at, position] : [to, FIRST];
  }

  return {
    add: async (access) => void insert.run(access.at, JSON.stringify(access)),
    accesses: async ({ request, from = "", to = "~", limit, cursor }) => {
      const span = [...beginning(cursor, to), from, limit + 1] as const;
      const found = request === undefined ? readAll.all(...span) : readOf.all(request, ...span);
      const rows = found.map((row) => Row.parse(row));
      const shown = rows.slice(0, limit);
      const items = shown.flatMap(({ body }) => AccessSchema.safeParse(jsonIn(body)).data ?? []);
      return { items, nextCursor: rows.length > limit ? String(shown.at(-1)?.position) : null };
    },
  };
}

function positionOf(cursor: string): number {
  if (!/^[1-9]\d{0,14}$/.test(cursor))
    throw new CursorError("The cursor is not one that an earlier page gave.");
  return Number(cursor);
}
