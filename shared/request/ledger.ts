import type { Instant, PrivateEndpointConnection, RequestId } from "../connection/connection.ts";
import { type Change, openRequest, writeDown } from "./life.ts";
import type { Entry, EntryOf } from "./record.ts";
import type { ApprovalRequest } from "./request.ts";
import type { RequestStore } from "./store.ts";

/** Where changes go, what time it is, and who hears of each change once it is stored. */
export interface Ledger {
  readonly store: RequestStore;
  now(): Instant;
  /** For the log, and so that people are told soon. Must not fail, since the change is made. */
  written(change: Change): Promise<void>;
}

/** Others may write between our reading and our writing; more often than this in a row means a bug. */
const MAX_TRIES = 20;

/**
 * Adds to a request what `entriesFor` makes of it: reads, computes, appends; computes again when somebody else was
 * faster. The only way in which a request changes.
 *
 * @param from the request's id, or the request as it was seen, which spares a read where no other record was added since
 * @param entriesFor must be pure. No entries mean that there is nothing to record, e.g. because an earlier run of the
 * same activity did it
 * @returns the request as it is afterwards, read anew when nothing was added, and what was added
 * @throws when there is no such request
 */
export async function amend(
  ledger: Ledger,
  from: RequestId | ApprovalRequest,
  entriesFor: (request: ApprovalRequest) => readonly Entry[],
): Promise<Change> {
  const id = typeof from === "string" ? from : from.id;
  let seen = typeof from === "string" ? null : from;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const before = seen ?? (await currentRequest(ledger, id));
    const change = writeDown(before, entriesFor(before), ledger.now());
    if (change.records.length === 0 && seen === null) return change;
    if (change.records.length > 0 && (await append(ledger, change))) return change;
    seen = null;
  }
  throw new Error(`The request ${id} changes faster than it can be written to.`);
}

/**
 * Adds entries that were computed from `seen`, and none of them when somebody else has added something since.
 * @returns the request as it is afterwards, read anew when nothing was added
 */
export const amendIfUnchanged = async (
  ledger: Ledger,
  seen: ApprovalRequest,
  entries: readonly Entry[],
): Promise<ApprovalRequest> =>
  (await amend(ledger, seen, (now) => (now.seq === seen.seq ? entries : []))).request;

/** Opens a request about a Pending connection, unless there is one already; that one, then. */
export async function open(
  ledger: Ledger,
  connection: PrivateEndpointConnection,
  received: EntryOf<"received">,
): Promise<{ readonly request: ApprovalRequest; readonly isNew: boolean }> {
  const change = openRequest(connection, received, ledger.now());
  if (await append(ledger, change)) return { request: change.request, isNew: true };
  return { request: await currentRequest(ledger, change.request.id), isNew: false };
}

/** The request as the store has it now; it must exist. */
export async function currentRequest({ store }: Ledger, id: RequestId): Promise<ApprovalRequest> {
  const request = await store.read(id);
  if (request === null) throw new Error(`There is no request ${id}.`);
  return request;
}

async function append(ledger: Ledger, change: Change): Promise<boolean> {
  const isFirst = await ledger.store.append(change);
  if (isFirst) await ledger.written(change);
  return isFirst;
}
