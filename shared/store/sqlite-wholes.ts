import type { DatabaseSync } from "node:sqlite";
import type { Sealed } from "../request/seal.ts";
import { type SealedWhole, type StoredRecord, sealedWhole } from "../request/store.ts";
import { storedRecord, storedText, text, trailOf, whole } from "./sqlite-columns.ts";
import { atOneMoment } from "./sqlite-moment.ts";
import { requestReader } from "./sqlite-requests.ts";
import { textsIn } from "./sqlite-texts.ts";

/** Columns are of these types, whatever somebody wrote (`sqlite-columns.ts`); to look at each again takes as long as to read it. */
type RecordRow = readonly [
  /** Place of the id among those that are asked for. */
  place: number,
  seq: number,
  template: number | null,
  said: string,
  seal: string,
];
interface RequestRow {
  readonly place: number;
  readonly template: number | null;
  readonly body: string;
  /** Empty where there is none. */
  readonly seal: string;
}

/** What reads many trails at once: one statement for all takes a part of the time. */
export function wholesIn(database: DatabaseSync): (ids: readonly string[]) => readonly SealedWhole[] {
  const texts = textsIn(database);
  const readRecords = database.prepare(
    `SELECT key, coalesce(${whole("seq")}, 0), ${storedRecord("records")}
     FROM json_each(?) CROSS JOIN records ON records.trail = ${trailOf("value")}`,
  );
  // There are many: an object for each would take a fifth more time.
  readRecords.setReturnArrays(true);
  const readRequests = database.prepare(
    `SELECT key AS place, ${storedText("body", "requests")}, ${text("requests.seal")} AS seal
     FROM json_each(?) CROSS JOIN requests ON requests.trail = ${trailOf("value")}`,
  );
  const requestIn = requestReader(texts);
  const recordIn = ([, seq, template, said, seal]: RecordRow): StoredRecord => ({
    seq,
    said: texts.read({ template, filling: said }),
    seal,
  });
  const sealedIn = ({ template, body, seal }: RequestRow): Sealed | null =>
    seal === "" ? null : { said: texts.read({ template, filling: body }), seal };

  const read = (ids: readonly string[]): readonly SealedWhole[] => {
    const [recordsAt, requestAt] = [ids.map((): RecordRow[] => []), ids.map((): RequestRow | null => null)];
    const json = JSON.stringify(ids);
    for (const row of readRecords.all(json) as unknown as readonly RecordRow[]) recordsAt[row[0]]?.push(row);
    for (const row of readRequests.all(json) as unknown as readonly RequestRow[]) requestAt[row.place] = row;
    return recordsAt.map((own, place) => {
      const row = requestAt[place] ?? null;
      const records = own.sort(([, one], [, other]) => one - other).map(recordIn);
      return sealedWhole(records, row && sealedIn(row), () => row && requestIn(row));
    });
  };
  // With what is read to put the texts together: outside of a transaction each statement locks the file.
  return (ids) => atOneMoment(database, () => read(ids));
}
