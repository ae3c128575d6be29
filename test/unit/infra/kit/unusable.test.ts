import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { openDatabase } from "../../../../infra/local/kit/database.ts";
import { CommandError } from "../../../../infra/local/kit/errors.ts";
import { readJsonFile, writePrivateFile } from "../../../../infra/local/kit/files.ts";
import { tryLock } from "../../../../infra/local/kit/lock.ts";
import { unusable } from "../../../../infra/local/kit/unusable.ts";

const SCHEMA = "CREATE TABLE IF NOT EXISTS note (text TEXT) STRICT;";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "unusable-"));
  file = join(folder, "file");
});
afterEach(() => rmSync(folder, { recursive: true }));

const damaged = () =>
  new CommandError(
    `${file} is damaged; move it away, and the next start makes a new one without what it held.`,
  );
const cannotUse = (why: string) => new CommandError(`Cannot use ${file}: ${why}.`);

describe("a file that cannot be used is told by its path", () => {
  test("a database of which the end is missing", () => {
    const database = openDatabase(file, SCHEMA);
    database.exec(`INSERT INTO note VALUES ('${"long ".repeat(5_000)}')`);
    database.close();
    truncateSync(file, 6_000);

    expect(() => openDatabase(file, SCHEMA)).toThrow(damaged());
  });

  test("a database or a lock that is something else", () => {
    writeFileSync(file, "something else ".repeat(1_000));

    expect(() => openDatabase(file, SCHEMA)).toThrow(damaged());
    expect(() => tryLock(file)).toThrow(damaged());
  });

  test("a database or a lock where a folder is", () => {
    mkdirSync(file);

    expect(() => openDatabase(file, SCHEMA)).toThrow(cannotUse("unable to open database file"));
    expect(() => tryLock(file)).toThrow(cannotUse("unable to open database file"));
  });

  test("JSON that is half written, or not of the right form", () => {
    writeFileSync(file, '{"a": 1');
    expect(() => readJsonFile(file, z.object({ a: z.number() }))).toThrow(damaged());

    writeFileSync(file, '{"a": "1"}');
    expect(() => readJsonFile(file, z.object({ a: z.number() }))).toThrow(damaged());
  });

  test("one that would have to be written over a folder; no half of it stays behind", () => {
    mkdirSync(file);

    expect(() => writePrivateFile(file, "text")).toThrow(cannotUse("illegal operation on a directory"));
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test.each([
    [-13, "permission denied"],
    [-28, "no space left on device"],
    [-30, "read-only file system"],
  ])("the operating system refuses it with %i", (errno, words) => {
    const error = Object.assign(new Error("a word of Node"), { errno });

    expect(unusable(file, error)).toEqual(cannotUse(words));
  });
});

test("a JSON file that is not there holds nothing, one that is there what was written", () => {
  const Numbers = z.array(z.number());

  expect(readJsonFile(file, Numbers)).toBeUndefined();
  writePrivateFile(file, "[1, 2]");
  expect(readJsonFile(file, Numbers)).toEqual([1, 2]);
});

test("what is not the file's fault stays as it is", () => {
  expect(() => openDatabase(file, "CREATE TABEL note")).toThrow('near "TABEL": syntax error');
  const bug = new TypeError("of undefined");
  expect(unusable(file, bug)).toBe(bug);
  expect(unusable(file, "text")).toBe("text");
});
