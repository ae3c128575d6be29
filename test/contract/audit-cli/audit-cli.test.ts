import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, test } from "vitest";
import { keyedSeals } from "../../../shared/request/seal.ts";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
import { aConnection, aConnectionId, anEndpoint, aTrail } from "../../fixtures/builders.ts";
import { ana, asked, assessed, reviewed } from "../../fixtures/entries.ts";
import { aStoreFile, Intruder } from "../../fixtures/intruder.ts";
import { aKey } from "../../fixtures/seals.ts";
import { auditProcess } from "./audit-process.ts";

const KEY = `test:${aKey("test").key.export().toString("base64")}`;

const trailOf = (name: string) =>
  aTrail(
    { connection: aConnection({ id: aConnectionId(`${name}.1`), endpoint: anEndpoint(name) }) },
    assessed(),
    asked(),
    reviewed(ana),
  );

describe("audit, as a process", () => {
  let file: string;
  const changes = ["pe-a", "pe-b", "pe-c"].map(trailOf);
  const [first = "", second = ""] = changes.map(({ request }) => request.id);
  const audit = (...args: readonly string[]) =>
    auditProcess(args, { cwd: dirname(file), env: { AUDIT_STORE: file, RECORD_KEYS: KEY } });

  beforeEach(async () => {
    file = aStoreFile();
    const store = openSqliteStore(file);
    for (const change of changes) await store.append(change);
    store.close();
  });

  test("verify finds nothing in a store that nobody touched, with or without a digest", async () => {
    const without = await audit("verify");
    const digest = await audit("digest");
    const withOne = await audit("verify", "--json");

    expect([without.code, without.err]).toEqual([0, ""]);
    expect(without.out).toBe(
      "3 requests, 12 records and 0 digests looked at: all is as the app wrote it.\nThere is no digest yet: until there is one, nobody could tell that the end of a trail was cut off.\n",
    );
    expect(digest.out).toMatch(/^Digest 1: 3 trails of 12 records, until /);
    expect(JSON.parse(withOne.out)).toMatchObject({
      sound: true,
      trails: 3,
      records: 12,
      digests: 1,
      findings: [],
    });
  });

  test("verify names the first bad record and what was done to it, and ends with 1", async () => {
    const intruder = new Intruder(file);
    intruder.addRecord(first, 5, { sentence: "Approved by nobody." }, keyedSeals([aKey("intruder")]));
    intruder.forgeRecord(second, 3, { sentence: "Nobody is asked." });

    const { code, out, err } = await audit("verify");

    expect([code, err]).toEqual([1, ""]);
    expect(new Set(out.trimEnd().split("\n"))).toEqual(
      new Set([
        `Record 5 (reviewed, 2026-03-02T09:00:00.000Z) of ${first} is sealed with a key called "intruder", which is not among RECORD_KEYS: it was made up, or that key is missing here.`,
        `Record 3 (asked, 2026-03-02T09:00:00.000Z) of ${second} was edited: record 4 was written after it when it said something else.`,
        "3 requests, 13 records and 0 digests looked at: not all is as the app wrote it (1 edited, 1 sealed with a key that is not known).",
      ]),
    );
  });

  test.each([["verify"], ["export"], ["rebuild"], ["digest"]])(
    "%s says in a sentence that a file is damaged, and ends with 2",
    async (command) => {
      const database = new DatabaseSync(file);
      const [size, ...pages] = [
        "SELECT page_size AS value FROM pragma_page_size",
        "SELECT rootpage AS value FROM sqlite_schema WHERE name = 'trails'",
        "SELECT rootpage AS value FROM sqlite_schema WHERE name = 'records'",
      ].map((sql) => Number(database.prepare(sql).get()?.value));
      database.close();
      const bytes = readFileSync(file);
      for (const page of pages) bytes.fill(0x41, (page - 1) * Number(size), page * Number(size));
      writeFileSync(file, bytes);

      const { code, err } = await audit(command);

      expect(code).toBe(2);
      expect(err).toMatch(/^The audit store.*malformed.*backup\.\n$/);
    },
  );

  test("verify finds a store that was put back to an earlier state", async () => {
    const copy = join(dirname(file), "yesterday.db");
    copyFileSync(file, copy);
    const store = openSqliteStore(file);
    await store.append(trailOf("pe-d"));
    await store.append(trailOf("pe-e"));
    store.close();
    await audit("digest");

    const { code, out } = await audit("verify", "--store", copy, "--digests", `${file}.digests`);

    expect(code).toBe(1);
    expect(out).toContain(
      `Record 1 of ${trailOf("pe-d").request.id} is missing, and all after it: digest 1 knows 4, and none is left.`,
    );
  });

  test("digest says what is wrong with the digests so far, ends with 1, and writes the next one all the same", async () => {
    await audit("digest");
    await audit("digest");
    rmSync(join(`${file}.digests`, "00000001.digest"));

    const { code, out } = await audit("digest");

    expect(code).toBe(1);
    expect(out).toContain("Digest 1 is missing: somebody took away what was there.");
    expect(readdirSync(`${file}.digests`)).toEqual(["00000002.digest", "00000003.digest"]);
  });

  test("export prints whole records, those of one request or of a time if that is wanted", async () => {
    const all = await audit("export");
    const one = await audit("export", "--request", first);
    const none = await audit("export", "--from", "2026-03-03");

    const records = all.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(records).toHaveLength(12);
    expect(records).toEqual(expect.arrayContaining([...changes.flatMap((change) => change.records)]));
    expect(
      one.out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(changes[0]?.records);
    expect([none.code, none.out]).toEqual([0, ""]);
  });

  test.each([
    ["2026-03-01", 0],
    ["2026-03-02", 12],
    ["2026-03-02T09:00:00Z", 0],
  ])("a day is meant with all of its hours, a moment without itself: export --to %s", async (to, count) => {
    const { out } = await audit("export", "--to", to);

    expect(out.split("\n")).toHaveLength(count + 1);
  });

  test("rebuild mends requests that somebody wrote into, and what they are found by", async () => {
    const intruder = new Intruder(file);
    intruder.forgeRequest(first, { requestMessage: "from a friend" });
    const before = await audit("verify");

    const { code, out } = await audit("rebuild");

    expect(before.out).toContain(`${first}: The request differs from its records in requestMessage.`);
    expect([code, out]).toEqual([0, "3 requests were made anew from their records.\n"]);
    expect((await audit("verify")).code).toBe(0);
    const store = openSqliteStore(file);
    const found = await store.search.requests({ terms: [], by: "newest", limit: 10, cursor: null });
    store.close();
    expect(found.items.map(({ id }) => id).sort()).toEqual(changes.map(({ request }) => request.id).sort());
  });

  test.each([
    [["verify", "--store", "nowhere.db"], /^nowhere\.db cannot be read: there is no such file\./],
    [["verify", "--from", "yesterday"], /^--from must be a day or a moment in UTC/],
    [
      ["verify", "--digests", "https://evil.example/digests"],
      /^--digests must be a folder, https:\/\/ACCOUNT/,
    ],
    [["export", "--request", "pec-1"], /^--request must be pec- and 32 hexadecimal digits/],
    [["verfy"], /^There is no command "verfy"; did you mean "verify"\?/],
  ])("%j is wrong usage: it ends with 2 and says why", async (args, says) => {
    const { code, out, err } = await audit(...args);

    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(says);
  });

  test("without the keys nothing is verified", async () => {
    const { code, err } = await auditProcess(["verify"], {
      cwd: dirname(file),
      env: { AUDIT_STORE: file },
    });

    expect(code).toBe(2);
    expect(err).toContain("RECORD_KEYS is not set");
  });
});
