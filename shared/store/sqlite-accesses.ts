import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { jsonIn } from "../request/json.ts";
import { type Access, type AccessLog, Access as AccessSchema } from "../search/access.ts";
import { CursorError } from "../search/page.ts";
import { text } from "./sqlite-columns.ts";

export const ACCESSES_SCHEMA = `
  CREATE TABLE IF NOT EXISTS accesses (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    at       TEXT NOT NULL,
    body     TEXT NOT NULL
  ) STRICT;
`;

const Row = z.object({ position: z.int(), body: z.string() });

/** Who read the trails, in the order in which they did. */
export function accessesIn(database: DatabaseSync): AccessLog {
  const insert = database.prepare("INSERT INTO accesses (at, body) VALUES (?, ?)");
  const read = database.prepare(
    `SELECT position, ${text("body")} AS body FROM accesses WHERE position < ? AND at >= ? AND at < ? ORDER BY position DESC LIMIT ?`,
  );
  return {
    add: async (access) => void insert.run(access.at, JSON.stringify(access)),
    accesses: async ({ from = "", to = "~", limit, cursor }) => {
      const rows = read.all(positionOf(cursor), from, to, limit + 1).map((row) => Row.parse(row));
      const shown = rows.slice(0, limit);
      const items: Access[] = shown.flatMap(({ body }) => AccessSchema.safeParse(jsonIn(body)).data ?? []);
      return { items, nextCursor: rows.length > limit ? String(shown.at(-1)?.position) : null };
    },
  };
}

function positionOf(cursor: string | null): number {
  if (cursor === null) return Number.MAX_SAFE_INTEGER;
  if (!/^[1-9]\d{0,14}$/.test(cursor))
    throw new CursorError("The cursor is not one that an earlier page gave.");
  return Number(cursor);
}
