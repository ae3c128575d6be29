import type { Instant, PrivateEndpointConnection, RequestId } from "../connection/connection.ts";
import { took } from "../telemetry/metrics.ts";
import { type Account, type AlteredAccount, accountOf, distrusted } from "./account.ts";
import { canonicalText } from "./json.ts";
import { type Change, openRequest, writeDown } from "./life.ts";
import type { Entry, EntryOf } from "./record.ts";
import type { ApprovalRequest } from "./request.ts";
import type { Seals } from "./seal.ts";
import type { RequestStore, SealedRequest } from "./store.ts";

/** Where changes go, what seals them, what time it is, and who hears of each change once it is stored. */
export interface Ledger {
  readonly store: RequestStore;
  readonly seals: Seals;
  now(): Instant;
  /** For the log, and so that people are told soon. Must not fail, since the change is made. */
  written(change: Change): Promise<void>;
}

/** A request as it is after something was added to it, and what that was. */
type Amended = Pick<Change, "request" | "records">;

/** Others may write between our reading and our writing; more often than this in a row means a bug. */
const MAX_TRIES = 20;

/**
 * Adds to a request what `entriesFor` makes of it: reads, computes, appends; computes again when somebody else was
 * faster. The only way in which a request changes. Where it and its records do not add up, that is recorded instead.
 *
 * @param from the request's id, or the request as it was seen, which spares a read where no other record was added since
 * @param entriesFor must be pure; it may be asked again. No entries mean that there is nothing to record, e.g. because
 * an earlier run of the same activity did it
 * @returns the request as it is afterwards, read anew when nothing was added, and what was added
 * @throws when there is no such request
 */
export async function amend(
  ledger: Ledger,
  from: RequestId | ApprovalRequest,
  entriesFor: (request: ApprovalRequest) => readonly Entry[],
): Promise<Amended> {
  const id = typeof from === "string" ? from : from.id;
  let seen = typeof from === "string" ? null : from;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const before = seen ?? (await currentRequest(ledger, id));
    const { request, change } = await changeOf(ledger, before, entriesFor);
    if (change === null && seen === null) return { request, records: [] };
    if (change !== null && (await append(ledger, change))) return change;
    seen = null;
  }
  throw new Error(`The request ${id} changes faster than it can be written to.`);
}

/**
 * Requests that are the sum of their records, as this process saw: those that were added up, those that the app had sealed
 * after their last record, and what was added to them. Any other comes from the store, where whoever can write to it may
 * have put words into it that we would seal as ours. Adding up takes a read, so what is known to be a sum is not added up
 * again; right before a write to ARM, everything is (`apply.ts`).
 */
const sums = new WeakSet<ApprovalRequest>();

/** The request as its records make it, with them, or what is wrong with them. */
export async function audit(ledger: Ledger, id: RequestId): Promise<Account> {
  const account = await accountOf(ledger, id);
  if (account.kind === "sound") sums.add(account.request);
  return account;
}

/**
 * What follows from a request, and from its records where it may be something else than their sum; null when nothing does.
 * That is about the request as its records have it then: somebody else may have added to them since it was read.
 */
async function changeOf(
  ledger: Ledger,
  before: ApprovalRequest,
  entriesFor: (request: ApprovalRequest) => readonly Entry[],
): Promise<{ readonly request: ApprovalRequest; readonly change: Change | null }> {
  const entries = entriesFor(before);
  if (entries.length === 0) return { request: before, change: null };
  if (sums.has(before)) return { request: before, change: grown(ledger, before, entries) };
  const account = await audit(ledger, before.id);
  if (account.kind === "altered")
    return { request: account.base, change: distrusted(account, ledger.now(), ledger.seals) };
  const { request } = account;
  const fresh = entriesFor(request);
  return { request, change: fresh.length === 0 ? null : grown(ledger, request, fresh) };
}

/** @param sum what is known to be the sum of its records */
function grown(ledger: Ledger, sum: ApprovalRequest, entries: readonly Entry[]): Change {
  const change = writeDown(sum, entries, ledger.now(), ledger.seals);
  sums.add(change.request);
  return change;
}

/**
 * Records that somebody else wrote into the store.
 * @returns the request as it is afterwards, read anew when its records changed meanwhile
 */
export async function distrust(ledger: Ledger, account: AlteredAccount): Promise<ApprovalRequest> {
  const change = distrusted(account, ledger.now(), ledger.seals);
  return (await append(ledger, change)) ? change.request : currentRequest(ledger, change.request.id);
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
  (await amend(ledger, seen, (now) => (saysTheSame(now, seen) ? entries : []))).request;

/** Not only the number is compared: what was seen may have been written by somebody else. */
const saysTheSame = (one: ApprovalRequest, other: ApprovalRequest): boolean =>
  one === other || (one.seq === other.seq && canonicalText(one) === canonicalText(other));

/** Opens a request about a Pending connection, unless there is one already; that one, then. */
export async function open(
  ledger: Ledger,
  connection: PrivateEndpointConnection,
  received: EntryOf<"received">,
): Promise<{ readonly request: ApprovalRequest; readonly isNew: boolean }> {
  const change = openRequest(connection, received, ledger.now(), ledger.seals);
  if (await append(ledger, change)) return { request: change.request, isNew: true };
  const { id } = change.request;
  const request = await ledger.store.read(id);
  if (request !== null) return { request, isNew: false };
  // Its records are there, and somebody took the request itself away.
  const account = await audit(ledger, id);
  return {
    request: account.kind === "sound" ? account.request : await distrust(ledger, account),
    isNew: false,
  };
}

/** The request as the store has it now; it must exist. */
export async function currentRequest({ store, seals }: Ledger, id: RequestId): Promise<ApprovalRequest> {
  const found = await store.readSealed(id);
  if (found === null) throw new Error(`There is no request ${id}.`);
  if (isProved(found, seals)) sums.add(found.request);
  return found.request;
}

/**
 * Whether the app made it of the records up to the last one that there is. The number counts, too: whoever can write to the
 * store can give any record the seal of another.
 */
const isProved = ({ request, sealed, head }: SealedRequest, { requests }: Seals): boolean =>
  sealed !== null && head?.seq === request.seq && requests.doubtOf(head.seal, sealed) === null;

async function append(ledger: Ledger, change: Change): Promise<boolean> {
  const startedAt = performance.now();
  const isFirst = await ledger.store.append(change);
  took("audit.append.duration", (performance.now() - startedAt) / 1_000);
  if (isFirst) await ledger.written(change);
  return isFirst;
}
