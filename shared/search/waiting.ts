import * as z from "zod";
import type { Instant } from "../connection/connection.ts";
import type { Search } from "./port.ts";
import { type ListedRequest, listedOf } from "./summaries.ts";
import { termOf } from "./terms.ts";

const HOUR_MS = 60 * 60_000;

/** Ages by their upper ends, in hours since a request was received; none reaches the last one's. */
const AGES = [
  { label: "< 1 h", below: 1 },
  { label: "1 to 4 h", below: 4 },
  { label: "4 to 24 h", below: 24 },
  { label: "1 to 3 d", below: 72 },
  { label: "3 to 7 d", below: 168 },
  { label: "7 d and more", below: Number.POSITIVE_INFINITY },
] as const;

/** So much is looked through; one page is enough where fewer wait and nobody altered the store. */
const PAGE = 200;
const MAX_PAGES = 10;

const count = z.int().min(0);

/** What waits for people now. */
export const Waiting = z
  .object({
    total: count,
    byAge: z
      .array(z.object({ label: z.string(), count }))
      .describe("Since when they were received; every age is there, the newest first."),
    isExact: z
      .boolean()
      .describe(
        `False where more wait than were looked through, ${PAGE * MAX_PAGES} at most, the oldest first: so many wait at least.`,
      ),
  })
  .meta({ id: "Waiting" });
export type Waiting = z.infer<typeof Waiting>;

/** What waits for people, counted, and what of it was received first; null where nothing waits. */
export async function waitingIn(
  search: Search,
  now: Instant,
): Promise<{ readonly waiting: Waiting; readonly oldest: ListedRequest | null }> {
  const counts = AGES.map(({ label }) => ({ label, count: 0 }));
  let oldest: ListedRequest | null = null;
  let [total, cursor, page]: [number, string | null, number] = [0, null, 0];
  do {
    const query = { terms: [termOf("state", "waiting")], by: "oldest", limit: PAGE, cursor } as const;
    const { items, nextCursor } = await search.requests(query);
    for (const request of items) {
      oldest ??= listedOf(request);
      total += 1;
      const age = counts[ageOf(request, now)];
      if (age !== undefined) age.count += 1;
    }
    cursor = nextCursor;
    page += 1;
  } while (cursor !== null && page < MAX_PAGES);
  return { waiting: { total, byAge: counts, isExact: cursor === null }, oldest };
}

/** Clocks differ: what was received in a moment to come is new. */
function ageOf({ receivedAt }: ListedRequest, now: Instant): number {
  const hours = (Date.parse(now) - Date.parse(receivedAt)) / HOUR_MS;
  return AGES.findIndex(({ below }) => hours < below);
}
