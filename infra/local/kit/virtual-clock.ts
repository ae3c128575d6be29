import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import { type Clock, systemClock } from "./clock.ts";

/** What still goes on, in words for people; nothing when all is at rest. */
type Unrest = () => readonly string[];

/** Work hands over to other work within a turn of the event loop; so many calm ones in a row are rest. */
const CALM_TURNS = 3;
const LOOK_AGAIN_MS = 1;
const PATIENCE_MS = 30_000;

/** What was woken did not come to rest in time. The clock stands where it happened, and may be advanced again. */
export class NeverAtRest extends Error {}

/** The clock was asked to go where it cannot. The message says what to ask for instead. */
export class ImpossibleTime extends Error {}

/** Somebody who shares the time could not be told of it. The clock stands still, and may be advanced again. */
export class CannotTellOthers extends Error {}

/** The last moment that a Date can tell. */
const END_OF_TIME = 8.64e15;

interface VirtualClockOptions {
  machine?: Clock;
  /** How far it is ahead of the machine from the beginning. */
  aheadMs?: number;
  /** Called whenever it is about to go further ahead, which waits for it. */
  onAdvance?: (aheadMs: number) => void | Promise<void>;
  /** How long what was woken may take to come to rest, in real milliseconds. */
  patienceMs?: number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * A clock that can be put forward. It runs as its machine's clock does, ahead of it by what it was advanced.
 *
 * Going forward it stops at every moment somebody wants to be woken at, and goes on when what was woken has come to
 * rest: so things happen in the order, and at the times, in which they would have happened without it.
 */
export class VirtualClock implements Clock {
  readonly #machine: Clock;
  readonly #patienceMs: number;
  readonly #onAdvance: (aheadMs: number) => void | Promise<void>;
  readonly #unrest: Unrest[] = [];
  readonly #sleepers = new Set<Sleeper>();
  #aheadMs: number;
  #woken = 0;
  #cancelNext: () => void = () => undefined;
  #lastAdvance: Promise<unknown> = Promise.resolve();

  constructor(options: VirtualClockOptions = {}) {
    this.#machine = options.machine ?? systemClock;
    this.#aheadMs = options.aheadMs ?? 0;
    this.#onAdvance = options.onAdvance ?? (() => undefined);
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
  }

  now(): number {
    return this.#machine.now() + this.#aheadMs;
  }

  wakeAt(at: number, wake: () => void): () => void {
    const sleeper = { at, wake };
    this.#sleepers.add(sleeper);
    this.#plan();
    return () => {
      this.#sleepers.delete(sleeper);
      this.#plan();
    };
  }

  /** Time will be advanced only while all that is watched is at rest. */
  watch(unrest: Unrest): void {
    this.#unrest.push(unrest);
  }

  /**
   * Goes forward by a span of milliseconds, after the advances that were asked for before.
   * @returns how many times somebody was woken
   * @throws NeverAtRest
   */
  advance(ms: number): Promise<number> {
    return this.#inTurn(() => this.now() + ms);
  }

  /**
   * The same, to a moment in milliseconds since 1970.
   * @throws ImpossibleTime when it lies in the past
   */
  advanceTo(at: number): Promise<number> {
    return this.#inTurn(() => at);
  }

  /** Goes as far ahead of the machine as another clock is about to; one that is as far already stays. @throws NeverAtRest */
  async follow(aheadMs: number): Promise<void> {
    await this.#rest();
    await this.#goAhead(aheadMs);
    this.#wakeDue();
    await this.#rest();
  }

  aheadMs(): number {
    return this.#aheadMs;
  }

  #inTurn(target: () => number): Promise<number> {
    const advance = this.#lastAdvance.then(() => this.#go(target));
    this.#lastAdvance = advance.catch(() => undefined);
    return advance;
  }

  async #go(target: () => number): Promise<number> {
    await this.#rest();
    const [now, end, wokenBefore] = [this.now(), target(), this.#woken];
    if (end < now) throw new ImpossibleTime(`It is ${iso(now)} already, and time does not go back.`);
    if (end > END_OF_TIME)
      throw new ImpossibleTime("That is farther than a date can tell. Go a shorter way.");
    for (let next = this.#next(); next !== undefined && next.at <= end; next = this.#next()) {
      await this.#goTo(next.at);
      this.#wakeDue();
      await this.#rest();
    }
    await this.#goTo(end);
    return this.#woken - wokenBefore;
  }

  async #rest(): Promise<void> {
    const giveUpAt = this.#machine.now() + this.#patienceMs;
    for (let calmTurns = 0; calmTurns < CALM_TURNS; calmTurns++) {
      await turn();
      const unrest = this.#unrest.flatMap((one) => one());
      if (unrest.length === 0) continue;
      if (this.#machine.now() > giveUpAt) throw this.#neverAtRest(unrest);
      calmTurns = -1;
      await pause(LOOK_AGAIN_MS);
    }
  }

  #neverAtRest(unrest: readonly string[]): NeverAtRest {
    const where = `The clock stands at ${iso(this.now())}`;
    const waited = `after ${this.#patienceMs / 1000} s there is still no rest`;
    return new NeverAtRest(`${where}: ${waited}: ${unrest.join(", ")}.`);
  }

  #goTo(at: number): Promise<void> {
    return this.#goAhead(at - this.#machine.now());
  }

  async #goAhead(aheadMs: number): Promise<void> {
    if (aheadMs <= this.#aheadMs) return;
    await this.#onAdvance(aheadMs);
    // Those who went first may have handed something over.
    await this.#rest();
    this.#aheadMs = aheadMs;
    this.#plan();
  }

  #next(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) if (first === undefined || sleeper.at < first.at) first = sleeper;
    return first;
  }

  /** Time also passes by itself. */
  #plan(): void {
    this.#cancelNext();
    const next = this.#next();
    if (next === undefined) this.#cancelNext = () => undefined;
    else this.#cancelNext = this.#machine.wakeAt(next.at - this.#aheadMs, () => this.#wakeDue());
  }

  #wakeDue(): void {
    const now = this.now();
    const due = [...this.#sleepers].filter(({ at }) => at <= now).sort((one, other) => one.at - other.at);
    for (const sleeper of due) {
      this.#sleepers.delete(sleeper);
      this.#woken++;
      sleeper.wake();
    }
    this.#plan();
  }
}

const iso = (at: number): string => new Date(at).toISOString();
