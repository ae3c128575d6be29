import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openFileArchive } from "../../../shared/audit-tools/open-for-reading.ts";
import type { Finding } from "../../../shared/evidence/finding.ts";
import { lookThrough } from "../../../shared/evidence/look-through.ts";
import { keyedSeals } from "../../../shared/request/seal.ts";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
import { ana, asked, assessed, bo, reviewed } from "../../fixtures/entries.ts";
import { aStoreFile, Intruder } from "../../fixtures/intruder.ts";
import { aKey, SEALS } from "../../fixtures/seals.ts";
import { trailOf } from "./store-under-test.ts";

const CHANGES = ["a", "b", "c"].map((name) =>
  trailOf(name, assessed(), asked(), reviewed(ana), reviewed(bo)),
);
const RECORDS = 5;
const TRAIL = "(SELECT number FROM trails WHERE request_id = ?)";

interface Aim {
  readonly id: string;
  readonly other: string;
  /** A record that is not the last. */
  readonly seq: number;
}

/** What somebody can do in the file of a store, and by what it is found. */
const STRIKES: Readonly<
  Record<string, (intruder: Intruder, aim: Aim) => Partial<Finding> & Pick<Finding, "what">>
> = {
  "edit a record": (intruder, { id, seq }) => {
    intruder.forgeRecord(id, seq, { sentence: "Nothing happened." });
    return { what: "edited", requestId: id, seq };
  },
  "write over a record": (intruder, { id, seq }) => {
    intruder.garbleRecord(id, seq);
    return { what: "unreadable", requestId: id, seq };
  },
  "delete a record": (intruder, { id, seq }) => {
    intruder.removeRecord(id, seq);
    return { what: "removed", requestId: id, seq };
  },
  "cut off the last record": (intruder, { id }) => {
    intruder.removeRecord(id, RECORDS);
    return { what: "truncated", requestId: id, seq: RECORDS };
  },
  "delete all records of a request": (intruder, { id }) => {
    for (let seq = 1; seq <= RECORDS; seq++) intruder.removeRecord(id, seq);
    return { what: "truncated", requestId: id, seq: 1 };
  },
  "exchange two records": (intruder, { id, seq }) => {
    intruder.renumberRecord(id, seq, 99);
    intruder.renumberRecord(id, seq + 1, seq);
    intruder.renumberRecord(id, 99, seq + 1);
    return { what: "reordered", requestId: id, seq };
  },
  "put a record of another request in the place of one": (intruder, { id, other, seq }) => {
    intruder.removeRecord(id, seq);
    intruder.moveRecords(other, id, seq);
    return { what: "swapped", requestId: id, seq };
  },
  "give a request the records of another": (intruder, { id, other }) => {
    for (let seq = 1; seq <= RECORDS; seq++) intruder.removeRecord(id, seq);
    intruder.moveRecords(other, id);
    return { what: "swapped", requestId: id, seq: 1 };
  },
  "add a record with another key": (intruder, { id }) => {
    intruder.addRecord(id, RECORDS + 1, {}, keyedSeals([aKey("stranger")]));
    return { what: "otherKey", requestId: id, seq: RECORDS + 1 };
  },
  "write into a request": (intruder, { id }) => {
    intruder.forgeRequest(id, { requestMessage: "from a friend" });
    return { what: "requestDiffers", requestId: id };
  },
  "leave of a request what nobody can read": (intruder, { id }) => {
    intruder.garbleRequest(id);
    return { what: "requestDiffers", requestId: id };
  },
  "delete a request": (intruder, { id }) => {
    intruder.run(`DELETE FROM requests WHERE trail = ${TRAIL}`, id);
    return { what: "requestDiffers", requestId: id };
  },
  "give a request what another one says, with its seal": (intruder, { id, other }) => {
    intruder.run(
      `UPDATE requests SET (template, body, seal) =
         (SELECT template, body, seal FROM requests WHERE trail = ${TRAIL}) WHERE trail = ${TRAIL}`,
      other,
      id,
    );
    return { what: "requestDiffers", requestId: id };
  },
  "write into a request and take its seal away": (intruder, { id }) => {
    intruder.forgeRequest(id, { requestMessage: "from a friend" });
    intruder.run(`UPDATE requests SET seal = NULL WHERE trail = ${TRAIL}`, id);
    return { what: "requestDiffers", requestId: id };
  },
  "write into a text that records share": (intruder) => {
    intruder.run("UPDATE parts SET text = replace(text, 'assessed', 'refused')");
    return { what: "edited", seq: 2 };
  },
  "take away the texts that records share": (intruder) => {
    intruder.run("DELETE FROM parts");
    return { what: "unreadable", seq: 1 };
  },
};

async function aStore(): Promise<string> {
  const file = aStoreFile();
  const store = openSqliteStore(file);
  for (const change of CHANGES) await store.append(change);
  store.close();
  return file;
}

async function lookedThrough(file: string) {
  const archive = openFileArchive(file);
  try {
    const all = { range: { after: null, until: null }, known: new Map(), only: null, witnessedBefore: null };
    return await lookThrough({ store: archive, seals: SEALS }, all, () => undefined);
  } finally {
    archive.close();
  }
}

describe("whoever writes into the file of a store is found:", () => {
  test("nobody, where everything is as the app wrote it", async () => {
    const { findings, trails, records } = await lookedThrough(await aStore());

    expect({ findings, trails, records }).toEqual({
      findings: [],
      trails: CHANGES.length,
      records: CHANGES.length * RECORDS,
    });
  });

  test.each(Object.entries(STRIKES))("%s", async (_name, strike) => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(CHANGES, { minLength: 2, maxLength: 2 }),
        fc.integer({ min: 1, max: RECORDS - 1 }),
        async (changes, seq) => {
          const [id = "", other = ""] = changes.map(({ request }) => request.id);
          const file = await aStore();
          const expected = strike(new Intruder(file), { id, other, seq });

          const { findings } = await lookedThrough(file);

          expect(findings).toContainEqual(expect.objectContaining(expected));
        },
      ),
      { numRuns: 8 },
    );
  });
});
