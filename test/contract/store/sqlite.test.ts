import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { writeDown } from "../../../shared/request/life.ts";
import type { Entry } from "../../../shared/request/record.ts";
import { termOf } from "../../../shared/search/terms.ts";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
import { openFile, openFileForReading, StoreFileError } from "../../../shared/store/sqlite-file.ts";
import { searchIn } from "../../../shared/store/sqlite-search.ts";
import {
  aConnection,
  aConnectionId,
  aRequest,
  aTrail,
  followed,
  HOUR,
  later,
  MINUTE,
  NINE,
} from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  applied,
  applying,
  asked,
  asPerson,
  assessed,
  decided,
  reviewed,
  verified,
} from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { storeContract } from "./contract.ts";
import { allOf, RECIPIENTS, trailAt } from "./store-under-test.ts";

/** What most requests come to. */
const FLOW = [assessed(), decided(), applying(), applied(), verified()];

/** A file in a folder of its own, which does not exist yet. */
function aFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "data", "audit.db");
}

/** The store in this file, until the end of the test or its own. */
function open(file: string) {
  const store = openSqliteStore(file, RECIPIENTS);
  let isOpen = true;
  const close = () => {
    if (isOpen) store.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { ...store, close };
}

storeContract("SQLite", {
  open: async () => open(":memory:"),
  openLasting: async () => {
    const file = aFile();
    const store = open(file);
    return {
      store,
      reopened: async () => {
        store.close();
        return open(file);
      },
    };
  },
});

describe("the file of SQLite", () => {
  const trail = aTrail({}, assessed(), asked());

  test.each([
    ["changing a record", "UPDATE records SET said = '{}' WHERE seq = 1"],
    ["moving a record in time", "UPDATE records SET position = position - 1000"],
    ["deleting a record", "DELETE FROM records WHERE seq = 3"],
    ["deleting them all", "DELETE FROM records"],
    [
      "replacing a record by its key",
      "INSERT OR REPLACE INTO records SELECT 1, trail, seq, NULL, '{}', seal FROM records WHERE seq = 1",
    ],
    [
      "replacing a record by its place",
      "REPLACE INTO records SELECT position, trail, 99, NULL, '{}', seal FROM records WHERE seq = 1",
    ],
    [
      "changing a record on conflict",
      "INSERT INTO records SELECT 1, trail, seq, NULL, '{}', seal FROM records WHERE true ON CONFLICT DO UPDATE SET said = '{}'",
    ],
    ["changing what records say in common", "UPDATE parts SET text = '{}'"],
    ["deleting it", "DELETE FROM parts"],
    ["replacing it", "REPLACE INTO parts SELECT id, hash, '{}' FROM parts"],
    ["giving records to another request", "UPDATE trails SET request_id = 'pec-x'"],
    ["taking them from one", "DELETE FROM trails"],
    ["replacing one by another", "REPLACE INTO trails SELECT number, 'pec-x' FROM trails"],
    ["moving one to another", "REPLACE INTO trails SELECT number + 1, request_id FROM trails"],
    ["changing who read", "UPDATE accesses SET body = '{}'"],
    ["deleting it", "DELETE FROM accesses"],
    ["replacing it", "REPLACE INTO accesses SELECT position, at, '{}' FROM accesses"],
  ])("refuses %s, whoever asks", async (_name, sql) => {
    const file = aFile();
    const store = open(file);
    await store.append(trail);
    const person = asPerson(ana);
    await store.accesses.add({ at: NINE, person, operation: "listRecords", query: {}, count: 1 });
    const intruder = new DatabaseSync(file);
    onTestFinished(() => intruder.close());

    expect(() => intruder.exec(sql)).toThrow("audit records are append-only");

    expect(await store.trail(trail.request.id)).toEqual(trail.records);
  });

  test.each([
    ["says that it has other records", "UPDATE requests SET template = NULL, body = '{}', terms = 'x'"],
    ["is of another cluster", "UPDATE requests SET cluster_id = 'x', connection = 'x', endpoint = 'x'"],
    ["is gone", "DELETE FROM requests"],
  ])("takes what follows the records of a request that %s, and puts that right", async (_how, sql) => {
    const file = aFile();
    const store = open(file);
    await store.append(trail);
    const intruder = new DatabaseSync(file);
    onTestFinished(() => intruder.close());
    intruder.exec(sql);
    const next = writeDown(trail.request, [reviewed()], NINE, SEALS);

    expect(await store.append({ ...next, request: { ...next.request, seq: 11 } })).toBe(false);
    expect(await store.append(next)).toBe(true);

    expect(await store.read(trail.request.id)).toEqual(next.request);
    expect(await store.open({ cluster: trail.request.clusterId })).toEqual([next.request]);
    expect(await store.open({ connection: trail.request.connectionId })).toEqual([next.request]);
  });

  test("keeps the last number of a term, so that nobody has to look through all terms for the next one", async () => {
    const file = aFile();
    const store = open(file);
    await store.append(trail);
    await store.search.records({ terms: [], from: undefined, to: undefined, limit: 1, cursor: null });

    const reader = new DatabaseSync(file);
    onTestFinished(() => reader.close());
    const { last } = reader.prepare("SELECT id AS last FROM last_term").get() ?? {};

    expect(last).toBe(reader.prepare("SELECT max(id) AS highest FROM terms").get()?.highest);
  });

  test("finds what was stored right before the app was killed, as soon as it is opened again", async () => {
    const file = aFile();
    const killed = open(file);
    await killed.append(trail);
    // As the file was at that moment: what is searched by comes some moments later.
    const copy = aFile();
    mkdirSync(dirname(copy), { recursive: true });
    for (const end of ["", "-wal"]) cpSync(file + end, copy + end);

    const store = open(copy);

    const terms = [termOf("kind", "asked")];
    const reading = openFileForReading(copy);
    onTestFinished(() => reading.close());
    const { items } = await searchIn(reading).records({ terms, limit: 9, cursor: null });
    expect(items.map(({ seq }) => seq)).toEqual([3]);
    const waiting = await searchIn(reading).requests({
      terms: [termOf("state", "waiting")],
      by: "newest",
      limit: 9,
      cursor: null,
    });
    expect(waiting.items.map(({ id }) => id)).toEqual([trail.request.id]);
    expect(await store.read(trail.request.id)).toEqual(trail.request);
  });

  test("says that search is behind while another process keeps the file, and loses nothing", async () => {
    const file = aFile();
    const said: string[] = [];
    const store = openSqliteStore(file, RECIPIENTS, (line) => said.push(line));
    onTestFinished(() => store.close());
    await store.append(trail);
    const other = new DatabaseSync(file);
    onTestFinished(() => other.close());
    other.exec("BEGIN IMMEDIATE");

    await vi.waitFor(() => expect(said).toHaveLength(1), { timeout: 30_000 });
    other.exec("ROLLBACK");

    expect(said[0]).toBe("What records are found by is behind: Error: database is locked");
    const { items } = await store.search.records({
      terms: [termOf("kind", "asked")],
      limit: 9,
      cursor: null,
    });
    expect(items.map(({ seq }) => seq)).toEqual([3]);
  });

  test("is closed also while another process keeps the file, and the next start writes down what is left", async () => {
    const file = aFile();
    const said: string[] = [];
    const store = openSqliteStore(file, RECIPIENTS, (line) => said.push(line));
    await store.append(trail);
    const other = new DatabaseSync(file);
    onTestFinished(() => other.close());
    other.exec("BEGIN IMMEDIATE");

    store.close();
    other.exec("ROLLBACK");

    expect(said).toEqual(["What records are found by is behind: Error: database is locked"]);
    expect(await open(file).search.knows(termOf("kind", "asked"))).toBe(true);
  });

  test("two who share a file find one another's records, whichever of them writes down by what", async () => {
    const file = aFile();
    const [one, other] = [open(file), open(file)];
    await one.append(trail);
    // While the first one has not written down by what its own records are found.
    await other.append(writeDown(trail.request, [reviewed()], NINE, SEALS));

    const byOne = await one.search.requests({
      terms: [termOf("person", ana.name)],
      by: "newest",
      limit: 9,
      cursor: null,
    });
    const terms = [termOf("kind", "asked")];
    const byOther = await other.search.records({ terms, limit: 9, cursor: null });

    expect(byOne.items.map(({ id }) => id)).toEqual([trail.request.id]);
    expect(byOther.items.map(({ seq }) => seq)).toEqual([3]);
  });

  test("finds a request as it is, whatever the clock said and however much is written down at a time", async () => {
    const store = open(aFile());
    const late = trailAt(later(HOUR), "late", assessed(), asked());
    const between = Array.from({ length: 300 }, (_none, n) => trailAt(later(MINUTE), `pe-${n}`));
    // The clock was an hour ahead, and was put right.
    const expired = writeDown(late.request, [anEntry.expired], NINE, SEALS);

    await Promise.all([late, ...between, expired].map(store.append));

    const found = async (state: string) => {
      const query = { terms: [termOf("state", state)], limit: 9, cursor: null };
      return (await store.search.requests({ ...query, by: "newest" })).items.map(({ id }) => id);
    };
    expect(await found("closed")).toEqual([late.request.id]);
    expect(await found("waiting")).toEqual([]);
  });

  test("finds what is added after another process made anew by what all else is found", async () => {
    const file = aFile();
    const [one, other] = [open(file), open(file)];
    const terms = [termOf("person", ana.name)];
    await one.append(trail);
    const withReview = writeDown(trail.request, [reviewed()], NINE, SEALS);
    await one.append(withReview);
    await one.search.knows(termOf("kind", "asked"));
    // Numbers are given in the order of time, and this is earlier.
    await other.append(trailAt(later(-HOUR), "earlier", assessed(), asked()));

    await other.rebuild(() => undefined);
    await one.append(writeDown(withReview.request, [anEntry.withdrawn], NINE, SEALS));

    const found = [one, other].map(({ search }) => search.records({ terms, limit: 9, cursor: null }));
    for (const { items } of await Promise.all(found)) expect(items.map(({ seq }) => seq)).toEqual([5, 4]);
  });

  test("takes a record in the place of one that somebody removed, and tells people of it once", async () => {
    const file = aFile();
    const store = open(file);
    await store.append(trail);
    const intruder = new DatabaseSync(file);
    onTestFinished(() => intruder.close());
    intruder.exec("DROP TRIGGER records_are_never_deleted");
    intruder.exec("DELETE FROM records WHERE seq = 3");

    expect(await store.append(writeDown(followed(aRequest({}), [assessed()]), [asked()], NINE, SEALS))).toBe(
      true,
    );

    const { id: requestId } = trail.request;
    expect(await store.outbox.pending({ requestId, channel: "log" })).toHaveLength(1);
  });

  test("keeps what records say in common once: a trail more takes a fraction of what its records say", async () => {
    const file = aFile();
    const store = open(file);
    const named = (n: number) =>
      aTrail({ connection: aConnection({ id: aConnectionId(`pe-${n}`) }), at: later(n) }, ...FLOW);
    for (let n = 0; n < 500; n += 100)
      await Promise.all(Array.from({ length: 100 }, (_none, index) => store.append(named(n + index))));
    store.close();

    const saidBytes = 500 * named(1).said.join("").length;

    expect(statSync(file).size).toBeLessThan(saidBytes);
  });

  test("gives back what a part of it says, and nothing readable when somebody took the part away", async () => {
    const file = aFile();
    await open(file).append(trail);
    const intruder = new DatabaseSync(file);
    onTestFinished(() => intruder.close());
    intruder.exec("DROP TRIGGER parts_are_never_deleted");
    intruder.exec("DELETE FROM parts WHERE id = (SELECT template FROM records WHERE seq = 1)");

    const { records } = await open(file).whole(trail.request.id);

    expect(records.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(records[0]?.said).not.toBe(trail.said[0]);
    expect((await open(file).trail(trail.request.id)).map(({ seq }) => seq)).toEqual([2, 3]);
  });

  test("forgets the parts of what it could not commit: the next record has its own", async () => {
    const store = open(":memory:");
    const twice = { ...trail, records: trail.records.map((record) => ({ ...record, seq: 1 })) };
    await expect(store.append(twice)).rejects.toThrow("append-only");
    const other = aTrail({ connection: aConnection({ id: aConnectionId("other") }) }, asked());

    await store.append(other);
    await store.append(trail);

    expect(await store.trail(other.request.id)).toEqual(other.records);
    expect(await store.trail(trail.request.id)).toEqual(trail.records);
  });

  test("looks at so many rows for one page, finds all the same, and says where it goes on", async () => {
    const { search, ...store } = open(":memory:");
    const named = (n: number, ...entries: readonly Entry[]) =>
      aTrail({ connection: aConnection({ id: aConnectionId(`pe-${n}`) }), at: later(2 * n) }, ...entries);
    // In a thousand of either kind it is the last.
    const both = named(402.5, asked(), reviewed(ana));
    const others = Array.from({ length: 2_400 }, (_none, index) =>
      named(index + 1, index % 2 === 0 ? asked() : decided("approve", asPerson(ana))),
    );
    await Promise.all([both, ...others].map((trail) => store.append(trail)));
    const [waiting, byAna] = [termOf("state", "waiting"), termOf("person", "Ana")];
    const start = { limit: 5, cursor: null };

    const vain = await search.requests({ terms: [waiting, termOf("by", "person")], by: "newest", ...start });
    const unmatched = await search.requests({ terms: [], by: "oldest", matches: () => false, ...start });

    for (const page of [vain, unmatched]) expect(page).toEqual({ items: [], nextCursor: expect.any(String) });
    const ofAna = (kind: string) => [byAna, termOf("kind", kind)];
    for (const by of ["newest", "oldest", "deadline"] as const) {
      const found = await allOf((cursor) =>
        search.requests({ terms: [waiting, byAna], by, limit: 5, cursor }),
      );
      expect(found.map(({ id }) => id)).toEqual([both.request.id]);
    }
    expect(await allOf((cursor) => search.records({ terms: ofAna("asked"), limit: 5, cursor }))).toEqual([]);
    const reviews = await allOf((cursor) => search.records({ terms: ofAna("reviewed"), limit: 5, cursor }));
    expect(reviews.map(({ seq }) => seq)).toEqual([3]);
  });

  test("holds what was acknowledged, although nobody closed it", async () => {
    const file = aFile();
    await open(file).append(trail);

    expect(await open(file).trail(trail.request.id)).toEqual(trail.records);
  });

  test("takes what was handed over right before it is closed", async () => {
    const file = aFile();
    const store = open(file);

    const appending = store.append(trail);
    store.close();

    expect(await appending).toBe(true);
    expect(await open(file).trail(trail.request.id)).toEqual(trail.records);
  });

  test("of two processes that both saw the same trail, one adds to it", async () => {
    const file = aFile();
    const [one, other] = [open(file), open(file)];

    const taken = [await one.append(trail), await other.append(trail)];

    expect(taken).toEqual([true, false]);
  });

  test("whose making was cut off in its middle is as new: the next start makes it", () => {
    const file = aFile();
    expect(() => openFile(file, "CREATE TABLE records (a) STRICT; CREATE TABLE half (")).toThrow(
      StoreFileError,
    );

    expect(() => open(file)).not.toThrow();
  });

  test.each([
    ["with tables of its own", "CREATE TABLE x (a)"],
    ["with a version of its own", "CREATE TABLE x (a); PRAGMA user_version = 1"],
  ])("of somebody else, %s, is refused and left as it is", (_what, sql) => {
    const file = join(mkdtempSync(join(tmpdir(), "audit-")), "other.db");
    onTestFinished(() => rmSync(dirname(file), { recursive: true }));
    const foreign = new DatabaseSync(file);
    foreign.exec(sql);
    foreign.close();
    const before = readFileSync(file);

    expect(() => openSqliteStore(file)).toThrow(`${file} is no audit store of this app. Name another file.`);

    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("an append that cannot be taken keeps no other out that came at the same moment", async () => {
    const store = open(":memory:");
    const other = aTrail({ connection: aConnection({ id: aConnectionId("other") }) }, asked());
    const impossible = { ...other, records: other.records.map((record) => ({ ...record, seq: 1 })) };

    const [good, bad] = await Promise.allSettled([store.append(trail), store.append(impossible)]);

    expect(good).toEqual({ status: "fulfilled", value: true });
    expect(bad.status).toBe("rejected");
  });

  test.each([
    ["that had a number", "PRAGMA user_version = 0"],
    ["that had none", "PRAGMA user_version = 0; PRAGMA application_id = 0; CREATE TABLE record_actors (a)"],
  ])("of an earlier version %s is refused in one sentence, and is left as it is", (_which, sql) => {
    const file = aFile();
    open(file).close();
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();

    expect(() => openSqliteStore(file)).toThrow(
      `The audit store ${file} was written by another version of this app, which keeps requests in another shape. To begin a new one, move it away together with the task hub, whose orchestrations know its requests (npm start keeps both in one folder); or run the version that wrote it.`,
    );
    const untouched = new DatabaseSync(file);
    onTestFinished(() => untouched.close());
    expect(untouched.prepare("PRAGMA user_version").get()).toEqual({ user_version: 0 });
  });
});

test("since what is no moment the policy in force does not stand", async () => {
  const file = aFile();
  const { standing } = open(file);
  await standing.since("a", NINE);
  const database = new DatabaseSync(file);
  database.exec("UPDATE policy_standing SET since = 'never'");
  database.close();

  expect(await standing.since("a", later(MINUTE))).toBe(later(MINUTE));
});
