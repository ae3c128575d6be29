import type { RequestId } from "../../connection/connection.ts";
import { Fault } from "../../connection/fault.ts";
import type { Change } from "../../request/life.ts";
import type { StoredRecord } from "../../request/store.ts";
import { packed, unpacked } from "./body.ts";
import { seqKey } from "./keys.ts";
import type { Row, StoredRow, Table } from "./table.ts";

/** A record as it is stored, and which append wrote it. */
export interface KeptRecord extends StoredRecord {
  readonly append: string;
}

interface Seen {
  readonly seq: number;
  readonly seal: string;
}

/** So many requests are remembered. */
const MAX_SEEN = 10_000;

/**
 * The table of records, in which rows are only ever added: the partition is the request, the row its `seq`. Whoever adds a
 * row that is there is refused, so an append is a compare-and-set by itself.
 */
export class Records {
  readonly #table: Table;
  /** The last record that was seen of a request. Rows stay as they are, so what was seen once is there. */
  readonly #seen = new Map<RequestId, Seen>();

  constructor(table: Table) {
    this.#table = table;
  }

  /** The records of a request, oldest first. */
  async of(id: RequestId): Promise<readonly KeptRecord[]> {
    const records: KeptRecord[] = [];
    for await (const row of this.#table.allIn(id)) records.push(keptRecord(row));
    records.sort((one, other) => one.seq - other.seq);
    const last = records.at(-1);
    if (last !== undefined) this.#see(id, last);
    return records;
  }

  /** Whether an append cannot be taken, as far as this process knows without asking. */
  isLate({ request: { id }, records }: Change): boolean {
    return (this.#seen.get(id)?.seq ?? 0) >= (records[0]?.seq ?? 1);
  }

  /** The seal of a record; null when there is no such record. */
  async sealOf(id: RequestId, seq: number): Promise<string | null> {
    const seen = this.#seen.get(id);
    if (seen?.seq === seq) return seen.seal;
    const row = await this.#table.get({ partitionKey: id, rowKey: seqKey(seq) });
    return row === null ? null : keptRecord(row).seal;
  }

  /**
   * Adds all rows of an append or none of them; the record before them is there.
   * @param rows as `rowsOf` makes them
   */
  async add({ request: { id }, records }: Change, rows: readonly Row[], append: string): Promise<boolean> {
    const isTaken = await this.#isTaken(id, rows, append);
    const last = records.at(-1);
    if (isTaken && last !== undefined) this.#see(id, last);
    return isTaken;
  }

  async #isTaken(id: RequestId, rows: readonly Row[], append: string): Promise<boolean> {
    try {
      const written = await this.#table.write(rows.map((row) => ({ kind: "create", row })));
      if (written === "done") return true;
    } catch (error) {
      if (!(error instanceof Fault && error.isTransient)) throw error;
      const isOurs = await this.#isOurs(id, rows, append);
      // It may still be on its way.
      if (isOurs === null) throw error;
      return isOurs;
    }
    return (await this.#isOurs(id, rows, append)) ?? false;
  }

  /** Whether the first row is this append's; null when there is none. */
  async #isOurs(id: RequestId, [first]: readonly Row[], append: string): Promise<boolean | null> {
    const row = await this.#table.get({ partitionKey: id, rowKey: first?.rowKey ?? seqKey(1) });
    return row === null ? null : row.append === append;
  }

  #see(id: RequestId, { seq, seal }: Seen): void {
    this.#seen.delete(id);
    this.#seen.set(id, { seq, seal });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MAX_SEEN && oldest !== undefined) this.#seen.delete(oldest);
  }

  /** Under what there are records, in order, after `after`; null is before all. */
  async *ids(after: string | null): AsyncGenerator<string> {
    let last = after;
    for await (const { partitionKey } of this.#table.keysAfter(after)) {
      if (partitionKey !== last) yield partitionKey;
      last = partitionKey;
    }
  }
}

/**
 * The rows of a change's records. Throws when one does not fit into a row.
 * @param append tells this append from every other: when its answer was lost, and it is refused as it is tried again
 */
export const rowsOf = ({ request: { id }, records, said }: Change, append: string): readonly Row[] =>
  records.map(({ seq, seal }, index) => ({
    partitionKey: id,
    rowKey: seqKey(seq),
    seal,
    append,
    ...packed(said[index] ?? ""),
  }));

/** Whatever somebody wrote there. What is under another key than a record's comes first, so that others can still follow. */
const keptRecord = (row: StoredRow): KeptRecord => ({
  seq: /^0\d{9}$/.test(row.rowKey) ? Number(row.rowKey) : 0,
  said: unpacked(row),
  seal: String(row.seal),
  append: String(row.append),
});
