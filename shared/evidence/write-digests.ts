import { type Instant, instant, type RequestId } from "../connection/connection.ts";
import { recordIn } from "../request/record.ts";
import type { Seals } from "../request/seal.ts";
import { type Digest, digestIn, type Head, hashOf, textOf } from "./digest.ts";
import { digestChain } from "./digest-chain.ts";
import type { DigestStore, Trails } from "./port.ts";

export interface DigestNeeds {
  readonly trails: Trails;
  readonly digests: DigestStore;
  readonly seals: Seals;
  /** How old the newest digest may be, in ms. */
  readonly maxAgeMs: number;
  /** Trails that one digest lists at most; another one goes on. */
  readonly maxHeads?: number;
  now(): Instant;
}

/** What came of it. */
export interface Digested {
  /** Those that were written now; empty when another instance of the app was faster. */
  readonly written: readonly Digest[];
  /** What is wrong with those that there were, in sentences. */
  readonly troubles: readonly string[];
}

/** A megabyte of text; what makes and reads digests never holds more than one. */
const MAX_HEADS = 10_000;
/** Trails that are read at a time; each may be a call over the network. */
const READS = 32;
/** How far a digest looks back before the one before: a record comes late, or an instance's clock is behind. */
export const OVERLAP_MS = 15 * 60_000;
const EVER = instant(0);
/** No trail of ours has so many records, and no seal is so long: what somebody put in must not make a digest unreadable. */
const [MAX_SEQ, MAX_SEAL] = [1_000_000_000, 200];

/**
 * Writes down where the trails end to which something was added since the last digest, or goes on where somebody stopped
 * in the middle of it. What is wrong with the digests so far keeps nobody from writing the next one.
 */
export async function writeDigests(needs: DigestNeeds): Promise<Digested> {
  const { digests, seals, now } = needs;
  const until = now();
  const last = await lastOf(digests, seals, until);
  const troubles = [...(await troublesOf(needs, last, until))];
  const written: Digest[] = [];
  let place: Place | null = { number: last.number, hash: last.hash };
  if (last.digest?.more) {
    const listed = await listedIn(digests, seals, last.digest);
    place = await writeSpan(
      needs,
      place,
      { from: last.digest.from, until: last.digest.until, listed },
      written,
    );
  }
  const from = last.speaksUntil === null ? EVER : instant(Date.parse(last.speaksUntil) - OVERLAP_MS);
  if (place !== null) await writeSpan(needs, place, { from, until, listed: new Set() }, written);
  return { written, troubles };
}

/** After which digest the next one comes, and how far those that can be trusted go. */
interface Last extends Place {
  /** The newest that can be trusted. */
  readonly digest: Digest | null;
  /** Until when digests leave nothing out. One that was made by a clock that was ahead does not tell. */
  readonly speaksUntil: Instant | null;
}

async function lastOf(digests: DigestStore, seals: Seals, at: Instant): Promise<Last> {
  const numbers = await digests.numbers();
  let newest: Digest | null = null;
  let speaksUntil: Instant | null = null;
  for (const each of numbers.toReversed()) {
    const digest = await digestAt(digests, seals, each);
    if (digest === null) continue;
    newest ??= digest;
    if (isToCome(digest, at)) continue;
    speaksUntil = digest.until;
    break;
  }
  return { ...(await placeAfter(digests, numbers, newest?.number ?? 0)), digest: newest, speaksUntil };
}

/** Clocks that differ by less are no matter: digests overlap. */
export const isToCome = ({ until }: Pick<Digest, "until">, at: Instant): boolean =>
  Date.parse(until) > Date.parse(at) + OVERLAP_MS;

/** The place after a digest and what somebody may have put in right after it; what was put in further on decides nothing. */
async function placeAfter(digests: DigestStore, numbers: readonly number[], start: number): Promise<Place> {
  const taken = new Set(numbers);
  let number = start;
  while (taken.has(number + 1)) number++;
  const text = number === 0 ? null : await digests.read(number);
  return { number, hash: text === null ? null : hashOf(text) };
}

/** What a digest says; null when there is none of this number, or none that can be trusted. */
async function digestAt(digests: DigestStore, seals: Seals, number: number): Promise<Digest | null> {
  const text = await digests.read(number);
  const read = text === null ? null : digestIn(text, number, seals);
  return read !== null && "digest" in read ? read.digest : null;
}

/** Whether any is missing, whether the newest is as we wrote it and follows the one before, and whether it is late. */
async function troublesOf(needs: DigestNeeds, last: Last, at: Instant): Promise<readonly string[]> {
  const { digests, seals } = needs;
  const numbers = await digests.numbers();
  const hole = numbers.findIndex((number, index) => number !== index + 1);
  const troubles = hole < 0 ? [] : [`Digest ${hole + 1} is missing: somebody took away what was there.`];
  for await (const { finding } of digestChain(digests, seals, Math.max(1, last.number - 1)))
    if (finding !== null && finding.what !== "digestMissing") troubles.push(finding.sentence);
  const late = await lateness(needs, last.digest, at);
  return late === null ? troubles : [...troubles, late];
}

async function lateness({ trails, maxAgeMs }: DigestNeeds, last: Digest | null, at: Instant) {
  const oldest = instant(Date.parse(at) - maxAgeMs);
  if (last !== null && isToCome(last, at))
    return `The newest digest is of ${last.until}, which is to come: the clock was wrong by which it was made.`;
  if (last !== null)
    return last.until >= oldest
      ? null
      : `The newest digest is of ${last.until}, so nothing proves what was recorded from then until ${at}. That is so when the app did not run.`;
  for await (const id of trails.changed(EVER, oldest)) {
    const [first] = await trails.records(id);
    // A store may name trails that are too new, or have no record yet.
    if (first === undefined || (recordIn(first)?.at ?? EVER) >= oldest) continue;
    return `There are records from before ${oldest}, and no digest: they were taken away, or never made.`;
  }
  return null;
}

/** The trails that earlier digests of the same span list. */
async function listedIn(digests: DigestStore, seals: Seals, last: Digest): Promise<ReadonlySet<RequestId>> {
  const listed = new Set<RequestId>();
  let current: Digest | null = last;
  while (current !== null && current.until === last.until && current.from === last.from) {
    for (const { requestId } of current.heads) listed.add(requestId);
    current = await digestAt(digests, seals, current.number - 1);
  }
  return listed;
}

/** After which digest the next one comes. */
interface Place {
  readonly number: number;
  readonly hash: string | null;
}

interface Span {
  readonly from: Instant;
  readonly until: Instant;
  /** Trails that an earlier digest of the span lists. */
  readonly listed: ReadonlySet<RequestId>;
}

/** Writes the digests of one span. @returns where the next one goes; null when somebody else wrote one meanwhile */
async function writeSpan(
  needs: DigestNeeds,
  start: Place,
  span: Span,
  written: Digest[],
): Promise<Place | null> {
  const max = needs.maxHeads ?? MAX_HEADS;
  let place: Place | null = start;
  let heads: Head[] = [];
  for await (const some of headsOf(needs.trails, span)) {
    heads.push(...some);
    while (heads.length > max) {
      place = await writeOne(needs, place, span, heads.slice(0, max), true, written);
      if (place === null) return null;
      heads = heads.slice(max);
    }
  }
  return writeOne(needs, place, span, heads, false, written);
}

async function writeOne(
  { digests, seals }: DigestNeeds,
  place: Place,
  { from, until }: Span,
  heads: readonly Head[],
  more: boolean,
  written: Digest[],
): Promise<Place | null> {
  const digest: Digest = {
    version: 1,
    number: place.number + 1,
    from,
    until,
    more,
    previous: place.hash,
    trails: heads.length,
    records: heads.reduce((sum, { seq }) => sum + seq, 0),
    heads: [...heads],
  };
  const text = textOf(digest, seals);
  if (!(await digests.write(digest.number, text))) return null;
  written.push(digest);
  return { number: digest.number, hash: hashOf(text) };
}

/** Where the trails of a span end, some at a time. */
async function* headsOf(trails: Trails, { from, until, listed }: Span): AsyncGenerator<readonly Head[]> {
  let ids: RequestId[] = [];
  const read = async (some: readonly RequestId[]) =>
    (await Promise.all(some.map(async (id) => headOf(id, await trails.records(id))))).flat();
  for await (const id of trails.changed(from, until)) {
    if (listed.has(id)) continue;
    ids.push(id);
    if (ids.length < READS) continue;
    yield await read(ids);
    ids = [];
  }
  yield await read(ids);
}

function headOf(requestId: RequestId, records: Awaited<ReturnType<Trails["records"]>>): readonly Head[] {
  const last = records.at(-1);
  return last === undefined
    ? []
    : [{ requestId, seq: Math.min(last.seq, MAX_SEQ), seal: last.seal.slice(0, MAX_SEAL) }];
}
