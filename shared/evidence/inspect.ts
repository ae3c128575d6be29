import { RequestId } from "../connection/connection.ts";
import { differenceOf } from "../request/account.ts";
import { sumOf } from "../request/life.ts";
import { type AuditRecord, recordIn } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { Seals } from "../request/seal.ts";
import type { StoredRecord, Whole } from "../request/store.ts";
import { oneLine } from "../text.ts";
import { damageOf } from "./damage.ts";
import type { Finding } from "./finding.ts";
import type { Known } from "./known.ts";

/** A trail as it is stored, and what digests know of it, the oldest digest first. */
export interface Suspect {
  /** As it is stored, which may be no request's id. */
  readonly id: string;
  readonly whole: Whole;
  readonly known: readonly Known[];
  /** A trail whose last record is of before this moment must be in a digest; null where digests are missing. */
  readonly witnessedBefore: string | null;
}

/** What an inspection found. */
export interface Inspected {
  /** The records that are as the app wrote them, up to the first that is not. */
  readonly trail: readonly AuditRecord[];
  /** The first thing that is wrong with the trail; null when it is as the app wrote it. */
  readonly finding: Finding | null;
}

/** Looks whether each record is what the app wrote in its place, and the whole what digests and the request know of it. */
export function inspect(suspect: Suspect, seals: Seals): Inspected {
  const { id, whole } = suspect;
  const { records } = whole;
  const trail: AuditRecord[] = [];
  if (!RequestId.safeParse(id).success) {
    const sentence = `There are records, or a request, under "${oneLine(id, 60)}", which is no request's id.`;
    return { trail, finding: finding(suspect, "inserted", 1, sentence) };
  }
  if (records.length === 0) return { trail, finding: allGone(suspect) };
  for (const stored of records) {
    const record = soundRecord(stored, id, trail, seals);
    if (record === null) return { trail, finding: badRecord(suspect, trail.length, seals) };
    trail.push(record);
  }
  return { trail, finding: contradiction(suspect, trail) ?? difference(suspect, trail) };
}

function badRecord(suspect: Suspect, index: number, seals: Seals): Finding {
  const { what, says } = damageOf({ ...suspect, seals }, index);
  const name = nameOf(suspect.whole.records[index], index);
  return finding(suspect, what, index + 1, `${name} of ${suspect.id} ${says}`);
}

function difference(suspect: Suspect, trail: readonly AuditRecord[]): Finding | null {
  const sum = sumIn(trail);
  if (sum === null)
    return finding(
      suspect,
      "rewritten",
      null,
      `The records of ${suspect.id} make no request, so the app did not write them: somebody did, with one of its keys.`,
    );
  const says = differenceOf(suspect.whole.request, sum);
  return says === null ? null : finding(suspect, "requestDiffers", null, `${suspect.id}: ${says}`);
}

/** The request that records make; null when they make none. */
function sumIn(trail: readonly AuditRecord[]): ApprovalRequest | null {
  try {
    return sumOf(trail);
  } catch {
    return null;
  }
}

/** A record that is what the app wrote after a trail; null when it is not. */
function soundRecord(
  stored: StoredRecord,
  id: string,
  trail: readonly AuditRecord[],
  seals: Seals,
): AuditRecord | null {
  if (stored.seq !== trail.length + 1 || seals.doubtOf(trail.at(-1)?.seal ?? null, stored) !== null)
    return null;
  const record = recordIn(stored);
  return record?.requestId === id && record.seq === stored.seq ? record : null;
}

/** What digests, or the request, know of a trail that fits together in itself and is not so. */
function contradiction(suspect: Suspect, trail: readonly AuditRecord[]): Finding | null {
  const { id, known, whole, witnessedBefore } = suspect;
  const { length } = trail;
  for (const { seq, seal, digest } of known) {
    const there = trail[seq - 1];
    if (there === undefined)
      return finding(
        suspect,
        "truncated",
        length + 1,
        `Record ${length + 1} of ${id} is missing, and all after it: digest ${digest} knows ${seq} records, and ${length} are left.`,
        digest,
      );
    if (there.seal !== seal)
      return finding(
        suspect,
        "rewritten",
        seq,
        `Record ${seq} of ${id} or one before it was written anew with one of the app's keys: digest ${digest} knows it by another seal.`,
        digest,
      );
  }
  const claimed = whole.request?.seq ?? 0;
  if (claimed > length)
    return finding(
      suspect,
      "truncated",
      length + 1,
      `Record ${length + 1} of ${id} is missing, and all after it: the request was made of ${claimed} records, and ${length} are left.`,
    );
  const last = trail.at(-1);
  if (last === undefined || witnessedBefore === null || last.at >= witnessedBefore) return null;
  return known.some(({ seq }) => seq === length)
    ? null
    : finding(
        suspect,
        "unwitnessed",
        length,
        `Record ${length} of ${id} says that it is of ${last.at}, and no digest since then knows it: it was written later, with one of the app's keys or by a clock that was wrong, or its time was changed in the store.`,
      );
}

function allGone(suspect: Suspect): Finding {
  const { id, known, whole } = suspect;
  const witness = known.at(-1);
  const because =
    witness === undefined
      ? `the request was made of ${whole.request?.seq ?? "some"}`
      : `digest ${witness.digest} knows ${witness.seq}`;
  return finding(
    suspect,
    "truncated",
    1,
    `Record 1 of ${id} is missing, and all after it: ${because}, and none is left.`,
    witness?.digest ?? null,
  );
}

function nameOf(stored: StoredRecord | undefined, index: number): string {
  const record = stored === undefined ? null : recordIn(stored);
  return record === null || record.seq !== index + 1
    ? `Record ${index + 1}`
    : `Record ${index + 1} (${record.kind}, ${record.at})`;
}

const finding = (
  { id }: Suspect,
  what: Finding["what"],
  seq: number | null,
  sentence: string,
  digest: number | null = null,
): Finding => ({ what, requestId: id, seq, digest, sentence });
