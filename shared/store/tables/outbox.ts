import * as z from "zod";
import { Instant, instant } from "../../connection/connection.ts";
import type { Line } from "../../request/notice.ts";
import type { ChannelFigures, Outbox, OutboxItem } from "../../request/store.ts";
import { hashOf, requestIdIn } from "./keys.ts";
import { repairAll } from "./repair.ts";
import { CUT_OFF_MS, type Needs } from "./requests.ts";
import { givenUpKey, KINDS, noticeKey } from "./rows.ts";
import type { StoredRow } from "./table.ts";

/** What is no moment is one of long ago, so that what is due then is not overlooked. */
const Moment = Instant.catch(instant(0));
const NoticeRow = z.object({
  channel: z.string().catch(""),
  createdAt: Moment,
  dueAt: Moment,
  attempts: z.int().catch(0),
});

/** What people have not been told yet: a row for each notice and channel, in the partition of its request. */
export function outboxIn({ records, views, warn }: Needs): Outbox {
  const { table } = views;

  /** Those of all lines, each line's in order. What somebody put in elsewhere is none. */
  const notices = async function* () {
    for await (const row of views.all(KINDS.notice)) {
      const [, part, line] = row.rowKey.split("!");
      const requestId = requestIdIn(part);
      const notice = NoticeRow.parse(row);
      if (requestId !== null && hashOf(notice.channel) === line) yield { requestId, ...notice };
    }
  };

  return {
    pending: async ({ requestId, channel }) => {
      const rows = await Array.fromAsync(views.of(requestId, KINDS.notice, requestId, hashOf(channel)));
      return rows.map(itemIn).filter(({ seq }) => Number.isSafeInteger(seq));
    },
    due: async (before, limit) => {
      await repairAll({ records, views, warn }, CUT_OFF_MS);
      const first = new Map<string, { readonly line: Line; readonly dueAt: Instant }>();
      for await (const { requestId, channel, dueAt } of notices()) {
        const key = `${requestId}!${channel}`;
        // Only what stands first in its line: the others have to wait for it.
        if (!first.has(key)) first.set(key, { line: { requestId, channel }, dueAt });
      }
      return [...first.values()]
        .filter(({ dueAt }) => Date.parse(dueAt) < Date.parse(before))
        .sort((one, other) => Date.parse(one.dueAt) - Date.parse(other.dueAt))
        .slice(0, limit)
        .map(({ line }) => line);
    },
    done: async ({ requestId, channel }, seq) =>
      void (await table.write([{ kind: "remove", row: noticeKey(requestId, channel, seq) }])),
    postpone: async ({ requestId, channel }, seq, { attempts, dueAt }) => {
      const key = noticeKey(requestId, channel, seq);
      const row = await table.get(key);
      if (row === null) return;
      const { createdAt } = NoticeRow.parse(row);
      await table.write([
        { kind: "replace", row: { ...key, channel, createdAt, attempts, dueAt }, etag: row.etag },
      ]);
    },
    giveUp: async ({ requestId, channel }, seq) =>
      void (await table.write([
        { kind: "remove", row: noticeKey(requestId, channel, seq) },
        { kind: "put", row: { ...givenUpKey(requestId, channel, seq), channel } },
      ])),
    figures: async () => {
      const figures = new Map<string, ChannelFigures>();
      const of = (channel: string) =>
        figures.get(channel) ?? { channel, pending: 0, oldestPendingAt: null, givenUp: 0 };
      for await (const { channel, createdAt } of notices()) {
        const { pending, oldestPendingAt, ...rest } = of(channel);
        const oldest = oldestPendingAt === null || createdAt < oldestPendingAt ? createdAt : oldestPendingAt;
        figures.set(channel, { ...rest, pending: pending + 1, oldestPendingAt: oldest });
      }
      for await (const { channel } of views.all(KINDS.givenUp)) {
        const { givenUp, ...rest } = of(String(channel));
        figures.set(String(channel), { ...rest, givenUp: givenUp + 1 });
      }
      return [...figures.values()].sort((one, other) => (one.channel < other.channel ? -1 : 1));
    },
  };
}

function itemIn(row: StoredRow): OutboxItem {
  const { attempts, dueAt } = NoticeRow.parse(row);
  return { seq: Number(row.rowKey.split("!")[3]), attempts, dueAt };
}
