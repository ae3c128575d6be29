import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { routeOf, viewHash } from "../../../functions/inbox/page/route.ts";
import {
  filesOf,
  filterNames,
  type Search,
  searchHash,
  searchOf,
  searchPath,
} from "../../../functions/inbox/page/views/audit-search.ts";
import { accessEntry, type Entry, recordEntry } from "../../../functions/inbox/page/views/entries.ts";
import { decisionsSentence, waitingSentence } from "../../../functions/inbox/page/views/overview-words.ts";
import { columnsOf, lengthOf, scaleTo } from "../../../functions/inbox/page/views/pictures/bars.ts";
import { lineIn, linesOf } from "../../../functions/inbox/page/views/policy-lines.ts";
import type { RuleUsage } from "../../../shared/search/usage.ts";
import { NINE } from "../../fixtures/builders.ts";

describe("a picture", () => {
  test.each<[readonly number[], number]>([
    [[], 1],
    [[0, 0], 1],
    [[3, 12, 7], 12],
  ])("of %j has a scale from 0 to %i", (values, expected) => {
    expect(scaleTo(values)).toBe(expected);
  });

  test.each([
    [0, 10, 0],
    [5, 10, 50],
    [10, 10, 100],
    [1, 10_000, 1],
  ])("shows %i of %i as a bar of %i percent", (value, scale, expected) => {
    expect(lengthOf(value, scale)).toBe(expected);
  });

  test("stacks each column from the bottom up", () => {
    const columns = columnsOf(
      [
        [0, 0],
        [2, 1],
      ],
      { width: 20, height: 8, scale: 4 },
    );

    expect(columns).toEqual([
      {
        x: 1,
        width: 8,
        parts: [
          { y: 8, height: 0 },
          { y: 8, height: 0 },
        ],
      },
      {
        x: 11,
        width: 8,
        parts: [
          { y: 4, height: 4 },
          { y: 2, height: 2 },
        ],
      },
    ]);
  });

  test("leaves no column its frame, and no two of them overlap", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 1, maxLength: 366 }),
        (stacks) => {
          const scale = scaleTo(stacks.map(([one, other]) => one + other));

          const columns = columnsOf(stacks, { width: 310, height: 100, scale });

          let left = 0;
          for (const { x, width, parts } of columns) {
            expect(x).toBeGreaterThanOrEqual(left);
            expect(parts.every(({ y, height }) => y >= -1e-9 && y + height <= 100 + 1e-9)).toBe(true);
            left = x + width;
          }
          expect(left).toBeLessThanOrEqual(310);
        },
      ),
    );
  });
});

describe("the overview says", () => {
  test.each([
    [0, true, "Nothing waits for people."],
    [1, true, "1 waits for people."],
    [9, true, "9 wait for people."],
    [2_000, false, "≥ 2000 wait for people."],
  ])("%i, exact: %s, as %s", (total, isExact, expected) => {
    expect(waitingSentence({ total, isExact, byAge: [] })).toBe(expected);
  });

  const days = [
    { day: "2026-03-01", policy: 3, people: 1, integrations: 0 },
    { day: "2026-03-02", policy: 4, people: 0, integrations: 0 },
  ];

  test.each([
    [59_999, 60_000, "Half within a minute, nearly all within 1 min"],
    [240_000, 3.9 * 3_600_000, "Half within 4 min, nearly all within 3 h"],
  ])("that the times to decide were %i and %i ms as: %s", (p50, p95, times) => {
    expect(decisionsSentence({ days, decidedAfterMs: { p50, p95 } })).toBe(
      `In 30 days 7 by policy, 1 by people, 0 by integrations. ${times}. Days are in UTC.`,
    );
  });

  test("nothing of times where nothing was decided", () => {
    expect(decisionsSentence({ days: [], decidedAfterMs: { p50: null, p95: null } })).toBe(
      "In 30 days 0 by policy, 0 by people, 0 by integrations. Days are in UTC.",
    );
  });
});

describe("the policy's lines", () => {
  const usage: RuleUsage = { name: "default", line: 2, outcome: "ask", decided: 4 };

  test("are counted as an editor counts them, with a rule's figures where it begins", () => {
    expect(linesOf("# ours\r\ndefault:\n\n  ask\n", [usage])).toEqual([
      { number: 1, text: "# ours", usage: null },
      { number: 2, text: "default:", usage },
      { number: 3, text: "", usage: null },
      { number: 4, text: "  ask", usage: null },
    ]);
  });

  test("show what a screen would obey", () => {
    expect(linesOf("name: \u202eevil", []).map(({ text }) => text)).toEqual(["name: <U+202E>evil"]);
  });

  test("can be sent to somebody", () => {
    expect(routeOf(viewHash("policy", {}, "line/79"))).toEqual({
      view: "policy",
      rest: "line/79",
      filters: {},
    });
  });

  test.each([
    ["line/79", 79],
    ["", null],
    ["line/", null],
    ["line/7x", null],
    ["line/-1", null],
    ["79", null],
  ])("%s leads to line %s", (rest, expected) => {
    expect(lineIn(rest)).toBe(expected);
  });
});

describe("a search of the audit", () => {
  test.each<[string, Readonly<Record<string, string>>, Search]>([
    ["records where nothing else is said", { q: "pay" }, { of: "records", filters: { q: "pay" } }],
    ["records where nobody knows the list", { of: "toString" }, { of: "records", filters: {} }],
    ["requests", { of: "requests", rule: "r" }, { of: "requests", filters: { rule: "r" } }],
    ["by what its list takes alone", { of: "requests", kind: "asked" }, { of: "requests", filters: {} }],
    [
      "accesses",
      { of: "accesses", request: "pec-1", q: "x" },
      { of: "accesses", filters: { request: "pec-1" } },
    ],
  ])("is of %s", (_what, asked, expected) => {
    expect(searchOf(asked)).toEqual(expected);
  });

  const aSearch = fc
    .constantFrom("records", "requests", "accesses")
    .chain((of) =>
      fc
        .dictionary(fc.constantFrom(...filterNames(of)), fc.string({ minLength: 1, unit: "grapheme" }))
        .map((filters): Search => ({ of, filters: { ...filters } })),
    );

  test("is the same after a way through the address", () => {
    fc.assert(
      fc.property(aSearch, (search) => {
        const route = routeOf(searchHash(search));

        expect(route.view).toBe("audit");
        expect(searchOf(route.view === "audit" ? route.filters : {})).toEqual(search);
      }),
    );
  });

  test.each<[Search, Readonly<Record<string, string>>, string]>([
    [{ of: "records", filters: {} }, {}, "/api/audit"],
    [{ of: "requests", filters: { q: "a b" } }, { cursor: "c=" }, "/api/requests?q=a+b&cursor=c%3D"],
    [{ of: "accesses", filters: {} }, {}, "/api/audit/accesses"],
  ])("%j %j is at %s", (search, paging, expected) => {
    expect(searchPath(search, paging)).toBe(expected);
  });

  test.each<[Search["of"], readonly string[], readonly string[]]>([
    ["records", ["Auditor"], ["csv", "ndjson"]],
    ["requests", ["Reader", "Auditor"], ["csv", "ndjson"]],
    ["records", ["Reader", "Approver"], []],
    ["accesses", ["Auditor"], []],
  ])("of %s by a %j can be saved as %j", (of, roles, expected) => {
    expect(Object.keys(filesOf(of, roles))).toEqual(expected);
  });
});

describe("what a search found", () => {
  test("says what happened, to what, and who did it, with nothing that a screen obeys", () => {
    const entry = recordEntry({
      requestId: "pec-1" as never,
      seq: 4,
      at: NINE,
      kind: "reviewed",
      actor: { kind: "person", oid: "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201", name: "Ana" },
      sentence: "It \u202eis fine.",
      outcome: null,
      cluster: "aks-prod",
      endpoint: null,
      consumer: null,
    });

    expect(entry).toEqual({
      at: NINE,
      who: '"Ana" (a1b5c7d9…)',
      title: "Reviewed: an unnamed endpoint → aks-prod",
      sentence: "It <U+202E>is fine.",
      id: "pec-1",
    });
  });

  test.each<[string, Readonly<Record<string, string>>, Omit<Entry, "at" | "who">]>([
    [
      "getRequest",
      { id: "pec-1" },
      {
        title: "Opened the request, shown 1",
        sentence: "id: pe-a → aks-<U+202E>",
        detail: "id: pec-1",
        id: "pec-1",
      },
    ],
    [
      "listRequests",
      { request: "pec-2", limit: "5" },
      {
        title: "Searched requests, shown 1",
        sentence: "request: pec-2, limit: 5",
        detail: "request: pec-2, limit: 5",
        id: "pec-2",
      },
    ],
    [
      "listRequests",
      { person: "constructor" },
      {
        title: "Searched requests, shown 1",
        sentence: "person: constructor",
        detail: "person: constructor",
        id: null,
      },
    ],
    ["somethingNew", {}, { title: "somethingNew, shown 1", sentence: "", detail: "", id: null }],
  ])("says of %s with %j: %j", (operation, query, expected) => {
    const person = { kind: "person", oid: "f60a1c2e-5374", name: "Fay", signInNames: [] } as never;

    expect(
      accessEntry({ at: NINE, person, operation, query, count: 1 }, { "pec-1": "pe-a → aks-\u202e" }),
    ).toEqual({
      at: NINE,
      who: '"Fay" (f60a1c2e…)',
      ...expected,
    });
  });
});
