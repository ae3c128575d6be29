import type { Instant } from "../connection/connection.ts";
import type { Damage, Finding } from "./finding.ts";
import type { Inspected, Suspect } from "./inspect.ts";

/** How a digest's heads are in the store; a head that an older digest lists, too, is counted there. */
export interface Presence {
  readonly heads: number;
  /** Those that the store has no more. */
  readonly lost: number;
}

/** What was found. */
export interface Looked {
  readonly trails: number;
  readonly records: number;
  /** When the oldest and the newest sound record were written; null where there is none. */
  readonly oldest: Instant | null;
  readonly newest: Instant | null;
  /** In the order they were found, and at most `MAX_FINDINGS`. */
  readonly findings: readonly Finding[];
  /** How often each thing was found. */
  readonly counts: Counts;
  /** By the digests' numbers. */
  readonly presence: ReadonlyMap<number, Presence>;
}

export type Counts = Readonly<Partial<Record<Damage, number>>>;

/** More are counted, not kept. */
export const MAX_FINDINGS = 100;

/** A trail of which this is said is sound in itself, as it was at some time or as it became after it was put back. */
const WENT_BACK: ReadonlySet<Damage> = new Set(["truncated", "rewritten"]);

/** Adds up what was found. */
export class Tally {
  records = 0;
  #trails = 0;
  #oldest: Instant | null = null;
  #newest: Instant | null = null;
  readonly #findings: Finding[] = [];
  readonly #counts: Partial<Record<Damage, number>> = {};
  readonly #presence = new Map<number, Presence>();

  add(suspect: Suspect, { written, finding }: Inspected): void {
    this.#trails += 1;
    this.records += suspect.whole.records.length;
    this.#span(written?.first ?? null, written?.last ?? null);
    this.#present(suspect, finding !== null && WENT_BACK.has(finding.what));
    if (finding !== null) this.note(finding);
  }

  note(finding: Finding): void {
    this.#count([finding], { [finding.what]: 1 });
  }

  merge(other: Looked): void {
    this.#trails += other.trails;
    this.records += other.records;
    this.#span(other.oldest, other.newest);
    for (const [digest, { heads, lost }] of other.presence) this.#addPresence(digest, heads, lost);
    this.#count(other.findings, other.counts);
  }

  looked(): Looked {
    return {
      trails: this.#trails,
      records: this.records,
      oldest: this.#oldest,
      newest: this.#newest,
      findings: this.#findings,
      counts: this.#counts,
      presence: this.#presence,
    };
  }

  #span(oldest: Instant | null, newest: Instant | null): void {
    if (oldest !== null && (this.#oldest === null || oldest < this.#oldest)) this.#oldest = oldest;
    if (newest !== null && (this.#newest === null || newest > this.#newest)) this.#newest = newest;
  }

  #present({ whole, known }: Suspect, wentBack: boolean): void {
    const seen = new Set<string>();
    for (const { digest, seq, seal } of known) {
      if (seen.has(seal)) continue;
      seen.add(seal);
      this.#addPresence(digest, 1, wentBack && whole.records[seq - 1]?.seal !== seal ? 1 : 0);
    }
  }

  #addPresence(digest: number, heads: number, lost: number): void {
    const before = this.#presence.get(digest) ?? { heads: 0, lost: 0 };
    this.#presence.set(digest, { heads: before.heads + heads, lost: before.lost + lost });
  }

  #count(findings: readonly Finding[], counts: Counts): void {
    this.#findings.push(...findings.slice(0, MAX_FINDINGS - this.#findings.length));
    for (const [what, count] of Object.entries(counts) as [Damage, number][])
      this.#counts[what] = (this.#counts[what] ?? 0) + count;
  }
}
