import { type Instant, instant } from "../connection/connection.ts";
import type { Seals } from "../request/seal.ts";
import { digestChain } from "./digest-chain.ts";
import type { Finding } from "./finding.ts";
import type { Known } from "./known.ts";
import { type IdRange, isIn, type Task } from "./look-through.ts";
import type { DigestStore, Trails } from "./port.ts";
import { rolledBack } from "./rolled-back.ts";
import { type Counts, type Looked, Tally } from "./tally.ts";
import { isToCome, OVERLAP_MS } from "./write-digests.ts";

export interface VerifyNeeds {
  readonly trails: Pick<Trails, "changed">;
  readonly digests: DigestStore;
  /** Of the digests. */
  readonly seals: Seals;
  /** Looks through trails, here or in another thread. */
  look(task: Task): Promise<Looked>;
  /** How many tasks are looked through at a time. */
  readonly atATime: number;
  /** How long after the newest digest something may have been recorded, in ms. */
  readonly maxAgeMs: number;
  /** Heads of digests that are held in memory at a time. */
  readonly maxHeads?: number;
  now(): Instant;
}

/** Only what was recorded from a moment until before another. */
export interface Period {
  readonly from: Instant;
  readonly to: Instant;
}

/** What a store comes to. */
export interface Verification {
  readonly trails: number;
  readonly records: number;
  readonly digests: number;
  /** Until when the newest digest speaks; null when there is none that can be trusted. */
  readonly provedUntil: Instant | null;
  /** What is wrong: the whole store first, then digests, then the first bad record of each trail. Some are only counted. */
  readonly findings: readonly Finding[];
  readonly counts: Counts;
}

const MAX_HEADS = 500_000;
/** Tasks for each that works, so that all end at about the same time. */
const TASKS_EACH = 8;

/** Adds up all records that there are, or those of the requests that changed in a period, and looks whether they are what the digests know. */
export async function verify(needs: VerifyNeeds, period: Period | null): Promise<Verification> {
  const digests = await chainOf(needs);
  const only = period === null ? null : await changedIn(needs, period);
  const { findings, speaksUntil } = digests;
  const witnessedBefore =
    findings.length === 0 && speaksUntil !== null ? instant(Date.parse(speaksUntil) - OVERLAP_MS) : null;
  const passes = Math.max(1, Math.ceil(digests.heads / (needs.maxHeads ?? MAX_HEADS)));
  const each = needs.atATime * TASKS_EACH;
  const ranges = rangesOf(passes * each);
  const tally = new Tally();
  for (let start = 0; start < ranges.length; start += each) {
    const tasks = await tasksOf(needs, ranges.slice(start, start + each), only, witnessedBefore);
    for (const looked of await atATime(needs.atATime, tasks, needs.look)) tally.merge(looked);
  }
  return verification(digests, tally.looked(), needs.maxAgeMs);
}

/** What the digests are, by themselves. */
interface Chain {
  /** How many there are, and the number of the last one. */
  readonly count: number;
  readonly last: number;
  readonly heads: number;
  readonly until: Instant | null;
  /** Until when they leave nothing out, where none is missing: not told by one that was made by a clock that was ahead. */
  readonly speaksUntil: Instant | null;
  readonly findings: readonly Finding[];
}

async function chainOf({ digests, seals, now }: VerifyNeeds): Promise<Chain> {
  const at = now();
  const findings: Finding[] = [];
  let speaksUntil: Instant | null = null;
  let [count, last, heads, until]: [number, number, number, Instant | null] = [0, 0, 0, null];
  for await (const { number, digest, hash, finding } of digestChain(digests, seals)) {
    if (finding !== null) findings.push(finding);
    last = number;
    if (hash !== null) count++;
    if (digest === null) continue;
    heads += digest.heads.length;
    until = digest.until;
    if (!isToCome(digest, at)) speaksUntil = digest.until;
  }
  return { count, last, heads, until, speaksUntil, findings };
}

/** The requests to which something was added in a period, as the store or a digest of that time knows. */
async function changedIn(
  { trails, digests, seals }: VerifyNeeds,
  { from, to }: Period,
): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const id of trails.changed(from, to)) ids.add(id);
  for await (const { digest } of digestChain(digests, seals))
    if (digest !== null && digest.until > from && digest.from < to)
      for (const { requestId } of digest.heads) ids.add(requestId);
  return ids;
}

/** What is to be done in these ranges, with what the digests know of them. */
async function tasksOf(
  { digests, seals }: VerifyNeeds,
  ranges: readonly IdRange[],
  only: ReadonlySet<string> | null,
  witnessedBefore: Instant | null,
): Promise<readonly Task[]> {
  const known = ranges.map(() => new Map<string, Known[]>());
  for await (const { digest } of digestChain(digests, seals))
    for (const { requestId, seq, seal } of digest?.heads ?? []) {
      const heads = known[ranges.findIndex((range) => isIn(range, requestId))];
      if (digest === null || heads === undefined || only?.has(requestId) === false) continue;
      const one = { digest: digest.number, seq, seal };
      const others = heads.get(requestId);
      if (others === undefined) heads.set(requestId, [one]);
      // Digests overlap: most that is listed twice is listed twice in a row.
      else if (others.at(-1)?.seal !== seal) others.push(one);
    }
  return ranges.map((range, index) => ({
    range,
    known: known[index] ?? new Map<string, Known[]>(),
    only: only && new Set([...only].filter((id) => isIn(range, id))),
    witnessedBefore,
  }));
}

/** `count` ranges in order, which leave no id out. Ids are hashes, so all have about as many. */
export function rangesOf(count: number): readonly IdRange[] {
  const ends = Array.from({ length: count - 1 }, (_, index) => {
    const share = Math.floor(((index + 1) * 0x1_0000_0000) / count);
    return `pec-${share.toString(16).padStart(8, "0")}`;
  });
  const bounds = [null, ...ends, null];
  return bounds.slice(1).map((until, index) => ({ after: bounds[index] ?? null, until }));
}

/**
 * Does tasks, some at a time. The last begins first: it has what is under no request's id, too, and may take longest.
 * @returns what came of each, in their order
 */
async function atATime(
  limit: number,
  tasks: readonly Task[],
  look: VerifyNeeds["look"],
): Promise<readonly Looked[]> {
  const done: Looked[] = [];
  const left = [...tasks.entries()];
  const work = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [index, task] = next;
      done[index] = await look(task);
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  return done;
}

function verification(chain: Chain, looked: Looked, maxAgeMs: number): Verification {
  const all = new Tally();
  for (const finding of [
    rolledBack(looked.presence),
    ...chain.findings,
    digestsAreLate(chain, looked, maxAgeMs),
  ])
    if (finding !== null) all.note(finding);
  all.merge(looked);
  const { trails, records, findings, counts } = all.looked();
  return { trails, records, digests: chain.count, provedUntil: chain.until, findings, counts };
}

/** Whether more was recorded after the newest digest than one may find there. */
function digestsAreLate(
  { until, last }: Chain,
  { oldest, newest }: Looked,
  maxAgeMs: number,
): Finding | null {
  const since = until ?? oldest;
  if (since === null || newest === null || Date.parse(newest) - Date.parse(since) <= maxAgeMs) return null;
  const sentence =
    until === null
      ? `There is no digest to be trusted, and there are records from ${since} to ${newest}: digests were taken away, or never made.`
      : `Digest ${last + 1} is late: the newest speaks until ${until}, and there are records until ${newest}. Later digests were taken away, or never made.`;
  return {
    what: "digestLate",
    requestId: null,
    seq: null,
    digest: until === null ? null : last + 1,
    sentence,
  };
}
