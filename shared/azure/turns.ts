import { Fault } from "../connection/fault.ts";
import type { Allowance } from "./token-bucket.ts";

/** How long, and how many, may wait for a turn. */
export interface Patience {
  /** Nobody waits longer, in ms: an activity must not block for long. */
  readonly maxWaitMs: number;
  /** So many of one consumer wait at most: more would not be served within that time. */
  readonly perConsumer: number;
  /** So many wait at most in all; but of each consumer one may. */
  readonly inAll: number;
  /** How much of the allowance a second brings, to tell those who are sent away when it is worth coming back. */
  readonly perSecond: number;
  /** What those are told who are sent away, as a sentence. */
  readonly refusal: string;
}

interface Waiter<P> {
  readonly purpose: P;
  readonly consumer: string;
  /** Goes before others: what was done for it so far would be lost. */
  readonly isUrgent: boolean;
  go(): void;
  refuse(): void;
}

/** Those who are sent away come back within this time, whatever stands before them. */
const MAX_PAUSE_MS = 600_000;
/** An approval takes a read and a write of its own. */
const CALLS_OF_ONE = 2;
/** What another purpose leaves over may come sooner than its own share does. */
const MAX_LOOK_MS = 200;
/** Consumers that are remembered. */
const MAX_CONSUMERS = 10_000;

/**
 * Shares an allowance out: whose consumer was served least recently is served next, so that a consumer with one request
 * waits for one call of the others, however many requests they have.
 *
 * Who cannot be served soon is sent away at once, with the time at which their turn comes: a place in the queue costs a
 * place among the app's activities.
 */
export class Turns<P extends string> {
  readonly #allowance: Allowance<P>;
  readonly #patience: Patience;
  readonly #waiting: Waiter<P>[] = [];
  /** The consumers who were served, the least recent first. */
  readonly #served = new Map<string, number>();
  /** When the last of those comes back who were sent away, by consumer. */
  readonly #expected = new Map<string, number>();
  #count = 0;
  #alarm: NodeJS.Timeout | null = null;

  constructor(allowance: Allowance<P>, patience: Patience) {
    this.#allowance = allowance;
    this.#patience = patience;
  }

  /** Waits until it is this consumer's turn, and spends one call. @throws a THROTTLED `Fault` when that takes too long */
  async turn(purpose: P, consumer: string, isUrgent = false): Promise<void> {
    const hasOthersBefore = this.#waiting.some((waiter) => waiter.purpose === purpose);
    if (!hasOthersBefore && this.#allowance.take(purpose, performance.now())) return this.#serve(consumer);
    const own = this.#waiting.filter((waiter) => waiter.consumer === consumer).length;
    const { perConsumer, inAll } = this.#patience;
    const isCrowded = own >= perConsumer || (own > 0 && this.#waiting.length >= inAll);
    const soonestMs = this.#allowance.waitMs(purpose, performance.now());
    if ((isCrowded && !isUrgent) || soonestMs > this.#patience.maxWaitMs)
      throw this.refusal(consumer, { soonestMs });
    await this.#wait(purpose, consumer, isUrgent);
  }

  /** What tells somebody to come back later: those of one consumer one after the other, at the pace at which they can be served. */
  refusal(consumer: string, { calls = CALLS_OF_ONE, soonestMs = 0 } = {}): Fault {
    const now = performance.now();
    for (const [other, at] of this.#expected) if (at <= now) this.#expected.delete(other);
    const others = new Set([consumer, ...this.#expected.keys()]).size;
    const pauseMs = (1_000 / this.#patience.perSecond) * calls * others;
    const at = Math.min(
      Math.max(this.#expected.get(consumer) ?? 0, now + soonestMs) + pauseMs,
      now + MAX_PAUSE_MS,
    );
    remember(this.#expected, consumer, at);
    const retryAfterMs = Math.ceil(at - now);
    return new Fault("THROTTLED", this.#patience.refusal, {
      retryAfterMs,
      isTurn: true,
    });
  }

  #wait(purpose: P, consumer: string, isUrgent: boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter<P> = {
      purpose,
      consumer,
      isUrgent,
      go: resolve,
      refuse: () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(this.refusal(consumer));
      },
    };
    this.#waiting.push(waiter);
    const timer = setTimeout(waiter.refuse, this.#patience.maxWaitMs);
    this.#setAlarm();
    return promise.finally(() => clearTimeout(timer));
  }

  /** Serves whom there is room for. */
  #advance(): void {
    const now = performance.now();
    for (const purpose of new Set(this.#waiting.map((waiter) => waiter.purpose))) {
      for (let next = this.#nextOf(purpose); next !== null; next = this.#nextOf(purpose)) {
        if (!this.#allowance.take(purpose, now)) break;
        this.#waiting.splice(this.#waiting.indexOf(next), 1);
        this.#serve(next.consumer);
        next.go();
      }
    }
    this.#setAlarm();
  }

  #nextOf(purpose: P): Waiter<P> | null {
    const rank = (waiter: Waiter<P>) => (waiter.isUrgent ? -1 : (this.#served.get(waiter.consumer) ?? 0));
    return this.#waiting
      .filter((waiter) => waiter.purpose === purpose)
      .reduce<Waiter<P> | null>((best, one) => (best === null || rank(one) < rank(best) ? one : best), null);
  }

  #serve(consumer: string): void {
    remember(this.#served, consumer, ++this.#count);
  }

  #setAlarm(): void {
    if (this.#alarm !== null || this.#waiting.length === 0) return;
    const now = performance.now();
    const waits = this.#waiting.map(({ purpose }) => this.#allowance.waitMs(purpose, now));
    this.#alarm = setTimeout(
      () => {
        this.#alarm = null;
        this.#advance();
      },
      Math.ceil(Math.min(...waits, MAX_LOOK_MS)),
    );
  }
}

/** Keeps what came last. */
function remember(map: Map<string, number>, key: string, value: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size > MAX_CONSUMERS) map.delete(oldest);
}
