import type { DatabaseSync } from "node:sqlite";
import { type Posted, PostedMessage } from "../request/store.ts";

/** A row for each line whose message is brought up to date. */
export const POSTED_SCHEMA = `
  CREATE TABLE posted (
    request_id TEXT NOT NULL,
    channel    TEXT NOT NULL,
    id         TEXT NOT NULL,
    asked      INTEGER NOT NULL,
    PRIMARY KEY (request_id, channel)
  ) STRICT, WITHOUT ROWID;
`;

/** The store's memory of messages. What is none, whoever wrote it, counts as lost. */
export function postedIn(database: DatabaseSync): Posted {
  const read = database.prepare("SELECT id, asked FROM posted WHERE request_id = ? AND channel = ?");
  const put = database.prepare(
    `INSERT INTO posted (request_id, channel, id, asked) VALUES (?, ?, ?, ?)
     ON CONFLICT (request_id, channel) DO UPDATE SET id = excluded.id, asked = excluded.asked`,
  );
  return {
    of: async ({ requestId, channel }) => PostedMessage.safeParse(read.get(requestId, channel)).data ?? null,
    keep: async ({ requestId, channel }, { id, asked }) => void put.run(requestId, channel, id, asked),
  };
}
