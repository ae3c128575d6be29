import { expect, test } from "vitest";
import { waitingIn } from "../../../shared/search/waiting.ts";
import { DAY, HOUR, later, MINUTE, NINE } from "../../fixtures/builders.ts";
import { ana, asked, asPerson, decided, deferred } from "../../fixtures/entries.ts";
import { type OpenStore, trailAt } from "./store-under-test.ts";

/** What waits for people now, and since when. */
export function waiting(open: OpenStore): void {
  test("is counted by age; what is deferred, decided or not asked about yet is not", async () => {
    const { search, ...store } = await open();
    const now = later(2 * DAY);
    for (const trail of [
      trailAt(NINE, "oldest", asked()),
      trailAt(later(MINUTE), "decided", asked(), decided("approve", asPerson(ana))),
      trailAt(later(HOUR), "old", asked()),
      trailAt(later(2 * DAY - 5 * HOUR), "of-today", asked()),
      trailAt(later(2 * DAY - HOUR), "deferred", deferred()),
      trailAt(later(2 * DAY - 30 * MINUTE), "new", asked()),
      trailAt(now, "not-asked"),
    ])
      await store.append(trail);

    const { waiting: found, oldest } = await waitingIn(search, now);

    expect(found).toMatchObject({ total: 4, isExact: true });
    expect(found.byAge.filter(({ count }) => count > 0)).toEqual([
      { label: "< 1 h", count: 1 },
      { label: "4 to 24 h", count: 1 },
      { label: "1 to 3 d", count: 2 },
    ]);
    expect(oldest?.receivedAt).toBe(NINE);
  });
}
