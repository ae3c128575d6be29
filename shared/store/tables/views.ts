import { setTimeout } from "node:timers/promises";
import type { Instant, RequestId } from "../../connection/connection.ts";
import type { Change } from "../../request/life.ts";
import { type Recipients, tellingsOf } from "../../request/recipients.ts";
import type { AuditRecord } from "../../request/record.ts";
import type { ApprovalRequest } from "../../request/request.ts";
import type { Closing } from "../../search/closing.ts";
import { ALL_SHARDS, END, keyOf, requestIdIn, shardOf } from "./keys.ts";
import { merged } from "./merged.ts";
import {
  approvalRow,
  closingRow,
  headKey,
  KINDS,
  noteKey,
  noticeKey,
  openKeys,
  openRow,
  recordRows,
  requestRows,
} from "./rows.ts";
import { type Key, MAX_STEPS, type Range, type Row, type Step, type StoredRow, type Table } from "./table.ts";

/** That an append is under way, or was cut off. */
export interface Note {
  readonly id: RequestId;
  /** Number of its first record. */
  readonly seq: number;
  readonly append: string;
  /** When it was begun, by the service's clock. */
  readonly at: string;
}

/** What an append that was taken makes of the views. */
export interface Settlement {
  readonly append: string;
  readonly records: readonly AuditRecord[];
  readonly said: readonly string[];
  readonly sealBefore: string | null;
  readonly closing: Closing | null;
  readonly notices: Change["notices"];
  readonly request: ApprovalRequest;
}

/** Others may write between our reading and our writing; more often than this in a row means a bug. */
const MAX_TRIES = 20;

/**
 * What finds requests and records, in one table, which is never what a decision stands on. What an append makes of it is
 * announced by a note before its records are written, and done afterwards together with the note's removal; so wherever
 * the app is killed, a note is left of what may be undone.
 */
export class Views {
  readonly table: Table;
  readonly #recipients: Recipients;

  constructor(table: Table, recipients: Recipients) {
    this.table = table;
    this.#recipients = recipients;
  }

  /** Before the records of an append are written: whatever becomes of it, nobody overlooks the request. */
  async announce(request: ApprovalRequest, first: number, append: string): Promise<void> {
    const note: Row = { ...noteKey(request.id, first, append), cluster: request.clusterId };
    const open = request.state === "closed" ? [] : openKeys(request);
    await this.table.write([
      { kind: "put", row: note },
      ...open.map((key): Step => ({ kind: "merge", row: { ...key, cluster: request.clusterId } })),
    ]);
  }

  /** The append was not taken, so nothing is undone. */
  async withdraw(id: RequestId, first: number, append: string): Promise<void> {
    await this.table.write([{ kind: "remove", row: noteKey(id, first, append) }]);
  }

  /** After the records of an append are written. Said twice, it does nothing the second time. */
  async settle(settlement: Settlement): Promise<void> {
    const { request, records, append } = settlement;
    const note = noteKey(request.id, records[0]?.seq ?? 1, append);
    const cleared = new Set<string>();
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const all = [
        ...(await this.#requestSteps(request)),
        ...this.#recordSteps(settlement),
        ...this.#outboxSteps(settlement),
      ];
      const steps = all.filter(({ kind, row }) => kind !== "remove" || !cleared.has(row.rowKey));
      const written = await this.#writeAll([...steps, { kind: "remove", row: note }]);
      if (written === "done") return;
      if (written === "missing") {
        // Somebody else did all of it.
        if ((await this.table.get(note)) === null) return;
        const keys = steps.flatMap((step) => (step.kind === "remove" ? [step.row] : []));
        await this.#clear(keys);
        for (const { rowKey } of keys) cleared.add(rowKey);
      }
      await setTimeout(Math.random() * 10 * tries);
    }
    throw new Error(`The request ${request.id} changes faster than what finds it.`);
  }

  /**
   * Brings a request and its records into the views, whatever is there. Its notices are none of that.
   * @param read gives what each append made of it, and the request; asked again when the app was at work meanwhile
   */
  async rewrite(
    id: RequestId,
    read: () => Promise<{ settlements: readonly Settlement[]; request: ApprovalRequest } | null>,
  ): Promise<void> {
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const head = await this.table.get(headKey(id));
      const now = await read();
      if (now === null) return;
      const { settlements, request } = now;
      const steps: Step[] = [
        ...settlements.flatMap((settlement) => this.#recordSteps(settlement)),
        ...requestRows(request).map((row): Step => ({ kind: "put", row })),
        ...openSteps(request),
        headStep(request, head),
      ];
      if ((await this.#writeAll(steps)) === "done") return;
    }
    throw new Error(`The request ${id} changes faster than what finds it.`);
  }

  /** What of an append is told to whom. */
  #outboxSteps(settlement: Settlement): Step[] {
    return tellingsOf(settlement, this.#recipients).map(({ channel, seq }) => ({
      kind: "put",
      row: noticeRow(settlement.request, channel, seq),
    }));
  }

  #recordSteps({ records, said, sealBefore, closing }: Settlement): Step[] {
    const rows = records.flatMap((record, index) => {
      const before = records[index - 1]?.seal ?? sealBefore;
      const approval = before === null ? null : approvalRow(record, said[index] ?? "", before);
      return [...recordRows(record), ...(approval === null ? [] : [approval])];
    });
    const closings = closing === null ? [] : [closingRow(closing)];
    return [...rows, ...closings].map((row) => ({ kind: "put", row }));
  }

  /** Nothing where the views know more of the request already. The head says who was first. */
  async #requestSteps(request: ApprovalRequest): Promise<readonly Step[]> {
    const key = headKey(request.id);
    const head = await this.table.get(key);
    if (head !== null && Number(head.seq) >= request.seq) return [];
    const rows = requestRows(request);
    const kept = new Set(rows.map(({ rowKey }) => rowKey));
    const stale = rowKeysIn(head).filter((rowKey) => !kept.has(rowKey));
    const ended = request.state === "closed" ? openKeys(request).map(({ rowKey }) => rowKey) : [];
    return [
      ...rows.map((one): Step => ({ kind: "put", row: one })),
      ...[...stale, ...(await this.#existing(request.id, ended))].map(
        (rowKey): Step => ({ kind: "remove", row: { partitionKey: key.partitionKey, rowKey } }),
      ),
      // Also those that the announcement wrote: a rebuild may have taken them away since.
      ...openSteps(request),
      headStep(request, head),
    ];
  }

  /** A request that closes in the change that opened it has no rows of open ones. */
  async #existing(id: RequestId, rowKeys: readonly string[]): Promise<readonly string[]> {
    const [first] = rowKeys;
    if (first === undefined) return [];
    const row = await this.table.get({ partitionKey: shardOf(id), rowKey: first });
    return row === null ? [] : rowKeys;
  }

  /** In acts of so many steps; the last one holds the last steps. */
  async #writeAll(steps: readonly Step[]): Promise<"done" | "exists" | "missing" | "changed"> {
    const unique = [...new Map(steps.map((step) => [step.row.rowKey, step])).values()];
    for (let end = unique.length % MAX_STEPS || MAX_STEPS; end <= unique.length; end += MAX_STEPS) {
      const written = await this.table.write(unique.slice(Math.max(0, end - MAX_STEPS), end));
      if (written !== "done") return written;
    }
    return "done";
  }

  /** Removes what is there of these rows. */
  async #clear(keys: readonly Key[]): Promise<void> {
    for (const row of keys) await this.table.write([{ kind: "remove", row }]);
  }

  /** Removes what finds a round of a request that has ended. */
  async tidy(ended: Parameters<typeof openKeys>[0]): Promise<void> {
    await this.#clear(openKeys(ended));
  }

  /** What time it is by the clock by which rows are stamped. */
  async serviceTime(): Promise<string> {
    const key = { partitionKey: "clock", rowKey: "clock" };
    await this.table.write([{ kind: "put", row: key }]);
    return (await this.table.get(key))?.timestamp ?? "";
  }

  /** The appends that are under way, or were cut off. */
  async *notes(): AsyncGenerator<Note> {
    for await (const { rowKey, timestamp: at } of this.all(KINDS.note)) {
      const [, part, seq = "", append = ""] = rowKey.split("!");
      const id = requestIdIn(part);
      if (id !== null) yield { id, seq: Number(seq), append, at };
    }
  }

  /** The rows of all shards whose keys begin with these parts, in the order of their keys. */
  all(...parts: readonly string[]): AsyncGenerator<StoredRow> {
    const prefix = `${keyOf(...parts)}!`;
    return this.between({ after: prefix, before: prefix + END });
  }

  between(range: Omit<Range, "partition">, pageSize?: number): AsyncGenerator<StoredRow> {
    return merged(ALL_SHARDS.map((partition) => this.table.rows({ partition, ...range }, pageSize)));
  }

  /** The rows of one request's shard whose keys begin with these parts. */
  of(id: RequestId, ...parts: readonly string[]): AsyncGenerator<StoredRow> {
    const prefix = `${keyOf(...parts)}!`;
    return this.table.rows({ partition: shardOf(id), after: prefix, before: prefix + END });
  }
}

/** What finds a request while it is open. */
function openSteps(request: ApprovalRequest): readonly Step[] {
  if (request.state === "closed") return [];
  const rows = openKeys(request).map((key): Row => ({ ...key, cluster: request.clusterId }));
  return [...rows, openRow(request)].map((row) => ({ kind: "put", row }));
}

/** Only where the head is as it was read: whoever else was at work comes first. */
function headStep(request: ApprovalRequest, head: StoredRow | null): Step {
  const rows = requestRows(request).map(({ rowKey }) => rowKey);
  const row = { ...headKey(request.id), seq: request.seq, rows: rows.join("\n") };
  return head === null ? { kind: "create", row } : { kind: "replace", row, etag: head.etag };
}

const rowKeysIn = (head: StoredRow | null): readonly string[] =>
  typeof head?.rows === "string" ? head.rows.split("\n") : [];

function noticeRow({ id, updatedAt }: ApprovalRequest, channel: string, seq: number): Row {
  const at: Instant = updatedAt;
  return { ...noticeKey(id, channel, seq), channel, createdAt: at, dueAt: at, attempts: 0 };
}
