import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Instant, instant } from "../../../shared/connection/connection.ts";
import type { Search } from "../../../shared/search/port.ts";
import { type RequestSummary, requestSummary } from "../../../shared/search/summaries.ts";
import { waitingIn } from "../../../shared/search/waiting.ts";
import { aTrail, DAY, HOUR, NINE } from "../../fixtures/builders.ts";
import { asked } from "../../fixtures/entries.ts";

const NOW = Date.parse(NINE) + 30 * DAY;

/** A request that was received so long ago. */
const aged = (ms: number): RequestSummary =>
  requestSummary(aTrail({ at: instant(NOW - ms) }, asked()).request);

/** Waiting requests in pages, each of as many as may be asked for but at most `most`; writes down how many were asked for. */
function pages(all: readonly RequestSummary[], most = Number.POSITIVE_INFINITY) {
  const asked: number[] = [];
  const requests: Search["requests"] = async ({ limit, cursor }) => {
    asked.push(limit);
    const start = cursor === null ? 0 : Number(cursor);
    const end = start + Math.min(limit, most);
    return { items: all.slice(start, end), nextCursor: end < all.length ? String(end) : null };
  };
  const nothing = () => Promise.reject(new Error("nobody asks for this"));
  const search: Search = {
    requests,
    records: nothing,
    knows: nothing,
    closings: () => {
      throw new Error("nobody asks for this");
    },
  };
  return { search, asked };
}

const now: Instant = instant(NOW);

describe("what waits", () => {
  test.each<[string, number, string]>([
    ["was received in a moment to come, by another clock", -HOUR, "< 1 h"],
    ["has just come", 0, "< 1 h"],
    ["came a moment less than an hour ago", HOUR - 1, "< 1 h"],
    ["came an hour ago", HOUR, "1 to 4 h"],
    ["came four hours ago", 4 * HOUR, "4 to 24 h"],
    ["came a moment less than a day ago", DAY - 1, "4 to 24 h"],
    ["came a day ago", DAY, "1 to 3 d"],
    ["came three days ago", 3 * DAY, "3 to 7 d"],
    ["came a week ago", 7 * DAY, "7 d and more"],
    ["came long ago", 29 * DAY, "7 d and more"],
  ])("and %s is of that age", async (_when, ms, label) => {
    const { waiting } = await waitingIn(pages([aged(ms)]).search, now);

    expect(waiting.byAge.filter(({ count }) => count > 0)).toEqual([{ label, count: 1 }]);
  });

  test("has every age, also where nothing waits, and nothing that is the oldest", async () => {
    expect(await waitingIn(pages([]).search, now)).toEqual({
      waiting: {
        total: 0,
        byAge: ["< 1 h", "1 to 4 h", "4 to 24 h", "1 to 3 d", "3 to 7 d", "7 d and more"].map((label) => ({
          label,
          count: 0,
        })),
        isExact: true,
      },
      oldest: null,
    });
  });

  test("is counted once each, however the pages fall, and the first one is the oldest", async () => {
    const ages = fc.array(fc.integer({ min: 0, max: 20 * DAY }), { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(ages, fc.integer({ min: 1, max: 3 }), async (all, most) => {
        const requests = all.toSorted((one, other) => other - one).map(aged);

        const { waiting, oldest } = await waitingIn(pages(requests, most).search, now);

        expect(waiting).toMatchObject({ total: all.length, isExact: true });
        expect(waiting.byAge.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
        expect(oldest?.receivedAt ?? null).toBe(requests[0]?.receivedAt ?? null);
      }),
    );
  });

  test("is no longer counted where too much waits, which is said", async () => {
    const { search, asked } = pages(Array<RequestSummary>(2_001).fill(aged(HOUR)));

    const { waiting } = await waitingIn(search, now);

    expect(waiting).toMatchObject({ total: 2_000, isExact: false });
    expect(asked).toEqual(Array(10).fill(200));
  });

  test("is exact where just as much waits as is counted", async () => {
    const { waiting } = await waitingIn(pages(Array<RequestSummary>(2_000).fill(aged(HOUR))).search, now);

    expect(waiting).toMatchObject({ total: 2_000, isExact: true });
  });
});
