import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../../../infra/local/kit/database.ts";
import { createGroupCommit } from "../../../../infra/local/kit/group-commit.ts";

function aDatabase() {
  const folder = mkdtempSync(join(tmpdir(), "group-commit-"));
  const file = join(folder, "words.sqlite");
  const database = openDatabase(file, "CREATE TABLE words (word TEXT NOT NULL) STRICT");
  const another = new DatabaseSync(file, { readOnly: true });
  onTestFinished(() => {
    another.close();
    database.close();
    rmSync(folder, { recursive: true });
  });
  const insert = database.prepare("INSERT INTO words VALUES (?)");
  const read = another.prepare("SELECT word FROM words");
  return {
    commits: createGroupCommit(database, () => undefined),
    write: (word: string) => void insert.run(word),
    /** What another process would find after a kill right now. */
    committed: () => read.all().map((row) => row.word),
  };
}

describe("committing in groups", () => {
  test("whoever is told that work is done finds it committed", async () => {
    const { commits, write, committed } = aDatabase();

    const seen = await Promise.all(["a", "b"].map((word) => commits.run(() => write(word)).then(committed)));

    expect(seen).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
  });

  test("work that is asked for by work joins its transaction", async () => {
    const { commits, write, committed } = aDatabase();
    let joined: Promise<unknown> = Promise.resolve();

    const seen = await commits
      .run(() => {
        write("first");
        joined = commits.run(() => write("joined"));
      })
      .then(committed);
    await joined;

    expect(seen).toEqual(["first", "joined"]);
  });

  test("when one fails, nothing of the turn has happened, everybody is told, and the next turn works", async () => {
    const { commits, write, committed } = aDatabase();
    const fail = () => {
      throw new Error("disk full");
    };

    const turn = await Promise.allSettled([commits.run(() => write("lost")), commits.run(fail)]);
    const afterwards = committed();
    await commits.run(() => write("kept"));

    expect(turn.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    expect([afterwards, committed()]).toEqual([[], ["kept"]]);
  });
});
