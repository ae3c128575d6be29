import { type Instant, instant, type RequestId } from "../../connection/connection.ts";
import type { Trails } from "../../evidence/port.ts";
import { sealedWhole } from "../../request/store.ts";
import { descending, END, keyOf, requestIdIn } from "./keys.ts";
import type { Needs } from "./requests.ts";
import { EVERYTHING, KINDS } from "./rows.ts";
import { readable, sumOfReadable } from "./sum.ts";

/** By so much the clocks of those who write may differ, and so long an append may take. */
const LATE_MS = 10 * 60_000;
/** So many requests are read at once. */
const AT_ONCE = 16;

/** The trails as they are stored. */
export const trailsIn = ({ records, views }: Pick<Needs, "records" | "views">): Trails => {
  const whole = async (id: string) => {
    const kept = await records.of(id as RequestId);
    const stored = kept.map(({ seq, said, seal }) => ({ seq, said, seal }));
    return sealedWhole(stored, null, () => sumOfReadable(readable(kept)));
  };
  return {
    ids: async (after, limit) => {
      const ids: string[] = [];
      for await (const id of records.ids(after)) {
        if (ids.length === limit) break;
        ids.push(id);
      }
      return ids;
    },
    changed: async function* (from, to) {
      const prefix = `${keyOf(KINDS.record, EVERYTHING)}!`;
      const earlier: Instant = instant(Date.parse(from) - LATE_MS);
      const range = { after: prefix + descending(to) + END, before: prefix + descending(earlier) + END };
      const told = new Set<RequestId>();
      const news = function* (id: RequestId | null) {
        if (id === null || told.has(id)) return;
        told.add(id);
        yield id;
      };
      // What was cut off before it got its rows left a note.
      for await (const { id } of views.notes()) yield* news(id);
      for await (const { rowKey } of views.between(range)) yield* news(requestIdIn(rowKey.split("!")[3]));
    },
    wholes: async function* (ids) {
      for (let start = 0; start < ids.length; start += AT_ONCE)
        yield* await Promise.all(ids.slice(start, start + AT_ONCE).map(whole));
    },
    records: async (id) => (await records.of(id)).map(({ seq, said, seal }) => ({ seq, said, seal })),
  };
};
