import * as z from "zod";
import { jsonIn } from "../request/json.ts";
import type { Seals } from "../request/seal.ts";
import type { StoredRecord, Whole } from "../request/store.ts";
import { oneLine } from "../text.ts";
import type { Damage } from "./finding.ts";
import type { Known } from "./known.ts";

/** A trail with a record that is not what the app wrote in this place; all before it are. */
interface Damaged {
  readonly id: string;
  readonly whole: Whole;
  readonly known: readonly Known[];
  readonly seals: Seals;
}

/** What was done, and the rest of a sentence that begins with the record. */
interface Done {
  readonly what: Damage;
  readonly says: string;
}

/** What a record says of its own place. */
const Claim = z.object({ requestId: z.string(), seq: z.int() });
const claimOf = ({ said }: StoredRecord) => Claim.safeParse(jsonIn(said)).data ?? null;

/**
 * What was done to the first bad record of a trail. A seal ties a record to the one before it, so each pair tells
 * whether the second is authentic after the first, wherever they stand now.
 */
export function damageOf(damaged: Damaged, index: number): Done {
  const { records } = damaged.whole;
  const stored = records[index];
  const expected = index + 1;
  if (stored === undefined || stored.seq > expected)
    return { what: "removed", says: `is missing: record ${stored?.seq ?? "none"} comes next.` };
  if (stored.seq < expected)
    return {
      what: "inserted",
      says: `was put in: it has the number ${stored.seq}, which the app gave to no other record.`,
    };
  const claim = claimOf(stored);
  if (claim === null) return { what: "unreadable", says: "cannot be read: its text was written over." };
  return (
    elsewhere(damaged, stored, claim) ??
    byOtherKey(damaged, stored, index) ??
    putIn(damaged, index) ??
    renumbered(damaged, index) ??
    changed(damaged, stored, index)
  );
}

/** An authentic record that belongs elsewhere. */
function elsewhere(
  { id, whole, seals }: Damaged,
  stored: StoredRecord,
  claim: z.infer<typeof Claim>,
): Done | null {
  const follows = [null, ...whole.records.map(({ seal }) => seal)];
  const isAuthentic = follows.some((before) => seals.doubtOf(before, stored) === null);
  if (claim.requestId !== id)
    return {
      what: "swapped",
      says: `is a record of the request ${oneLine(claim.requestId, 60)}, which was put here.`,
    };
  if (!isAuthentic) return null;
  return claim.seq === stored.seq
    ? {
        what: "removed",
        says: "does not follow the one before it, which is not the one that it was written after.",
      }
    : { what: "reordered", says: `is out of order: the app wrote it as record ${claim.seq}.` };
}

function byOtherKey({ whole, seals }: Damaged, stored: StoredRecord, index: number): Done | null {
  const doubt = seals.doubtOf(whole.records[index - 1]?.seal ?? null, stored);
  if (doubt === null || !doubt.includes("key")) return null;
  const [name = ""] = stored.seal.split(".", 1);
  return {
    what: "otherKey",
    says: `is sealed with a key called "${oneLine(name, 20)}", which is not among RECORD_KEYS: it was made up, or that key is missing here.`,
  };
}

/** What belongs in this place stands further on. */
function putIn({ whole, seals }: Damaged, index: number): Done | null {
  const before = whole.records[index - 1]?.seal ?? null;
  const proper = whole.records.find((record, at) => at > index && seals.doubtOf(before, record) === null);
  return proper === undefined
    ? null
    : { what: "inserted", says: "was put in: what the app wrote in its place comes after it." };
}

/** All from here on say a higher number than theirs: one is gone, and the others were moved up. */
function renumbered({ whole, known }: Damaged, index: number): Done | null {
  const rest = whole.records.slice(index);
  const [first] = rest;
  const shift = first === undefined ? 0 : (claimOf(first)?.seq ?? 0) - first.seq;
  if (first === undefined || shift < 1) return null;
  const isMoved = rest.every((record) => claimOf(record)?.seq === record.seq + shift);
  const last = whole.records.length + shift;
  const isProved = rest.length > 1 || whole.request?.seq === last || known.some(({ seq }) => seq >= last);
  if (!isMoved || !isProved) return null;
  return {
    what: "removed",
    says: `is missing: in its place is the one that the app wrote as record ${first.seq + shift}.`,
  };
}

/** The seal tells whether a record was there: it is the one that the next record carries on, or a digest knows. */
function changed({ whole, known, seals }: Damaged, stored: StoredRecord, index: number): Done {
  const next = whole.records[index + 1];
  const witness = known.find(({ seq, seal }) => seq === stored.seq && seal === stored.seal);
  if (next !== undefined && seals.doubtOf(stored.seal, next) === null)
    return {
      what: "edited",
      says: `was edited: record ${next.seq} was written after it when it said something else.`,
    };
  if (witness !== undefined)
    return {
      what: "edited",
      says: `was edited: digest ${witness.digest} knows its seal, which is of something else.`,
    };
  return { what: "forged", says: "is not as the app wrote it: it was changed, or made up." };
}
