import { expect, test } from "vitest";
import { type Change, writeDown } from "../../../shared/request/life.ts";
import type { RequestQuery } from "../../../shared/search/port.ts";
import { recordSummary, requestSummary } from "../../../shared/search/summaries.ts";
import {
  connectionTerms,
  recordTerms,
  requestTerms,
  type Term,
  termOf,
} from "../../../shared/search/terms.ts";
import type { Store } from "../../../shared/store/store.ts";
import { aConnection, aConnectionId, aTrail, HOUR, later, NINE } from "../../fixtures/builders.ts";
import {
  ana,
  applying,
  asked,
  asPerson,
  assessed,
  assessedAs,
  bo,
  decided,
  deferred,
  failed,
  resumed,
  reviewed,
  reviewedByTickets,
  TICKETS,
  verified,
} from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { A, X, Y } from "./search-by-words.ts";
import { keyOf, recordsOf, requestsOf } from "./searching.ts";
import { type OpenStore, trailAt, trailOf } from "./store-under-test.ts";

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

async function filled(open: OpenStore): Promise<Store> {
  const store = await open();
  for (const change of WORLD) await store.append(change);
  return store;
}

/** By every term that there is, alone and with each other, and by hostile names. */
export function byTerms(open: OpenStore): void {
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

  test("an integration by its name and what it is; no person is called so", async () => {
    const { search, ...store } = await open();
    await store.append(trailOf("a", asked(), reviewedByTickets, decided("approve", TICKETS)));
    await store.append(trailOf("b", asked(), reviewed(ana)));
    const of = (...pairs: readonly Parameters<typeof termOf>[]) => ({
      terms: pairs.map((pair) => termOf(...pair)),
    });

    const records = await recordsOf(search, of(["integration", "Ticket-System"]));
    const requests = await requestsOf(search, of(["by", "integration"], ["integration", "ticket-system"]));

    expect(records.map(({ kind, actor }) => [kind, actor])).toEqual([
      ["decided", TICKETS],
      ["reviewed", TICKETS],
    ]);
    expect(requests.map(({ decision }) => decision)).toEqual([{ decision: "approve", by: TICKETS }]);
    expect(await recordsOf(search, of(["person", "ticket-system"]))).toEqual([]);
    expect(await recordsOf(search, of(["person", "bo@contoso.com"]))).toEqual([]);
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

  test("with the name of their consumer as last known, whatever it is", async () => {
    const { search, ...store } = await open();
    const name = 'Payments "weu" \u202e\u0000';
    const named = trailAt(later(HOUR), "named", assessedAs({ kind: "value", value: name }));
    await store.append(trailOf("nameless"));
    await store.append(named);
    const again = [deferred(), resumed, assessedAs({ kind: "unknown", cause: "403" })];
    await store.append(writeDown(named.request, again, later(2 * HOUR), SEALS));

    const names = (await requestsOf(search, {})).map(({ consumerName }) => consumerName);

    expect(names).toEqual([name, null]);
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
