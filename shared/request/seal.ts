import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import { hmacBy } from "./hmac.ts";

/** A key that seals records, and the short name by which a seal says that it is the one. */
export interface RecordKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** A text that was sealed, and its seal, as they are stored. */
export interface Sealed {
  readonly said: string;
  readonly seal: string;
}

/** What seals texts that follow one another. Nobody who can only write to the store can make a seal, nor move one to another text. */
export interface Sealer {
  /**
   * The seal of a record: `<id of the key>.<base64url of an HMAC-SHA256>`, over the seal of the record before and
   * everything that this one says. So whatever is changed, left out, put in or moved breaks the chain from there on.
   * @param previous the seal of the record before; null for the first of a trail
   * @param said what the record says, as canonical JSON without its seal
   */
  seal(previous: string | null, said: string): string;

  /** What is wrong with the seal that a record carries, as the end of a sentence about it; null when nothing is. */
  doubtOf(previous: string | null, record: Sealed): string | null;
}

/** What seals records. */
export interface Seals extends Sealer {
  /** Seals requests as they are stored, each after the last record that it is made of; by keys of their own. */
  readonly requests: Sealer;
}

/** Seals by the first of these keys, and knows the seals of all of them, so that a key can be replaced. */
export const keyedSeals = (keys: readonly [RecordKey, ...RecordKey[]]): Seals => ({
  ...sealerBy(keys),
  requests: sealerBy(keysFor("seals of requests", keys)),
});

/** Keys that are made from others: a seal by them never passes for one by those, whatever somebody may make the app seal. */
export function keysFor(
  purpose: string,
  [first, ...others]: readonly [RecordKey, ...RecordKey[]],
): readonly [RecordKey, ...RecordKey[]] {
  const made = ({ id, key }: RecordKey): RecordKey => ({
    id,
    key: createSecretKey(createHmac("sha256", key).update(purpose).digest()),
  });
  return [made(first), ...others.map(made)];
}

function sealerBy(keys: readonly [RecordKey, ...RecordKey[]]): Sealer {
  const known = new Map(keys.map((key) => [key.id, sealBy(key)]));
  return {
    seal: sealBy(keys[0]),
    doubtOf: (previous, { said, seal }) => {
      const sealAgain = known.get(seal.split(".", 1)[0] ?? "");
      if (sealAgain === undefined) return "is sealed with a key that the app does not have";
      return isSame(seal, sealAgain(previous, said)) ? null : "is not as the app wrote it";
    },
  };
}

function sealBy({ id, key }: RecordKey): Sealer["seal"] {
  const hmac = hmacBy(key);
  // A seal holds no line break, so where it ends and the record begins is beyond doubt.
  return (previous, said) => `${id}.${hmac(`${previous ?? ""}\n`, said)}`;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
