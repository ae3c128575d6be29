import type { Seals } from "../request/seal.ts";
import { type Digest, digestIn, hashOf } from "./digest.ts";
import type { Finding } from "./finding.ts";
import type { DigestStore } from "./port.ts";

/** One of the digests that should be there, and what is wrong with it or with how it follows. */
export interface Link {
  readonly number: number;
  /** Null when it is missing, or cannot be trusted. */
  readonly digest: Digest | null;
  /** By which the next one names it; null when it is missing. */
  readonly hash: string | null;
  readonly finding: Finding | null;
}

/** Reads that are on their way at a time; each may be a call over the network. */
const READS = 16;

/** Goes through digests in order, from one number on; where some are missing there is one link for all of these. */
export async function* digestChain(digests: DigestStore, seals: Seals, first = 1): AsyncGenerator<Link> {
  const numbers = (await digests.numbers()).filter((number) => number >= first);
  let before: Link | null = null;
  let expected = first;
  for (let start = 0; start < numbers.length; start += READS) {
    const some = numbers.slice(start, start + READS);
    const texts = await Promise.all(some.map((number) => digests.read(number)));
    for (const [index, number] of some.entries()) {
      if (number > expected) {
        before = missing(expected, number - 1);
        yield before;
      }
      const text = texts[index] ?? null;
      before = text === null ? missing(number, number) : link(text, number, before, seals);
      yield before;
      expected = number + 1;
    }
  }
}

function link(text: string, number: number, before: Link | null, seals: Seals): Link {
  const hash = hashOf(text);
  const read = digestIn(text, number, seals);
  if ("doubt" in read) {
    const finding = about(number, "digestChanged", `Digest ${number} ${read.doubt}.`);
    return { number, digest: null, hash, finding };
  }
  return { number, digest: read.digest, hash, finding: brokenBetween(before, read.digest) };
}

function missing(first: number, last: number): Link {
  const which = first === last ? `Digest ${first} is missing` : `Digests ${first} to ${last} are missing`;
  const finding = about(first, "digestMissing", `${which}: somebody took away what was there.`);
  return { number: last, digest: null, hash: null, finding };
}

/** What does not fit between a digest and the one before, if that one is there; what is wrong with that one is said with it. */
function brokenBetween(before: Link | null, digest: Digest): Finding | null {
  const { number, previous, from } = digest;
  if (number === 1 && previous !== null)
    return about(number, "digestBreaks", "Digest 1 follows another one, which there cannot be.");
  if (before === null || before.hash === null) return null;
  if (previous !== before.hash)
    return about(
      number,
      "digestBreaks",
      `Digest ${number} does not follow digest ${before.number}: it was made after another one of that number.`,
    );
  if (before.digest !== null && Date.parse(from) > Date.parse(before.digest.until))
    return about(number, "digestBreaks", `Digest ${number} leaves out what was added before ${from}.`);
  return null;
}

const about = (digest: number, what: Finding["what"], sentence: string): Finding => ({
  what,
  requestId: null,
  seq: null,
  digest,
  sentence,
});
