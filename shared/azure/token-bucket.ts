import { Pace } from "./pace.ts";

/** A limit of Azure's: so many calls at once, and so many a second after that. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** What is kept for one purpose, each in [0, 1]: its share of what comes in, and of the burst what is saved up at most. */
export interface Share {
  readonly ofRefill: number;
  readonly ofBurst: number;
}

/** Lets so many calls through. Times are ms, by a clock that only runs forward. */
export interface Allowance<P extends string> {
  /** Spends one call. @returns whether there was room for one */
  take(purpose: P, now: number): boolean;
  /** How long it takes at least until there is room for one. */
  waitMs(purpose: P, now: number): number;
}

/**
 * A token bucket with something kept for each purpose, so that none can use up what another one needs. What a purpose
 * does not use flows over to all of them.
 */
export class TokenBucket<P extends string> implements Allowance<P> {
  readonly #rate: Rate;
  readonly #shares: Readonly<Record<P, Share>>;
  readonly #kept = new Map<P, number>();
  #tokens: number;
  readonly #pace = new Pace();
  /** When it was filled last; in the future while Azure has told us to stay away. */
  #filledAt = 0;

  /** @param shares whose `ofRefill` make 1, and whose `ofBurst` leave room for a call of anybody's */
  constructor(rate: Rate, shares: Readonly<Record<P, Share>>) {
    this.#rate = rate;
    this.#shares = shares;
    this.#tokens = rate.burst;
    for (const [purpose, { ofBurst }] of this.#entries()) this.#kept.set(purpose, ofBurst * rate.burst);
  }

  take(purpose: P, now: number): boolean {
    this.#fill(now);
    const open = this.#open();
    const own = this.#keptFor(purpose);
    if (now < this.#filledAt || open + own < 1) return false;
    this.#tokens -= 1;
    this.#kept.set(purpose, own - Math.max(0, 1 - Math.max(0, open)));
    return true;
  }

  waitMs(purpose: P, now: number): number {
    this.#fill(now);
    const missing = Math.max(0, 1 - this.#open() - this.#keptFor(purpose));
    return Math.max(0, this.#filledAt - now) + (missing / this.#perSecond()) * 1_000;
  }

  /** Whether there is more than what is kept for somebody. */
  hasRoom(now: number): boolean {
    this.#fill(now);
    return now >= this.#filledAt && this.#open() >= 1;
  }

  /** A call was made without asking. It is made up for before the next one. */
  owe(now: number): void {
    this.#fill(now);
    this.#tokens -= 1;
  }

  /** Azure let nothing through: others use the same limit. It fills again from then on, more slowly at first. */
  drain(now: number, forMs: number): void {
    this.#fill(now);
    // Calls that were on their way together hear the same; that is one 429.
    if (now >= this.#filledAt) this.#pace.slowDown(now);
    this.#tokens = 0;
    for (const purpose of this.#kept.keys()) this.#kept.set(purpose, 0);
    this.#filledAt = Math.max(this.#filledAt, now + forMs);
  }

  #fill(now: number): void {
    if (now <= this.#filledAt) return;
    const gained = ((now - this.#filledAt) / 1_000) * this.#perSecond();
    this.#filledAt = now;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + gained);
    for (const [purpose, { ofRefill, ofBurst }] of this.#entries()) {
      const atMost = ofBurst * this.#rate.burst;
      this.#kept.set(purpose, Math.min(atMost, this.#keptFor(purpose) + gained * ofRefill));
    }
  }

  readonly #perSecond = (): number => this.#rate.perSecond * this.#pace.partAt(this.#filledAt);

  /** What is kept for nobody. */
  #open(): number {
    let kept = 0;
    for (const tokens of this.#kept.values()) kept += tokens;
    return this.#tokens - kept;
  }

  readonly #keptFor = (purpose: P): number => this.#kept.get(purpose) ?? 0;

  readonly #entries = () => Object.entries(this.#shares) as [P, Share][];
}
