import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant } from "../../../shared/connection/connection.ts";
import { type Closing, Closing as ClosingSchema } from "../../../shared/search/closing.ts";
import { Days } from "../../../shared/search/days.ts";
import { figuresOf } from "../../../shared/search/figures.ts";
import { HeavyHitters } from "../../../shared/search/heavy-hitters.ts";
import { Quantiles } from "../../../shared/search/quantiles.ts";
import { HOUR, later, NINE } from "../../fixtures/builders.ts";
import { ana, bo } from "../../fixtures/entries.ts";

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

const aClosing = (differences: Partial<Closing> = {}): Closing =>
  ClosingSchema.parse({
    requestId: `pec-${"0".repeat(32)}`,
    seq: 4,
    at: NINE,
    outcome: "approved",
    cluster: "aks-prod",
    consumer: "c1",
    by: "policy",
    rules: ["payments"],
    people: [],
    decidedAfterMs: HOUR,
    ...differences,
  });

const A_DAY = { from: NINE, to: later(HOUR) };

describe("figures", () => {
  test("count what closed by outcome, by whose word, by rule, person, cluster and consumer", async () => {
    const byPeople = {
      by: "people" as const,
      rules: [],
      people: [ana, bo].map(({ oid, name }) => ({ oid, name })),
    };
    const closings = [
      aClosing(),
      aClosing({ rules: ["payments", "other"], cluster: "aks-dev" }),
      aClosing({ ...byPeople, outcome: "rejected", consumer: "c2", decidedAfterMs: 3 * HOUR }),
      aClosing({ outcome: "superseded", by: null, rules: [], consumer: null, decidedAfterMs: null }),
    ];

    const figures = await figuresOf(each(closings), A_DAY);

    const top = ({ top }: { top: readonly { key: string; count: number }[] }) =>
      Object.fromEntries(top.map(({ key, count }) => [key, count]));
    expect(figures).toMatchObject({
      closed: 4,
      outcomes: { approved: 2, rejected: 1, expired: 0, superseded: 1, refused: 0, failed: 0 },
      by: { policy: 2, people: 1, system: 0, nobody: 1 },
    });
    expect(top(figures.rules)).toEqual({ payments: 2, other: 1 });
    expect(figures.people.top).toEqual([
      { key: ana.oid, name: "Ana", count: 1 },
      { key: bo.oid, name: "Bo", count: 1 },
    ]);
    expect(top(figures.clusters)).toEqual({ "aks-prod": 3, "aks-dev": 1 });
    expect(top(figures.consumers)).toEqual({ c1: 2, c2: 1 });
    expect(figures.decidedAfterMs.p50).toBeCloseTo(HOUR, -5);
    expect(figures.decidedAfterMs.p95).toBeCloseTo(3 * HOUR, -6);
  });

  test("of nothing are nothing", async () => {
    const { closed, rules, decidedAfterMs } = await figuresOf(each([]), A_DAY);

    expect({ closed, rules, decidedAfterMs }).toEqual({
      closed: 0,
      rules: { top: [], rest: 0, isExact: true },
      decidedAfterMs: { p50: null, p95: null },
    });
  });

  test("call a consumer as it was called last, and by its id where nobody knew", async () => {
    const closings = [
      aClosing({ consumerName: "payments" }),
      aClosing({ consumerName: "payments-weu" }),
      aClosing({ consumerName: null }),
      aClosing({ consumer: "c2" }),
    ];

    const { consumers } = await figuresOf(each(closings), A_DAY);

    expect(consumers.top).toEqual([
      { key: "c1", name: "payments-weu", count: 3 },
      { key: "c2", name: "c2", count: 1 },
    ]);
  });

  test("name those who are most, in spite of a hundred thousand consumers that come once", async () => {
    function* hostile() {
      for (let n = 0; n < 100_000; n += 1) {
        yield aClosingOf(`once-${n}`);
        if (n % 100 === 0) yield aClosingOf("often");
      }
    }
    const template = aClosing();
    const aClosingOf = (consumer: string): Closing => ({ ...template, consumer });

    const { closed, consumers } = await figuresOf(each(hostile()), A_DAY);

    expect(closed).toBe(101_000);
    expect(consumers.isExact).toBe(false);
    expect(consumers.top.length).toBeLessThanOrEqual(20);
    expect(consumers.top[0]).toMatchObject({ key: "often" });
    expect(consumers.top[0]?.count).toBeGreaterThan(1_000 - 101_000 / 10_000);
    expect(JSON.stringify(consumers).length).toBeLessThan(2_000);
  });
});

describe("the days of a span", () => {
  const moment = fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2026-12-31") }).map(instant);
  const word = fc.constantFrom("policy", "people", "system", null);
  const happened = fc.array(fc.record({ at: moment, by: word }));
  const span = fc
    .uniqueArray(moment, { minLength: 2, maxLength: 2 })
    .map((ends) => ends.toSorted())
    .map(([from = NINE, to = NINE]) => ({ from, to }));

  test("are in UTC, one after the other, with those on which nothing was decided", async () => {
    const at = (text: string, by: Closing["by"]) => aClosing({ at: instant(Date.parse(text)), by });
    const closings = [
      at("2026-11-23T23:59:59.999Z", "policy"),
      at("2026-11-25T00:00:00Z", "people"),
      at("2026-11-25T12:00:00Z", "people"),
      at("2026-11-25T13:00:00Z", "system"),
      at("2026-11-25T14:00:00Z", null),
    ];
    const asked = {
      from: instant(Date.parse("2026-11-23T10:00:00Z")),
      to: instant(Date.parse("2026-11-26")),
    };

    expect((await figuresOf(each(closings), asked)).days).toEqual([
      { day: "2026-11-23", policy: 1, people: 0, integrations: 0 },
      { day: "2026-11-24", policy: 0, people: 0, integrations: 0 },
      { day: "2026-11-25", policy: 0, people: 2, integrations: 0 },
    ]);
  });

  test("have each decision of the span once, and are all there", () => {
    fc.assert(
      fc.property(span, happened, (asked, all) => {
        const inSpan = all.filter(({ at }) => at >= asked.from && at < asked.to);
        const days = new Days(asked);
        for (const one of inSpan) days.add(one);

        const counted = days.all();
        for (const by of ["policy", "people"] as const)
          expect(counted.reduce((sum, day) => sum + day[by], 0)).toBe(
            inSpan.filter((one) => one.by === by).length,
          );
        expect(counted[0]?.day).toBe(asked.from.slice(0, 10));
        expect(counted.at(-1)?.day).toBe(instant(Date.parse(asked.to) - 1).slice(0, 10));
        expect(counted.map(({ day }) => day)).toEqual([...new Set(counted.map(({ day }) => day))].toSorted());
      }),
    );
  });
});

describe("what is counted most", () => {
  const keys = fc.array(fc.stringMatching(/^[a-h]$/), { maxLength: 200 });
  const countOf = (all: readonly string[], key: string) => all.filter((one) => one === key).length;
  const counted = (all: readonly string[], capacity: number) => {
    const hitters = new HeavyHitters(capacity);
    for (const key of all) hitters.add(key);
    return hitters;
  };

  test("is exact as long as there is room for all", () => {
    fc.assert(
      fc.property(keys, (all) => {
        const { top, rest, isExact } = counted(all, 8).top(8);

        expect(isExact).toBe(true);
        expect(rest).toBe(0);
        for (const { key, count } of top) expect(count).toBe(countOf(all, key));
        expect(top.map(({ count }) => count)).toEqual(
          top.map(({ count }) => count).toSorted((a, b) => b - a),
        );
      }),
    );
  });

  test("is never too high, too low by little, and adds up to everything", () => {
    fc.assert(
      fc.property(
        keys,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 8 }),
        (all, capacity, size) => {
          const { top, rest } = counted(all, capacity).top(size);

          expect(top.reduce((sum, { count }) => sum + count, rest)).toBe(all.length);
          for (const { key, count } of top) {
            expect(count).toBeLessThanOrEqual(countOf(all, key));
            expect(count).toBeGreaterThanOrEqual(countOf(all, key) - all.length / (capacity + 1));
          }
        },
      ),
    );
  });

  test("has every key with a larger share than the room is a part of", () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 5 }), (all, capacity) => {
        const shown = counted(all, capacity)
          .top(capacity)
          .top.map(({ key }) => key);

        for (const key of new Set(all))
          if (countOf(all, key) > all.length / (capacity + 1)) expect(shown).toContain(key);
      }),
    );
  });
});

describe("a quantile", () => {
  test("is at most 1 % away from the number at that place, and grows with the share", () => {
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10 ** 11 }), { minLength: 1 }),
        shares,
        shares,
        (numbers, one, other) => {
          const quantiles = new Quantiles();
          for (const number of numbers) quantiles.add(number);

          const exact =
            numbers.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(one * numbers.length)) - 1] ?? 0;
          const [said, more] = [quantiles.at(one) ?? -1, quantiles.at(Math.max(one, other)) ?? -1];
          expect(Math.abs(said - exact)).toBeLessThanOrEqual(exact * 0.0101 + 1);
          expect(more).toBeGreaterThanOrEqual(said);
        },
      ),
    );
  });
});
