import { recipientsOf } from "../../../shared/notify/recipients.ts";
import type { Change } from "../../../shared/request/life.ts";
import type { Entry } from "../../../shared/request/record.ts";
import type { Page } from "../../../shared/search/page.ts";
import type { Store } from "../../../shared/store/store.ts";
import { aConnection, aConnectionId, aTrail, NINE } from "../../fixtures/builders.ts";

/** The channels that a store under test has. */
export const CHANNELS = ["card", "log"];
/** People hear by each of them. */
export const RECIPIENTS = recipientsOf({ channels: CHANNELS.map((name) => ({ name })), subscribers: [] });

/** Gives an empty one, with an outbox for these channels. */
export type OpenStore = () => Promise<Store>;

/** The trail of a connection called `name`. */
export const trailOf = (name: string, ...entries: readonly Entry[]): Change =>
  trailAt(NINE, name, ...entries);

/** The same, received at another moment than NINE. */
export const trailAt = (at: typeof NINE, name: string, ...entries: readonly Entry[]): Change =>
  aTrail({ connection: aConnection({ id: aConnectionId(name) }), at }, ...entries);

/** All pages. */
export async function allOf<T>(page: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = null; ; ) {
    const { items: some, nextCursor }: Page<T> = await page(cursor);
    items.push(...some);
    if (nextCursor === null) return items;
    cursor = nextCursor;
  }
}

/** What no store gives out as a cursor. */
export const NO_CURSORS = [
  "",
  "nonsense",
  "cA",
  "-1",
  "cDE=",
  " ",
  "p1",
  "cDEyMzQ1Njc4OTAxMjM0NTY3ODkw",
  "' OR 1=1 --",
  "\u0000",
];
