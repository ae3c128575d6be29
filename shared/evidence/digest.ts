import { createHash } from "node:crypto";
import * as z from "zod";
import { Instant, RequestId } from "../connection/connection.ts";
import { canonicalText, jsonIn } from "../request/json.ts";
import { keyedSeals, keysFor, type RecordKey, type Seals } from "../request/seal.ts";

/** The last record of a trail, when a digest was made. */
const Head = z.object({ requestId: RequestId, seq: z.int(), seal: z.string() });
export type Head = z.infer<typeof Head>;

/** What a digest says: where each trail ended to which something was added in a span of time. */
export const Digest = z.object({
  version: z.literal(1),
  /** 1, 2, 3, ... without a hole. */
  number: z.int().positive(),
  /** Trails are listed to which something was added from then ... */
  from: Instant,
  /** ... until before then; to some of them later. Digests of one span follow one another, and all but the last have `more`. */
  until: Instant,
  more: z.boolean(),
  /** SHA-256 of the whole text of the digest before, in hex; null for the first one. */
  previous: z.string().nullable(),
  /** How many trails are listed, and how many records these have in all. */
  trails: z.int(),
  records: z.int(),
  heads: z.array(Head),
});
export type Digest = z.infer<typeof Digest>;

/**
 * What seals digests: keys that are made from those of the records, so that a record's seal never passes for a digest's,
 * whatever somebody may make the app seal. No record is sealed over a text without a line break, as this one is.
 */
export const digestSeals = (keys: readonly [RecordKey, ...RecordKey[]]): Seals =>
  keyedSeals(keysFor("seals of digests", keys));

/** A digest as it is kept: what it says in one line of canonical JSON, and its seal in a second one. */
export function textOf(digest: Digest, seals: Seals): string {
  const said = canonicalText(digest);
  return `${said}\n${seals.seal(null, said)}\n`;
}

/** By which the next digest names this one. */
export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A digest that was read, or what is wrong with it, as the end of a sentence about it. */
export type ReadDigest = { readonly digest: Digest } | { readonly doubt: string };

/** Reads a digest that is kept under a number. */
export function digestIn(text: string, number: number, seals: Seals): ReadDigest {
  const [said = "", seal = "", rest] = text.split("\n");
  const parsed = Digest.safeParse(jsonIn(said));
  if (!parsed.success || rest !== "") return { doubt: "cannot be read" };
  const doubt = seals.doubtOf(null, { said, seal });
  if (doubt !== null) return { doubt };
  const digest = parsed.data;
  return digest.number === number ? { digest } : { doubt: `is digest ${digest.number} under another number` };
}
