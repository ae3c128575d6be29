import { type Instant, RequestId } from "../connection/connection.ts";
import { differenceOf } from "../request/account.ts";
import { sumOf } from "../request/life.ts";
import { type AuditRecord, recordIn } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { Seals } from "../request/seal.ts";
import type { SealedWhole, StoredRecord } from "../request/store.ts";
import { oneLine } from "../text.ts";
import { damageOf } from "./damage.ts";
import type { Finding } from "./finding.ts";
import type { Known } from "./known.ts";
import { isOf, momentOf } from "./place.ts";

/** A trail as it is stored, and what digests know of it, the oldest digest first. */
export interface Suspect {
  /** As it is stored, which may be no request's id. */
  readonly id: string;
  readonly whole: SealedWhole;
  readonly known: readonly Known[];
  /** A trail whose last record is of before this moment must be in a digest; null where digests are missing. */
  readonly witnessedBefore: string | null;
}

interface Written {
  readonly first: Instant;
  readonly last: Instant;
}

/** What an inspection found. */
export interface Inspected {
  /** When those records were written that are as the app wrote them, up to the first that is not; null when there is none. */
  readonly written: Written | null;
  /** The first thing that is wrong with the trail; null when it is as the app wrote it. */
  readonly finding: Finding | null;
}

/** Looks whether each record is what the app wrote in its place, and the whole what digests and the request know of it. */
export function inspect(suspect: Suspect, seals: Seals): Inspected {
  const { id, whole } = suspect;
  const { records } = whole;
  if (!RequestId.safeParse(id).success) {
    const sentence = `There are records, or a request, under "${oneLine(id, 60)}", which is no request's id.`;
    return { written: null, finding: finding(suspect, "inserted", 1, sentence) };
  }
  if (records.length === 0) return { written: null, finding: allGone(suspect) };
  const bad = records.findIndex((_record, index) => !isSound(suspect, index, seals));
  const written = writtenIn(bad < 0 ? records : records.slice(0, bad));
  if (bad >= 0) return { written, finding: badRecord(suspect, bad, seals) };
  if (written === null) return { written, finding: badRecord(suspect, 0, seals) };
  const isProved = isSealed(suspect, seals);
  const claimed = isProved ? records.length : (whole.request?.seq ?? 0);
  const found = contradiction(suspect, written, claimed) ?? (isProved ? null : difference(suspect, seals));
  return { written, finding: found };
}

/** Whether a record is what the app wrote in its place, after those before it. */
function isSound({ id, whole: { records } }: Suspect, index: number, seals: Seals): boolean {
  const [stored, previous] = [records[index], records[index - 1]];
  return (
    stored?.seq === index + 1 &&
    isOf(stored.said, id, stored.seq) &&
    seals.doubtOf(previous?.seal ?? null, stored) === null
  );
}

function writtenIn(records: readonly StoredRecord[]): Written | null {
  const first = momentOf(records[0]?.said ?? "");
  const last = momentOf(records.at(-1)?.said ?? "");
  return first === null || last === null ? null : { first, last };
}

function badRecord(suspect: Suspect, index: number, seals: Seals): Finding {
  const { what, says } = damageOf({ ...suspect, seals }, index);
  const name = nameOf(suspect.whole.records[index], index);
  return finding(suspect, what, index + 1, `${name} of ${suspect.id} ${says}`);
}

/** Whether the stored request is the very text that the app sealed after the last record, and so what the records make. */
const isSealed = ({ whole: { records, sealed } }: Suspect, { requests }: Seals): boolean =>
  sealed !== null && requests.doubtOf(records.at(-1)?.seal ?? null, sealed) === null;

/** Adds up the records, and looks whether the stored request is what they make. */
function difference(suspect: Suspect, seals: Seals): Finding | null {
  const { id, whole } = suspect;
  const trail: AuditRecord[] = [];
  for (const stored of whole.records) {
    const record = recordIn(stored);
    if (record === null) return badRecord(suspect, trail.length, seals);
    trail.push(record);
  }
  const sum = sumIn(trail);
  if (sum === null)
    return finding(
      suspect,
      "rewritten",
      null,
      `The records of ${id} make no request, so the app did not write them: somebody did, with one of its keys.`,
    );
  const says = differenceOf(whole.request, sum);
  return says === null ? null : finding(suspect, "requestDiffers", null, `${id}: ${says}`);
}

/** The request that records make; null when they make none. */
function sumIn(trail: readonly AuditRecord[]): ApprovalRequest | null {
  try {
    return sumOf(trail);
  } catch {
    return null;
  }
}

/** What digests, or the request, know of a trail that fits together in itself and is not so. */
function contradiction(suspect: Suspect, written: Written, claimed: number): Finding | null {
  const { id, known, whole, witnessedBefore } = suspect;
  const { records } = whole;
  const { length } = records;
  for (const { seq, seal, digest } of known) {
    const there = records[seq - 1];
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
  if (claimed > length)
    return finding(
      suspect,
      "truncated",
      length + 1,
      `Record ${length + 1} of ${id} is missing, and all after it: the request was made of ${claimed} records, and ${length} are left.`,
    );
  if (witnessedBefore === null || written.last >= witnessedBefore) return null;
  return known.some(({ seq }) => seq === length)
    ? null
    : finding(
        suspect,
        "unwitnessed",
        length,
        `Record ${length} of ${id} says that it is of ${written.last}, and no digest since then knows it: it was written later, with one of the app's keys or by a clock that was wrong, or its time was changed in the store.`,
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
