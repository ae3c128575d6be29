import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { Instant, instant, RequestId } from "../connection/connection.ts";
import type { Line } from "../request/notice.ts";
import type { ChannelFigures, Outbox, OutboxItem } from "../request/store.ts";
import { whole } from "./sqlite-columns.ts";

/** What is no moment is one of long ago, so that what is due then is not overlooked. */
const Moment = Instant.catch(instant(0));
const ItemRow = z.object({ seq: z.int(), attempts: z.int(), due_at: Moment });
const LineRow = z.object({ request_id: RequestId, channel: z.string() });
const FiguresRow = z.object({
  channel: z.string(),
  pending: z.int(),
  oldest: Moment.nullable(),
  given_up: z.int(),
});

/** What somebody put in under another id must not stand before the others. */
const IS_REQUEST_ID =
  "length(request_id) = 36 AND request_id GLOB 'pec-*' AND request_id NOT GLOB 'pec-*[^0-9a-f]*'";

/** The outbox's half of the store; `append` fills it. */
export function outboxIn(database: DatabaseSync): Outbox {
  const pending = database.prepare(
    `SELECT ${whole("seq")} AS seq, ${whole("attempts")} AS attempts, due_at FROM notices
     WHERE request_id = ? AND channel = ? AND given_up = 0 ORDER BY notices.seq`,
  );
  // Only what stands first in its line: the others have to wait for it.
  const due = database.prepare(
    `SELECT request_id, channel FROM notices AS head
     WHERE given_up = 0 AND due_at < ? AND ${IS_REQUEST_ID} AND NOT EXISTS (
       SELECT 1 FROM notices AS earlier WHERE earlier.request_id = head.request_id
         AND earlier.channel = head.channel AND earlier.given_up = 0 AND earlier.seq < head.seq)
     ORDER BY due_at LIMIT ?`,
  );
  const remove = database.prepare("DELETE FROM notices WHERE request_id = ? AND channel = ? AND seq = ?");
  const postpone = database.prepare(
    "UPDATE notices SET attempts = ?, due_at = ? WHERE request_id = ? AND channel = ? AND seq = ?",
  );
  const giveUp = database.prepare(
    "UPDATE notices SET given_up = 1 WHERE request_id = ? AND channel = ? AND seq = ?",
  );
  const figures = database.prepare(
    `SELECT channel, sum(given_up = 0) AS pending, sum(given_up <> 0) AS given_up,
       min(CASE WHEN given_up = 0 THEN created_at END) AS oldest
     FROM notices GROUP BY channel ORDER BY channel`,
  );

  return {
    pending: async ({ requestId, channel }) => pending.all(requestId, channel).map(itemIn),
    due: async (before, limit) => due.all(before, limit).map(lineIn),
    done: async ({ requestId, channel }, seq) => {
      // What a power cut takes back is told once more, with the same id: nothing waits for the disk.
      database.exec("PRAGMA synchronous = NORMAL");
      try {
        remove.run(requestId, channel, seq);
      } finally {
        database.exec("PRAGMA synchronous = FULL");
      }
    },
    postpone: async ({ requestId, channel }, seq, { attempts, dueAt }) =>
      void postpone.run(attempts, dueAt, requestId, channel, seq),
    giveUp: async ({ requestId, channel }, seq) => void giveUp.run(requestId, channel, seq),
    figures: async () => figures.all().map(figuresIn),
  };
}

function itemIn(row: unknown): OutboxItem {
  const { seq, attempts, due_at: dueAt } = ItemRow.parse(row);
  return { seq, attempts, dueAt };
}

function lineIn(row: unknown): Line {
  const { request_id: requestId, channel } = LineRow.parse(row);
  return { requestId, channel };
}

function figuresIn(row: unknown): ChannelFigures {
  const { channel, pending, oldest, given_up: givenUp } = FiguresRow.parse(row);
  return { channel, pending, oldestPendingAt: oldest, givenUp };
}
