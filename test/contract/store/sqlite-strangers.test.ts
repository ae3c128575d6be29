import { describe, expect, test } from "vitest";
import { inspect } from "../../../shared/evidence/inspect.ts";
import { connectionTerms, termOf } from "../../../shared/search/terms.ts";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
import type { Store } from "../../../shared/store/store.ts";
import { aClusterId, HOUR, later, NINE } from "../../fixtures/builders.ts";
import { ana, anEntry, asked, asPerson, assessed } from "../../fixtures/entries.ts";
import { aStoreFile, Intruder } from "../../fixtures/intruder.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { allOf, CHANNELS, RECIPIENTS, trailAt, trailOf } from "./store-under-test.ts";

/** More than a JavaScript number holds exactly. */
const HUGE = "9223372036854775807";
const A = "(SELECT number FROM trails WHERE request_id = ?)";

const [one, other] = [trailOf("one", asked(), anEntry.expired), trailOf("other", assessed(), asked())];
const closed = trailOf("closed", anEntry.refused);

/** A store with three requests, and somebody who writes into its file. */
async function invaded() {
  const file = aStoreFile();
  const store = openSqliteStore(file, RECIPIENTS);
  for (const change of [one, other, closed]) await store.append(change);
  return { store, intruder: new Intruder(file), reopened: () => openSqliteStore(file, RECIPIENTS) };
}

describe("a number in the store that is larger than any of ours", () => {
  test.each([
    ["the template of a request", `UPDATE requests SET template = ${HUGE} WHERE trail = ${A}`],
    ["the deadline of a request", `UPDATE requests SET due = ${HUGE} WHERE trail = ${A}`],
    ["a request's place", `UPDATE requests SET trail = ${HUGE} WHERE trail = ${A}`],
    ["the number of a record", `UPDATE records SET seq = ${HUGE} WHERE trail = ${A} AND seq = 2`],
    ["the template of a record", `UPDATE records SET template = ${HUGE} WHERE trail = ${A} AND seq = 2`],
    ["the trail of a record", `UPDATE records SET trail = ${HUGE} WHERE trail = ${A} AND seq = 2`],
    ["the place of a record", `UPDATE records SET position = ${HUGE} WHERE trail = ${A} AND seq = 2`],
    ["the number of a trail", "UPDATE trails SET number = 9223372036854775807 WHERE request_id = ?"],
    ["the number of a notice", `UPDATE notices SET seq = ${HUGE} WHERE request_id = ? AND seq = 2`],
    ["how often a notice was tried", `UPDATE notices SET attempts = ${HUGE} WHERE request_id = ?`],
    ["whether a notice was given up", `UPDATE notices SET given_up = ${HUGE} WHERE request_id = ?`],
    ["the number of a term", `UPDATE terms SET id = ${HUGE} WHERE term = 'kind:asked' AND ? <> ''`],
    ["the last number of a term", `UPDATE last_term SET id = ${HUGE} WHERE ? <> ''`],
    ["a part of records", `INSERT INTO parts SELECT ${HUGE}, hash, text FROM parts WHERE ? <> '' LIMIT 1`],
  ])("as %s: everything else is read and written as ever", async (_what, sql) => {
    const { store, intruder, reopened } = await invaded();
    intruder.run(sql, one.request.id);
    const late = trailOf("late", assessed(), asked());

    expect(await store.append(late)).toBe(true);

    const next = reopened();
    await next.whole(one.request.id);
    for (const { request, records } of [other, closed, late]) {
      expect(await next.read(request.id)).toEqual(request);
      expect(await next.trail(request.id)).toEqual(records);
      expect(await next.trails.ids(null, 9)).toContain(request.id);
    }
    expect(await next.open({ cluster: aClusterId() })).toEqual([other.request, late.request]);
    const listed = await allOf((cursor) =>
      next.search.requests({ terms: [], by: "newest", limit: 1, cursor }),
    );
    expect(listed.map(({ id }) => id)).toContain(other.request.id);
    const records = await allOf((cursor) => next.search.records({ terms: [], limit: 2, cursor }));
    expect(records.map(({ requestId }) => requestId)).toContain(other.request.id);
    expect(await Array.fromAsync(next.search.closings(NINE, later(HOUR)))).not.toEqual([]);
    expect(await Array.fromAsync(next.trails.changed(NINE, later(HOUR)))).toContain(other.request.id);
    expect(await next.outbox.due(later(HOUR), 9)).toContainEqual({
      requestId: other.request.id,
      channel: "log",
    });
    await next.outbox.pending({ requestId: one.request.id, channel: "log" });
    expect(await next.outbox.figures()).toHaveLength(CHANNELS.length);
    await next.rebuild(() => undefined);
    expect(await next.open({ cluster: aClusterId() })).toContainEqual(other.request);
  });
});

describe("what is of another type than the app writes", () => {
  /** Makes tables again that hold anything. */
  const loosened = async () => {
    const found = await invaded();
    for (const table of ["trails", "records", "requests"]) {
      found.intruder.run(`CREATE TABLE loose_${table} AS SELECT * FROM ${table}`);
      found.intruder.run(`DROP TABLE ${table}`);
      found.intruder.run(`ALTER TABLE loose_${table} RENAME TO ${table}`);
    }
    return found;
  };

  test.each([
    ["the text of a record", `UPDATE records SET said = x'ff00', seal = 5 WHERE trail = ${A} AND seq = 2`],
    ["no text of a record", `UPDATE records SET said = NULL, seal = NULL WHERE trail = ${A} AND seq = 2`],
    ["the number of a record", `UPDATE records SET seq = 'two' WHERE trail = ${A} AND seq = 2`],
    ["no number of a record", `UPDATE records SET seq = NULL WHERE trail = ${A} AND seq = 2`],
    ["half a number", `UPDATE records SET seq = 2.5 WHERE trail = ${A} AND seq = 2`],
    ["its template", `UPDATE records SET template = 'x' WHERE trail = ${A} AND seq = 2`],
    ["what a request says", `UPDATE requests SET body = x'00', template = 1.5 WHERE trail = ${A}`],
    ["the id of a request", "UPDATE trails SET request_id = x'00ff' WHERE request_id = ?"],
    [
      "half a letter in it",
      "UPDATE trails SET request_id = CAST(x'7065632dff' AS TEXT) WHERE request_id = ?",
    ],
    [
      "a very long id",
      "UPDATE trails SET request_id = printf('pec-%.*c', 70000000, 'x') WHERE request_id = ?",
    ],
    ["no id of a request", "UPDATE trails SET request_id = NULL WHERE request_id = ?"],
  ])("%s: everything else is read as ever, and it is said where something is wrong", async (_what, sql) => {
    const { store, intruder } = await loosened();
    intruder.run(sql, one.request.id);

    expect(await store.whole(other.request.id)).toMatchObject({ request: other.request });
    expect(await store.open({ cluster: aClusterId() })).toContainEqual(other.request);
    const ids = await allIds(store);
    const wholes = await Array.fromAsync(store.trails.wholes(ids));
    const findings = wholes.map(
      (whole, at) => inspect({ id: ids[at] ?? "", whole, known: [], witnessedBefore: null }, SEALS).finding,
    );
    expect(findings.filter((finding) => finding !== null)).not.toEqual([]);
  });
});

describe("notices that somebody put in", () => {
  test("of what is no request, due before all others, keep nobody from being told of the others", async () => {
    const { store, intruder } = await invaded();
    for (const id of ["nobody", "pec-x'", "pec-0123456789abcdef0123456789abcdeg"])
      intruder.run("INSERT INTO notices VALUES (?, 'log', 1, '', 0, '', 0)", id);

    const due = await store.outbox.due(later(HOUR), 1);

    expect(due).toHaveLength(1);
    expect([one.request.id, other.request.id]).toContain(due[0]?.requestId);
    expect((await store.outbox.figures()).map(({ channel }) => channel)).toEqual(CHANNELS);
  });

  test("with a moment that is none are due at once", async () => {
    const { store, intruder } = await invaded();
    const line = { requestId: other.request.id, channel: "log" };
    intruder.run("UPDATE notices SET due_at = 'x', created_at = 'x' WHERE request_id = ?", other.request.id);

    expect(await store.outbox.pending(line)).toEqual([
      expect.objectContaining({ dueAt: later(-Date.parse(NINE)) }),
    ]);
    expect(await store.outbox.figures()).toHaveLength(CHANNELS.length);
  });
});

describe("numbers of terms that somebody wrote", () => {
  // A rebuild gives numbers in the order of time.
  const late = trailAt(later(-HOUR), "late", assessed(), asked());
  const latest = trailOf("latest", assessed(), asked());

  /** Each request is found by its own connection, with its records, and nothing else is. */
  const expectOwnToBeFound = async ({ search }: Store) => {
    for (const { request, records } of [one, other, closed, late]) {
      const query = { terms: connectionTerms(request.connectionId), limit: 9, cursor: null };
      const [found, kept] = [
        await search.requests({ ...query, by: "newest" }),
        await search.records({ ...query }),
      ];
      expect(found.items.map(({ id }) => id)).toEqual([request.id]);
      expect(kept.items.map(({ requestId }) => requestId)).toEqual(records.map(() => request.id));
    }
  };

  test.each([
    ["a last one that is too large", `UPDATE last_term SET id = ${HUGE}`],
    ["a last one below all", "UPDATE last_term SET id = -3"],
    ["no last one", "DELETE FROM last_term"],
    [
      "half a last one",
      "DROP TABLE last_term",
      "CREATE TABLE last_term (only PRIMARY KEY, id)",
      "INSERT INTO last_term SELECT 1, max(id) + 0.5 FROM terms",
    ],
  ])("%s: what comes later gets numbers of its own", async (_what, ...sql) => {
    const { store, intruder } = await invaded();
    await store.search.knows(termOf("kind", "asked"));
    for (const one of sql) intruder.run(one);

    await store.append(late);

    await expectOwnToBeFound(store);
  });

  test.each([
    ["a last one that was given before", "UPDATE last_term SET id = 1"],
    ["all the same", "UPDATE terms SET id = 1"],
    ["one that is too large", `UPDATE terms SET id = ${HUGE}`],
    ["none", "DELETE FROM terms"],
  ])("%s: a rebuild gives them anew", async (_what, sql) => {
    const { store, intruder } = await invaded();
    await store.search.knows(termOf("kind", "asked"));
    intruder.run(sql);
    await store.append(late);

    await store.rebuild(() => undefined);

    await expectOwnToBeFound(store);
    await store.append(latest);
    await expectOwnToBeFound(store);
    const asks = await store.search.records({ terms: [termOf("kind", "asked")], limit: 9, cursor: null });
    expect(asks.items.map(({ requestId }) => requestId)).toContain(latest.request.id);
  });
});

test("what cannot be read in the log of accesses hides nothing that can", async () => {
  const { store, intruder } = await invaded();
  const access = { at: NINE, person: asPerson(ana), operation: "listRecords", query: {}, count: 1 };
  for (const body of ["{", JSON.stringify(access), "{}"])
    intruder.run("INSERT INTO accesses (at, body) VALUES (?, ?)", NINE, body);

  expect(await allOf((cursor) => store.accesses.accesses({ limit: 1, cursor }))).toEqual([access]);
});

describe("a text that would fill the memory", () => {
  test("of parts that multiply is no record, and what is beside it is read", async () => {
    const { store, intruder } = await invaded();
    intruder.run("INSERT INTO parts VALUES (9999, 0, ?)", "x".repeat(1_000_000));
    const piece = `\u0002${(9_999).toString(36)}\u0001`;
    intruder.run("INSERT INTO parts VALUES (9998, 0, ?)", "\u0001".repeat(1_000));
    for (const [table, column] of [
      ["records", "said"],
      ["requests", "body"],
    ])
      intruder.run(
        `UPDATE ${table} SET template = 9998, ${column} = ? WHERE trail = ${A}`,
        piece.repeat(1_000),
        one.request.id,
      );

    const { request, records } = await store.whole(one.request.id);

    expect(request).toBeNull();
    expect(records.map(({ said }) => said.length)).toEqual([0, 0, 0]);
    expect(await store.open({ cluster: aClusterId() })).toEqual([other.request]);
  });

  test("of itself is no record either", async () => {
    const { store, intruder } = await invaded();
    intruder.run(
      `UPDATE records SET template = NULL, said = printf('%.*c', 70000000, 'x') WHERE trail = ${A} AND seq = 2`,
      one.request.id,
    );

    const { records } = await store.whole(one.request.id);

    expect(records.map(({ said }) => said.length > 0)).toEqual([true, false, true]);
  });
});

async function allIds({ trails }: Store): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ids.length < 20; after = ids.at(-1) ?? null) {
    const page: readonly string[] = await trails.ids(after, 2);
    if (page.length === 0) return ids;
    ids.push(...page);
  }
  throw new Error("The ids have no end.");
}

describe("what somebody put in beside all trails is looked at, too:", () => {
  const strayIn = async (store: Awaited<ReturnType<typeof invaded>>["store"]) => {
    const ids = await allIds(store);
    const [stray] = ids.filter((id) => !id.startsWith("pec-"));
    if (stray === undefined) return null;
    const [whole] = await Array.fromAsync(store.trails.wholes([stray]));
    return whole && inspect({ id: stray, whole, known: [], witnessedBefore: null }, SEALS).finding;
  };

  test.each([
    [
      "a record of no trail",
      `INSERT INTO records SELECT 5, 77, 1, template, said, seal FROM records WHERE trail = ${A} LIMIT 1`,
    ],
    [
      "a record of no trail, far off",
      `INSERT INTO records SELECT 5, ${HUGE}, 1, template, said, seal FROM records WHERE trail = ${A} LIMIT 1`,
    ],
    [
      "a request of no trail",
      `INSERT INTO requests SELECT 77, state, cluster_id, connection, endpoint, policy_hash, 5, terms, template, body, seal
       FROM requests WHERE trail = ${A}`,
    ],
    ["records whose trail was taken away", "DELETE FROM trails WHERE request_id = ?"],
  ])("%s", async (_what, sql) => {
    const { store, intruder } = await invaded();
    expect(await strayIn(store)).toBeNull();
    intruder.run(sql, one.request.id);

    const finding = await strayIn(store);

    expect(finding).toMatchObject({ what: "inserted", requestId: expect.stringMatching(/^trail \d+$/) });
  });

  test("a second trail of the same request", async () => {
    const { store, intruder } = await invaded();
    intruder.run("ALTER TABLE trails RENAME TO old");
    intruder.run("CREATE TABLE trails (number INTEGER PRIMARY KEY, request_id TEXT NOT NULL)");
    intruder.run("INSERT INTO trails SELECT * FROM old");
    intruder.run("INSERT INTO trails SELECT 9e15, request_id FROM old WHERE request_id = ?", one.request.id);
    intruder.run(
      `INSERT INTO records SELECT 5, 9e15, 1, template, said, seal FROM records WHERE trail = ${A} LIMIT 1`,
      one.request.id,
    );

    expect(await strayIn(store)).toMatchObject({ what: "inserted" });
  });
});

test("a store that was written before accesses were found by their request finds them, too", async () => {
  const { store, intruder, reopened } = await invaded();
  const access = {
    at: NINE,
    person: asPerson(ana),
    operation: "getRequest",
    query: { id: one.request.id },
    count: 1,
  };
  await store.accesses.add(access);
  intruder.run("DROP INDEX accesses_request");

  const { items } = await reopened().accesses.accesses({ request: one.request.id, limit: 9, cursor: null });

  expect(items).toEqual([access]);
});
