import type { Clock } from "../../kit/clock.ts";
import type { HubStore } from "../store/hub-store.ts";
import type { Log } from "./log.ts";
import { TRY_AGAIN_AFTER_MS } from "./try-again.ts";

export interface TimersNeeds {
  hub: HubStore;
  clock: Clock;
  log: Log;
  /** Called after the commit that put timer messages into these runs' inboxes. */
  onMessages(runs: number[]): void;
}

/** Turns due timers into messages; sleeps until the next one is due, in one system timer for all. */
export class Timers {
  readonly #needs: TimersNeeds;
  #sleep: { until: number; cancel: () => void } | undefined;
  #firing: Promise<void> = Promise.resolve();
  #firings = 0;
  #isStopped = true;

  constructor(needs: TimersNeeds) {
    this.#needs = needs;
  }

  start(): void {
    this.#isStopped = false;
    this.#sleepUntilNext();
  }

  isIdle(): boolean {
    return this.#firings === 0 && (this.#sleep === undefined || this.#sleep.until > this.#needs.clock.now());
  }

  /** Tells that a timer with this due time is committed. */
  wake(due: number): void {
    if (this.#isStopped || (this.#sleep !== undefined && this.#sleep.until <= due)) return;
    this.#sleep?.cancel();
    this.#sleep = { until: due, cancel: this.#needs.clock.wakeAt(due, () => this.#wakeUp()) };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#sleep?.cancel();
    await this.#firing;
  }

  #wakeUp(): void {
    this.#sleep = undefined;
    this.#firing = this.#fire();
  }

  async #fire(): Promise<void> {
    const { hub, clock, log, onMessages } = this.#needs;
    this.#firings++;
    try {
      onMessages(await hub.store.write(() => hub.inbox.fireTimers(clock.now())));
      this.#sleepUntilNext();
    } catch (error) {
      log("error", `Timers could not fire and will be tried again: ${String(error)}`);
      this.wake(clock.now() + TRY_AGAIN_AFTER_MS);
    } finally {
      this.#firings--;
    }
  }

  #sleepUntilNext(): void {
    const due = this.#needs.hub.inbox.nextTimerDue();
    if (due !== undefined) this.wake(due);
  }
}
