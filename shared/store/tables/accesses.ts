import { randomUUID } from "node:crypto";
import { jsonIn } from "../../request/json.ts";
import { Access, type AccessLog, requestOf } from "../../search/access.ts";
import { CursorError } from "../../search/page.ts";
import { descending, END, hashOf, keyOf } from "./keys.ts";
import type { Table } from "./table.ts";

const PARTITION = "accesses";
/** Of those about one request. */
const partitionOf = (request: string): string => keyOf(PARTITION, hashOf(request));

/**
 * Who read the trails, in a table of its own in which rows are only ever added, newest first: all in one partition, and
 * those about one request once more in another. Nothing is read before both are written. What somebody else wrote there is
 * passed over.
 */
export const accessesIn = (table: Table): AccessLog => ({
  add: async (access) => {
    const rowKey = `${descending(access.at)}!${randomUUID()}`;
    const request = requestOf(access);
    const partitions = request === null ? [PARTITION] : [PARTITION, partitionOf(request)];
    const row = { rowKey, access: JSON.stringify(access) };
    await Promise.all(partitions.map((partitionKey) => table.add({ ...row, partitionKey })));
  },
  accesses: async ({ request, from, to, limit, cursor }) => {
    const partition = request === undefined ? PARTITION : partitionOf(request);
    const start = to === undefined ? "" : descending(to) + END;
    const place = cursor === null ? start : placeOf(cursor);
    const after = place > start ? place : start;
    const before = from === undefined ? END : descending(from) + END;
    const items: Access[] = [];
    let last = "";
    for await (const row of table.rows({ partition, after, before }, limit + 1)) {
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
