import type { Instant, RequestId } from "../connection/connection.ts";
import { writeDown } from "./life.ts";
import type { AuditRecord, Entry } from "./record.ts";
import type { ApprovalRequest } from "./request.ts";
import type { AuditStore } from "./store.ts";

/** Where records go, what time it is, and who hears of each record that was written. */
export interface Ledger {
  readonly store: AuditStore;
  now(): Instant;
  told(record: AuditRecord): void;
}

/** Others may write between our reading and our writing; more often than this in a row means a bug. */
const MAX_TRIES = 20;

/** A request after a change, and the records that the change made: none when there was nothing to record. */
export interface Amended {
  readonly request: ApprovalRequest;
  readonly records: readonly AuditRecord[];
}

/**
 * Adds to a request what `change` makes of it: reads, computes, appends; computes again when somebody else was faster.
 *
 * `change` must be pure. No entries means that there is nothing to record, e.g. because an earlier run of the same
 * activity did it.
 * @throws when there is no such request
 */
export async function amendWithRecords(
  ledger: Ledger,
  id: RequestId,
  change: (request: ApprovalRequest) => readonly Entry[],
): Promise<Amended> {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const before = await ledger.store.read(id);
    if (before === null) throw new Error(`There is no request ${id}.`);
    const { records, request } = writeDown(before, change(before), ledger.now());
    if (await ledger.store.append(records, request)) {
      for (const record of records) ledger.told(record);
      return { request, records };
    }
  }
  throw new Error(`The request ${id} changes faster than it can be written to.`);
}

/** The same, for those who only need the request as it is afterwards. */
export const amend = async (
  ledger: Ledger,
  id: RequestId,
  change: (request: ApprovalRequest) => readonly Entry[],
): Promise<ApprovalRequest> => (await amendWithRecords(ledger, id, change)).request;
