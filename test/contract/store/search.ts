import { describe, expect, test } from "vitest";
import type { Instant } from "../../../shared/connection/connection.ts";
import { type Change, writeDown } from "../../../shared/request/life.ts";
import type { Entry } from "../../../shared/request/record.ts";
import { CursorError } from "../../../shared/search/page.ts";
import type { RecordQuery, RequestQuery, Search } from "../../../shared/search/port.ts";
import {
  type RecordSummary,
  type RequestSummary,
  recordSummary,
  requestSummary,
} from "../../../shared/search/summaries.ts";
import {
  connectionTerms,
  recordTerms,
  requestTerms,
  type Term,
  termOf,
} from "../../../shared/search/terms.ts";
import type { Store } from "../../../shared/store/store.ts";
import {
  aClusterId,
  aConnection,
  aConnectionId,
  anEndpoint,
  aTrail,
  CONSUMER,
  HOUR,
  later,
  MINUTE,
  NINE,
  PROVIDER,
} from "../../fixtures/builders.ts";
import {
  ana,
  applying,
  aRequirement,
  asked,
  asPerson,
  assessed,
  bo,
  decided,
  deferred,
  failed,
  reviewed,
  verified,
} from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { closings } from "./closings.ts";
import { allOf, NO_CURSORS, type OpenStore, trailAt, trailOf } from "./store-under-test.ts";
import { waiting } from "./waiting.ts";

/** The part of the contract that is about what people ask. */
export function search(open: OpenStore): void {
  describe("records are found", () => byWords(open));
  describe("records and requests are found by every term", () => byTerms(open));
  describe("pages of requests and records", () => paging(open));
  describe("how requests ended", () => closings(open));
  describe("what waits for people", () => waiting(open));
}

const recordsOf = (search: Search, query: Partial<RecordQuery>, limit = 2): Promise<RecordSummary[]> =>
  allOf((cursor) => search.records({ terms: [], ...query, limit, cursor }));
const requestsOf = (search: Search, query: Partial<RequestQuery>, limit = 2): Promise<RequestSummary[]> =>
  allOf((cursor) => search.requests({ terms: [], by: "newest", ...query, limit, cursor }));

const labels = (records: readonly RecordSummary[]) =>
  records.map(({ kind, requestId }) => `${kind} ${NAMES[requestId]}`);

const half = later(500);
const A = trailOf("a", asked(), reviewed(ana));
const X = aTrail(
  {
    connection: aConnection({
      id: aConnectionId("x", aClusterId("aks-test")),
      endpoint: anEndpoint("pe-x", "rg-x", PROVIDER),
    }),
    at: later(100),
  },
  decided("reject", asPerson(bo)),
  applying("Rejected"),
  verified("Rejected"),
);
const Y = aTrail({ connection: aConnection({ id: aConnectionId("y"), endpoint: null }), at: half });
const NAMES: Readonly<Record<string, string>> = {
  [A.request.id]: "a",
  [X.request.id]: "x",
  [Y.request.id]: "y",
};

function byWords(open: OpenStore): void {
  const ofA = ["reviewed a", "asked a", "received a"];
  const ofX = ["verified x", "applying x", "decided x", "received x"];
  const by = (...pairs: readonly Parameters<typeof termOf>[]) => ({
    terms: pairs.map((pair) => termOf(...pair)),
  });

  test.each<[string, Partial<RecordQuery>, string[]]>([
    ["by nothing: all of them", {}, ["received y", ...ofX, ...ofA]],
    ["by the request", by(["request", X.request.id]), ofX],
    ["by the connection's name", by(["connection", "X"]), ofX],
    ["by the connection's id", { terms: connectionTerms(aConnectionId("a")) }, ofA],
    ["by the cluster's name", by(["cluster", "aks-test"]), ofX],
    ["by the cluster's name in capitals", by(["cluster", "AKS-TEST"]), ofX],
    ["by the cluster's id in capitals", by(["cluster", aClusterId("aks-test").toUpperCase()]), ofX],
    ["not by the beginning of a cluster's name", by(["cluster", "aks"]), []],
    ["by a word of the cluster's name", by(["word", "test"]), ofX],
    ["by the endpoint's name", by(["endpoint", "PE-x"]), ofX],
    ["by a word of the endpoint's name", by(["word", "payments"]), ofA],
    ["by the consumer", by(["consumer", CONSUMER]), ofA],
    ["by the consumer in capitals", by(["consumer", PROVIDER.toUpperCase()]), ofX],
    ["by the person", by(["person", ana.oid]), ["reviewed a"]],
    ["by the person in capitals", by(["person", bo.oid.toUpperCase()]), ["decided x"]],
    ["by the person's name in any case", by(["person", "aNA"]), ["reviewed a"]],
    ["by the name of a person who decided", by(["person", "Bo"]), ["decided x"]],
    ["by a sign-in name of who reviewed, in any case", by(["person", "ANA@contoso.com"]), ["reviewed a"]],
    ["by a name with spaces around", by(["person", " Ana "]), ["reviewed a"]],
    ["not by the beginning of a sign-in name", by(["person", "ana@"]), []],
    ["by the rule", by(["rule", "payments"]), ["applying x"]],
    ["not by half a rule's name", by(["rule", "payment"]), []],
    ["by the kind", by(["kind", "received"]), ["received y", "received x", "received a"]],
    [
      "by the system",
      by(["by", "system"]),
      ["received y", "verified x", "received x", "asked a", "received a"],
    ],
    ["by the outcome", by(["outcome", "rejected"]), ["verified x"]],
    ["not by an outcome that nothing had", by(["outcome", "expired"]), []],
    ["not by a person who is a rule", by(["person", "payments"]), []],
    ["from a moment on", { from: half }, ["received y"]],
    ["up to a moment", { to: half, ...by(["consumer", CONSUMER]) }, ofA],
    ["from their very moment on, up to the next", { from: NINE, to: later(1) }, ofA],
    [
      "from a moment without milliseconds on",
      { from: "2026-03-02T09:00:00Z" as Instant, ...by(["person", ana.oid]) },
      ["reviewed a"],
    ],
    ["not up to that moment without milliseconds", { to: "2026-03-02T09:00:00Z" as Instant }, []],
    ["not up to the moment that it begins with", { from: half, to: half }, []],
    [
      "by everything together",
      { from: NINE, ...by(["cluster", "aks-test"], ["person", bo.oid], ["consumer", PROVIDER]) },
      ["decided x"],
    ],
    ["by the same word twice as by one", by(["cluster", "aks-test"], ["cluster", "AKS-test"]), ofX],
    ["not by a quote", by(["cluster", "' OR '1'='1"], ["person", "%"]), []],
    ["not by nothing at all", by(["person", ""]), []],
    ["not by what no key can hold", by(["person", "/\\#?\u0000\ud800'"]), []],
    ["not by a word that is too long", by(["word", "x".repeat(5_000)]), []],
  ])("%s", async (_name, query, expected) => {
    const { search, ...store } = await open();
    for (const trail of [A, X, Y]) await store.append(trail);

    expect(labels(await recordsOf(search, query))).toEqual(expected);
  });

  test("as summaries", async () => {
    const { search, ...store } = await open();
    await store.append(A);

    const found = await recordsOf(search, {});

    expect(found).toEqual(A.records.map(recordSummary).reverse());
  });

  test("by a term that somebody asks whether it is known", async () => {
    const { search, ...store } = await open();
    await store.append(A);

    expect(await search.knows(termOf("rule", "payments"))).toBe(false);
    expect(await search.knows(termOf("person", "ANA"))).toBe(true);
    expect(await search.knows(termOf("person", "' OR 1=1 --"))).toBe(false);
  });
}

const HOSTILE = [
  'it\'s "quoted"',
  "a|b:c,d;e=f&g+h",
  "<script>alert(1)",
  "=1+1",
  "no\u0308rma\u0301l",
  "\u{1f600} \u4f60\u597d",
  "' OR 1=1 --",
  "_*[a-z]",
  "x".repeat(250),
  "a b  c",
  "__proto__",
];

/** People may call themselves anything. */
const HOSTILE_PEOPLE = [
  ...HOSTILE,
  "/\\#?",
  "nul\u0000 tab\t line\n",
  "lone \ud800",
  "x".repeat(3_000),
  " ",
  "person:ana",
];

/** Requests that differ in everything by which they are found. */
const WORLD: readonly Change[] = [
  A,
  X,
  Y,
  trailAt(later(HOUR), "waits", assessed(), asked()),
  trailAt(later(2 * HOUR), "waits-too", assessed(), asked(), reviewed(bo)),
  trailAt(later(3 * HOUR), "rests", assessed(), deferred()),
  trailAt(later(4 * HOUR), "approved", assessed(), decided(), applying(), verified()),
  trailAt(later(5 * HOUR), "failed", failed()),
  trailAt(later(5 * HOUR), "failed-at-the-same-moment", failed()),
];

/** Two words of each dimension: enough for every pair of dimensions to meet, and to miss. */
function someTerms(all: readonly (readonly Term[])[]): Term[] {
  const byDimension = new Map<string, Set<Term>>();
  for (const term of all.flat()) {
    const dimension = term.slice(0, term.indexOf(":"));
    const known = byDimension.get(dimension) ?? new Set();
    if (known.size < 2) byDimension.set(dimension, known.add(term));
  }
  return [...byDimension.values()].flatMap((terms) => [...terms]);
}

/** Each of them alone, and each with each other. */
const aloneAndInPairs = (terms: readonly Term[]): (readonly Term[])[] =>
  terms.flatMap((term, index) => [[term], ...terms.slice(index + 1).map((other) => [term, other])]);

const keyOf = ({ requestId, seq }: RecordSummary) => `${requestId} ${seq}`;

async function filled(open: OpenStore): Promise<Store> {
  const store = await open();
  for (const change of WORLD) await store.append(change);
  return store;
}

function byTerms(open: OpenStore): void {
  test("alone and in pairs: records", async () => {
    const { search } = await filled(open);
    const records = WORLD.flatMap((change) => change.records);
    const terms = someTerms(records.map(recordTerms));

    for (const query of aloneAndInPairs(terms)) {
      const found = await recordsOf(search, { terms: query }, 50);

      const expected = records.filter((record) => query.every((term) => recordTerms(record).includes(term)));
      expect([query, found.map(keyOf).sort()]).toEqual([
        query,
        expected.map(recordSummary).map(keyOf).sort(),
      ]);
    }
  });

  test("alone and in pairs: requests", async () => {
    const { search } = await filled(open);
    const requests = WORLD.map(({ request }) => request);
    const terms = someTerms(requests.map(requestTerms));

    for (const query of aloneAndInPairs(terms)) {
      const found = await requestsOf(search, { terms: query }, 50);

      const expected = requests.filter((request) =>
        query.every((term) => requestTerms(request).includes(term)),
      );
      expect([query, found.map(({ id }) => id).sort()]).toEqual([query, expected.map(({ id }) => id).sort()]);
    }
  });

  test("from a moment on, until before another", async () => {
    const { search } = await filled(open);
    const [waiting] = [termOf("state", "waiting")];
    const of = async (query: Partial<RequestQuery>) =>
      (await requestsOf(search, { terms: [waiting], ...query })).map(({ receivedAt }) => receivedAt);

    expect(await of({ from: later(HOUR) })).toEqual([later(2 * HOUR), later(HOUR)]);
    expect(await of({ from: later(HOUR + 1) })).toEqual([later(2 * HOUR)]);
    expect(await of({ to: later(2 * HOUR) })).toEqual([later(HOUR), NINE]);
    expect(await of({ from: later(HOUR), to: later(HOUR) })).toEqual([]);
  });

  test.each(HOSTILE)("whatever a connection is called: %j", async (name) => {
    const { search, ...store } = await open();
    const id = aConnectionId(name);
    await store.append(aTrail({ connection: aConnection({ id, endpoint: null }) }));
    await store.append(trailOf("other"));

    const expected = [expect.objectContaining({ requestMessage: "for payments", cluster: "aks-prod" })];
    expect(await requestsOf(search, { terms: [termOf("connection", name)] })).toEqual(expected);
    expect(await recordsOf(search, { terms: connectionTerms(id) })).toHaveLength(1);
    expect((await store.open({ connection: id })).map(({ connectionId }) => connectionId)).toContain(id);
  });

  test.each(HOSTILE_PEOPLE)("whatever a person is called: %j", async (name) => {
    const { search, ...store } = await open();
    const person = { ...ana, name, signInNames: [`${name}@contoso.com`] };
    const trail = trailOf("a", asked(), reviewed(person));
    await store.append(trail);
    await store.append(trailOf("b", asked(), reviewed(bo)));

    for (const text of [name, ` ${name.toUpperCase()} `, `${name}@contoso.com`]) {
      const found = await recordsOf(search, { terms: [termOf("person", text), termOf("kind", "reviewed")] });

      expect(found).toEqual(trail.records.slice(-1).map(recordSummary));
    }
  });

  test("as they are now, not as they were", async () => {
    const { search, ...store } = await open();
    const trail = trailOf("a", assessed(), asked());
    await store.append(trail);
    const after = writeDown(trail.request, [decided("approve", asPerson(bo))], later(HOUR), SEALS);

    await store.append(after);

    expect(await requestsOf(search, { terms: [termOf("state", "waiting")] })).toEqual([]);
    expect(await requestsOf(search, { terms: [termOf("state", "applying")] })).toEqual([
      requestSummary(after.request),
    ]);
    expect(await requestsOf(search, { by: "deadline" })).toEqual([]);
  });
}

function paging(open: OpenStore): void {
  const numbered = (n: number, ...entries: readonly Entry[]) =>
    trailAt(later(n * MINUTE), `${n}`, ...entries);
  const numbersOf = (requests: readonly RequestSummary[]) =>
    requests.map(({ receivedAt }) => (Date.parse(receivedAt) - Date.parse(NINE)) / MINUTE);

  test("show requests in the order in which they were received, whatever happened to them since", async () => {
    const { search, ...store } = await open();
    const first = numbered(0);
    for (const trail of [numbered(2), first, numbered(1)]) await store.append(trail);
    await store.append(writeDown(first.request, [assessed()], later(HOUR), SEALS));

    expect(numbersOf(await requestsOf(search, { by: "newest" }))).toEqual([2, 1, 0]);
    expect(numbersOf(await requestsOf(search, { by: "oldest" }))).toEqual([0, 1, 2]);
  });

  test("show records newest first, in whatever order they came, and a request's own by their numbers", async () => {
    const { search, ...store } = await open();
    const first = numbered(0, assessed());
    for (const trail of [numbered(2), first, numbered(1)]) await store.append(trail);
    await store.append(writeDown(first.request, [asked()], later(HOUR), SEALS));

    const found = await recordsOf(search, {});

    expect(found.map(({ at, seq }) => [at, seq])).toEqual([
      [later(HOUR), 3],
      [later(2 * MINUTE), 1],
      [later(MINUTE), 1],
      [NINE, 2],
      [NINE, 1],
    ]);
  });

  test("show those that wait by their deadlines, the nearest first, and no others", async () => {
    const { search, ...store } = await open();
    const within = (hours: number) => asked(aRequirement({ timeoutMs: hours * HOUR }));
    for (const [n, hours] of [4, 1, 3, 2].entries()) await store.append(numbered(n, within(hours)));
    await store.append(numbered(8, deferred()));
    await store.append(numbered(9, failed()));

    const found = await requestsOf(search, { by: "deadline" });

    expect(found.map(({ deadline }) => deadline)).toEqual([1, 2, 3, 4].map((hours) => later(hours * HOUR)));
    const narrowed = {
      by: "deadline",
      terms: [termOf("cluster", "aks-prod")],
      to: later(3 * MINUTE),
    } as const;
    expect(numbersOf(await requestsOf(search, narrowed))).toEqual([1, 2, 0]);
  });

  test.each(["newest", "oldest", "deadline"] as const)(
    "stay stable while requests are added, %s first",
    async (by) => {
      const { search, ...store } = await open();
      for (const n of [2, 3, 4, 5]) await store.append(numbered(n, asked()));
      const query = { terms: [termOf("state", "waiting")], by, limit: 2 };
      const start = await search.requests({ ...query, cursor: null });

      for (const n of [0, 1, 6, 7]) await store.append(numbered(n, asked()));
      const rest = await allOf((cursor) => search.requests({ ...query, cursor: cursor ?? start.nextCursor }));

      const seen = numbersOf([...start.items, ...rest]);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining([2, 3, 4, 5]));
    },
  );

  test("stay stable while records are added", async () => {
    const { search, ...store } = await open();
    for (const n of [0, 1, 2, 3]) await store.append(numbered(n));
    const query = { terms: [termOf("kind", "received")], limit: 2 };
    const start = await search.records({ ...query, cursor: null });

    for (const n of [4, 5]) await store.append(numbered(n));
    const rest = await allOf((cursor) => search.records({ ...query, cursor: cursor ?? start.nextCursor }));

    const times = [...start.items, ...rest].map(({ at }) => at);
    expect(times).toEqual([3, 2, 1, 0].map((n) => later(n * MINUTE)));
  });

  test("give what came at one moment once each, wherever a page ends", async () => {
    const { search, ...store } = await open();
    const trails = ["a", "b", "c", "d", "e"].map((name) => trailOf(name, assessed(), asked()));
    for (const trail of trails) await store.append(trail);

    for (const limit of [1, 2, 4, 7]) {
      const records = (await recordsOf(search, {}, limit)).map(keyOf);
      const requests = (await requestsOf(search, { by: "deadline" }, limit)).map(({ id }) => id);

      expect([records.length, new Set(records).size]).toEqual([15, 15]);
      expect([requests.length, new Set(requests).size]).toEqual([5, 5]);
    }
  });

  test.each([0, 1, 2, 3, 4, 5])("of %i requests hold two at most, and end", async (count) => {
    const { search, ...store } = await open();
    for (let n = 0; n < count; n++) await store.append(numbered(n));

    const sizes: number[] = [];
    const found = await allOf(async (cursor) => {
      const page = await search.requests({ terms: [], by: "newest", limit: 2, cursor });
      sizes.push(page.items.length);
      return page;
    });

    expect(found).toHaveLength(count);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2);
  });

  test("hold only what matches, and lead to all that does", async () => {
    const { search, ...store } = await open();
    for (let n = 0; n < 9; n++) await store.append(numbered(n, asked()));
    const matches = ({ receivedAt }: RequestSummary) => Date.parse(receivedAt) % (4 * MINUTE) === 0;

    expect(numbersOf(await requestsOf(search, { matches }))).toEqual([8, 4, 0]);
    expect(numbersOf(await requestsOf(search, { by: "oldest", matches }, 1))).toEqual([0, 4, 8]);
    expect(await requestsOf(search, { by: "deadline", matches: () => false })).toEqual([]);
  });

  test.each(NO_CURSORS)("the cursor %j, which no page gave, is refused", async (cursor) => {
    const { search, ...store } = await open();
    await store.append(trailOf("a", asked()));

    for (const terms of [[], [termOf("kind", "asked")], [termOf("kind", "none")]])
      await expect(search.records({ terms, limit: 1, cursor })).rejects.toThrow(CursorError);
    for (const by of ["newest", "oldest", "deadline"] as const)
      await expect(search.requests({ terms: [], by, limit: 1, cursor })).rejects.toThrow(CursorError);
  });
}
