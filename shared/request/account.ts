import { isDeepStrictEqual } from "node:util";
import { type Instant, instant, type RequestId } from "../connection/connection.ts";
import { pauseAfterFailureMs } from "../connection/retry.ts";
import { inUtc } from "../text.ts";
import { type Change, sumOf, writeDown } from "./life.ts";
import { type AuditRecord, type EntryOf, recordIn } from "./record.ts";
import type { ApprovalRequest } from "./request.ts";
import type { Seals } from "./seal.ts";
import type { RequestStore, StoredRecord } from "./store.ts";
import { SYSTEM } from "./terms.ts";

/** Where the records are, and what tells ours from others. */
export interface Books {
  readonly store: Pick<RequestStore, "whole">;
  readonly seals: Seals;
}

/** What a request comes to when its records are added up. */
export type Account =
  /** Every record is ours, and the request is their sum. */
  | { readonly kind: "sound"; readonly request: ApprovalRequest; readonly trail: readonly AuditRecord[] }
  | AlteredAccount;

/** Somebody wrote into the store. */
export interface AlteredAccount {
  readonly kind: "altered";
  /** What does not add up, in a sentence. */
  readonly because: string;
  /** What a record can still be added to: the sum, where only the request was altered; else the request, whatever it says. */
  readonly base: ApprovalRequest;
}

/**
 * Adds up the records of a request, and looks whether each is as we wrote it and whether the request is what they make.
 * What gives power over a connection rests on this and never on the request as the store has it.
 * @throws when there are neither sound records nor a request
 */
export async function accountOf({ store, seals }: Books, id: RequestId): Promise<Account> {
  const { request: stored, records } = await store.whole(id);
  const { trail, fault } = trailIn(seals, id, records);
  if (fault === null) {
    const request = sumOf(trail);
    const difference = differenceOf(stored, request);
    return difference === null
      ? { kind: "sound", request, trail }
      : { kind: "altered", because: difference, base: request };
  }
  if (stored === null) throw new Error(`Nothing is left of the request ${id} to go by: ${fault}`);
  // Its sum is nobody's word any more. The next record still takes its place behind those that are there.
  const { seq, seal } = records.at(-1) ?? { seq: 0, seal: "" };
  return { kind: "altered", because: fault, base: { ...stored, seq, head: seal } };
}

/** The records, up to the first that is not as we wrote it, and what is wrong with that one. */
function trailIn(
  seals: Seals,
  id: RequestId,
  records: readonly StoredRecord[],
): { readonly trail: readonly AuditRecord[]; readonly fault: string | null } {
  const trail: AuditRecord[] = [];
  for (const stored of records) {
    const { seq } = stored;
    const previous = trail.at(-1) ?? null;
    const expected = trail.length + 1;
    if (seq !== expected) return { trail, fault: `Record ${expected} is missing.` };
    const record = recordIn(stored);
    if (record === null) return { trail, fault: `Record ${seq} cannot be read.` };
    const doubt = seals.doubtOf(previous?.seal ?? null, stored);
    if (doubt !== null) return { trail, fault: `Record ${seq} ${doubt}.` };
    if (record.requestId !== id || record.seq !== seq)
      return { trail, fault: `Record ${seq} is another one's.` };
    if (previous === null && record.kind !== "received")
      return { trail, fault: "What was received is missing." };
    trail.push(record);
  }
  return { trail, fault: trail.length === 0 ? "Record 1 is missing." : null };
}

/** In what a request as it is stored differs from the sum of its records, in a sentence; null when it does not. */
export function differenceOf(stored: ApprovalRequest | null, sum: ApprovalRequest): string | null {
  if (stored === null) return "The request is gone, and its records are there.";
  const names = Object.keys(sum) as (keyof ApprovalRequest)[];
  const others = names.filter((name) => !isDeepStrictEqual(stored[name], sum[name]));
  return others.length === 0 ? null : `The request differs from its records in ${others.join(", ")}.`;
}

/** By which a failure says that the request was distrusted. */
export const RECORDS_ALTERED = "RecordsAltered";

/** The record of what does not add up: nothing that was thought and said counts, and the request is tried again later. */
export function distrusted({ because, base }: AlteredAccount, at: Instant, seals: Seals): Change {
  const retryAt = instant(Date.parse(at) + pauseAfterFailureMs(base.failures + 1));
  const entry: EntryOf<"distrusted"> = {
    kind: "distrusted",
    actor: SYSTEM,
    code: RECORDS_ALTERED,
    message: because,
    hint: "Compare the trail with a backup; find out who can write to the store.",
    retryAt,
    sentence: `Somebody wrote into the store: ${because} Nothing is written to ARM. It is looked at again after ${inUtc(retryAt)}.`,
  };
  // Nobody knows what the request was made of, where it was written into: what it says is not to be sealed as ours.
  return { ...writeDown(base, [entry], at, seals), requestSeal: null };
}
