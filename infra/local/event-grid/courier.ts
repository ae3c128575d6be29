import { setTimeout as delay } from "node:timers/promises";
import { type Alarm, createAlarm } from "../kit/alarm.ts";
import type { Clock } from "../kit/clock.ts";
import { MAX_IN_FLIGHT, UNREACHABLE_RETRY_MS } from "./constants.ts";
import { attempt, problemOf } from "./destination.ts";
import { type Attempt, nextStep } from "./retry.ts";
import type { EventSubscription } from "./schemas.ts";
import type { Delivery, Store } from "./store.ts";

/** What a courier works with. */
export interface CourierOptions {
  subscription: EventSubscription;
  store: Store;
  retryDelaysMs: readonly number[];
  clock: Clock;
  log: (line: string) => void;
}

/** Brings one subscription's events to their destination: several at a time, in no promised order. */
export class Courier {
  readonly #options: CourierOptions;
  readonly #closing = new AbortController();
  readonly #inFlight = new Map<number, Promise<void>>();
  #handshake: Promise<void> | undefined;
  #attempted: { delivery: Delivery; result: Attempt }[] = [];
  #open = false;
  #away = false;
  #pausedUntil = 0;
  readonly #alarm: Alarm;

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#alarm = createAlarm(() => this.pump(), options.clock);
  }

  /** How many deliveries are under way. */
  underWay(): number {
    return this.#inFlight.size;
  }

  start(): void {
    this.#handshake = this.#introduce();
  }

  /** Starts every delivery that is due, as far as there is room, and sets the alarm for the next one. */
  pump(): void {
    if (!this.#open) return;
    const { store, subscription, clock } = this.#options;
    const now = clock.now();
    if (now >= this.#pausedUntil) {
      const due = store.due(subscription.name, now, MAX_IN_FLIGHT).filter((id) => !this.#inFlight.has(id));
      for (const id of due.slice(0, MAX_IN_FLIGHT - this.#inFlight.size)) {
        const delivery = store.get(id);
        if (delivery) this.#inFlight.set(id, this.#deliver(delivery));
      }
    }
    const next = this.#pausedUntil > now ? this.#pausedUntil : store.nextDue(subscription.name, now);
    if (next === undefined) this.#alarm.off();
    else this.#alarm.set(next);
  }

  /** Resolves when nothing is under way any more. An attempt that was cut off is made again after the next start. */
  async close(): Promise<void> {
    this.#open = false;
    this.#alarm.off();
    this.#closing.abort();
    await Promise.all([this.#handshake, ...this.#inFlight.values()]);
  }

  /** The handshake of a webhook, until it succeeds: the endpoint may start after us. */
  async #introduce(): Promise<void> {
    const { subscription, log } = this.#options;
    const { signal } = this.#closing;
    for (let told = ""; !signal.aborted; ) {
      const problem = await problemOf(subscription, signal);
      if (problem === undefined) {
        this.#open = !signal.aborted;
        this.pump();
        return;
      }
      if (problem !== told) log(`event-grid: ${subscription.name}: waiting for the endpoint: ${problem}`);
      told = problem;
      await delay(UNREACHABLE_RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { signal } = this.#closing;
    const result = await attempt(this.#options.subscription, delivery, signal);
    if (signal.aborted) return;
    if (this.#attempted.length === 0) setImmediate(() => this.#turn());
    this.#attempted.push({ delivery, result });
  }

  /** Settles all attempts that ended in this turn of the event loop in one transaction, then goes on. */
  #turn(): void {
    if (!this.#open) return;
    const { store, retryDelaysMs, subscription, clock, log } = this.#options;
    const now = clock.now();
    const settled = this.#attempted.map(({ delivery: { id, event, tries }, result }) => ({
      id,
      event,
      away: result.kind === "unreachable",
      next: nextStep(result, tries, retryDelaysMs, now),
    }));
    this.#attempted = [];
    store.settle(settled, now);

    for (const { id, event, away, next } of settled) {
      this.#inFlight.delete(id);
      if (next.kind === "done" || (next.kind === "retry" && away)) continue;
      log(`event-grid: ${subscription.name}: ${event.id}: ${next.kind}: ${next.outcome}`);
    }
    this.#notice(
      settled.some(({ away }) => away),
      now,
    );
    this.pump();
  }

  /** While the endpoint is away nothing is sent for a while, and that is said once, not for every event. */
  #notice(away: boolean, now: number): void {
    const { subscription, log } = this.#options;
    if (away) this.#pausedUntil = now + UNREACHABLE_RETRY_MS;
    if (away !== this.#away)
      log(`event-grid: ${subscription.name}: the endpoint is ${away ? "away" : "back"}`);
    this.#away = away;
  }
}
