import type { DatabaseSync } from "node:sqlite";
import type { Sealed } from "../request/seal.ts";
import { type SealedWhole, type StoredRecord, sealedWhole } from "../request/store.ts";
import { storedRecord, storedText, text, trailOf, whole } from "./sqlite-columns.ts";
import { atOneMoment } from "./sqlite-moment.ts";
import { requestReader } from "./sqlite-requests.ts";
import { textsIn } from "./sqlite-texts.ts";

/** The columns are of these types, whatever somebody wrote (`sqlite-columns.ts`); to look at each again takes as long as to read it. */
interface RecordRow {
  /** Place of the id among those that are asked for. */
  readonly place: number;
  readonly seq: number;
  readonly template: number | null;
  readonly said: string;
  readonly seal: string;
}
interface RequestRow {
  readonly place: number;
  readonly template: number | null;
  readonly body: string;
  /** Empty where there is none. */
  readonly seal: string;
}

/** What reads many trails at once: one statement for all takes a part of the time. */
export function wholesIn(database: DatabaseSync): (ids: readonly string[]) => Iterable<SealedWhole> {
  const texts = textsIn(database);
  const readRecords = database.prepare(
    `SELECT key AS place, coalesce(${whole("seq")}, 0) AS seq, ${storedRecord("records")}
     FROM json_each(?) CROSS JOIN records ON records.trail = ${trailOf("value")}`,
  );
  const readRequests = database.prepare(
    `SELECT key AS place, ${storedText("body", "requests")}, ${text("requests.seal")} AS seal
     FROM json_each(?) CROSS JOIN requests ON requests.trail = ${trailOf("value")}`,
  );
  const read = (ids: string) => ({
    records: readRecords.all(ids) as unknown as readonly RecordRow[],
    requests: readRequests.all(ids) as unknown as readonly RequestRow[],
  });
  const requestIn = requestReader(texts);
  const recordIn = ({ seq, template, said, seal }: RecordRow): StoredRecord => ({
    seq,
    said: texts.read({ template, filling: said }),
    seal,
  });
  const sealedIn = (row: RequestRow | undefined): Sealed | null =>
    row === undefined || row.seal === ""
      ? null
      : { said: texts.read({ template: row.template, filling: row.body }), seal: row.seal };

  return function* (ids) {
    const { records, requests } = atOneMoment(database, () => read(JSON.stringify(ids)));
    const requestAt = new Map(requests.map((row) => [row.place, row]));
    const recordsAt = Map.groupBy(records, ({ place }) => place);
    for (const place of ids.keys()) {
      const row = requestAt.get(place);
      const own = (recordsAt.get(place) ?? []).toSorted((one, other) => one.seq - other.seq);
      // Texts are put together one trail after the other: what lives shortly costs the least.
      yield sealedWhole(own.map(recordIn), sealedIn(row), () => (row === undefined ? null : requestIn(row)));
    }
  };
}
