import { randomUUID } from "node:crypto";
import { jsonIn } from "../../request/json.ts";
import { Access, type AccessLog } from "../../search/access.ts";
import { CursorError } from "../../search/page.ts";
import { descending, END } from "./keys.ts";
import type { Table } from "./table.ts";

const PARTITION = "accesses";

/**
 * Who read the trails, in a table of its own in which rows are only ever added, newest first. What somebody else wrote
 * there is passed over.
 */
export const accessesIn = (table: Table): AccessLog => ({
  add: async (access) => {
    const rowKey = `${descending(access.at)}!${randomUUID()}`;
    await table.add({ partitionKey: PARTITION, rowKey, access: JSON.stringify(access) });
  },
  accesses: async ({ from, to, limit, cursor }) => {
    const start = to === undefined ? "" : descending(to) + END;
    const place = cursor === null ? start : placeOf(cursor);
    const after = place > start ? place : start;
    const before = from === undefined ? END : descending(from) + END;
    const items: Access[] = [];
    let last = "";
    for await (const row of table.rows({ partition: PARTITION, after, before }, limit + 1)) {
      if (items.length === limit) return { items, nextCursor: Buffer.from(last).toString("base64url") };
      const { data } = Access.safeParse(jsonIn(String(row.access)));
      if (data === undefined) continue;
      items.push(data);
      last = row.rowKey;
    }
    return { items, nextCursor: null };
  },
});

function placeOf(cursor: string): string {
  const place = Buffer.from(cursor, "base64url").toString("latin1");
  if (!/^\d{15}![0-9a-f-]{36}$/.test(place) || Buffer.from(place).toString("base64url") !== cursor)
    throw new CursorError("The cursor is not one that an earlier page gave.");
  return place;
}
