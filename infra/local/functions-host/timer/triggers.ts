import * as z from "zod";
import type { Clock } from "../../kit/clock.ts";
import type { AppFunction } from "../app.ts";
import { asError, StartError } from "../errors.ts";
import type { Invoke } from "../invoke.ts";
import { invokeWithRetries, type RetryPolicy, retryPolicy } from "../retry.ts";
import { expandSettings } from "../settings.ts";
import type { HostState, TimerStatus } from "../state.ts";
import { json } from "../typed-data.ts";
import type { Schedule } from "./ncrontab.ts";
import { parseSchedule } from "./schedule.ts";

const TimerTrigger = z.object({
  schedule: z.string(),
  runOnStartup: z.boolean().default(false),
  useMonitor: z.boolean().default(true),
});

interface TimerNeeds {
  readonly invoke: Invoke;
  readonly state: HostState;
  readonly clock: Clock;
}

/** The timer functions at work. */
export interface Timers {
  start(): void;
  /** Fires a timer by hand, after a running invocation of it. False when there is no timer of that name. */
  fire(name: string): boolean;
  /** Fires no more and waits for what runs. */
  stop(): Promise<void>;
}

/** Prepares the timer functions. Throws a StartError for a schedule that cannot be understood. */
export function createTimers(functions: readonly AppFunction[], needs: TimerNeeds): Timers {
  const timers = new Map(functions.map((fn) => [fn.name.toLowerCase(), new Timer(fn, needs)]));
  return {
    start: () => {
      for (const timer of timers.values()) timer.start();
    },
    fire: (name) => timers.get(name.toLowerCase())?.fire() ?? false,
    stop: async () => {
      await Promise.all([...timers.values()].map((timer) => timer.stop()));
    },
  };
}

/**
 * One timer function. Invocations never overlap: the next one is planned when one has ended. With `useMonitor` the
 * last and the next occurrence are remembered, and what was missed while the host was down fires once at start.
 * @see azure-webjobs-sdk-extensions, TimerListener.cs and ScheduleMonitor.cs
 */
class Timer {
  readonly #fn: AppFunction;
  readonly #invoke: Invoke;
  readonly #state: HostState;
  readonly #clock: Clock;
  readonly #schedule: Schedule;
  readonly #runOnStartup: boolean;
  readonly #monitored: boolean;
  readonly #retries: RetryPolicy | undefined;
  #endPause: () => void = () => undefined;
  #last: number | null = null;
  #cancelWait: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(fn: AppFunction, { invoke, state, clock }: TimerNeeds) {
    const trigger = TimerTrigger.safeParse(fn.trigger);
    if (!trigger.success) throw new StartError(`${fn.name}: ${z.prettifyError(trigger.error)}`);
    const { schedule, runOnStartup, useMonitor } = trigger.data;
    this.#fn = fn;
    this.#invoke = invoke;
    this.#state = state;
    this.#clock = clock;
    this.#schedule = readSchedule(fn.name, schedule);
    this.#runOnStartup = runOnStartup;
    this.#monitored = useMonitor && !isFrequent(this.#schedule);
    this.#retries = retryPolicy(fn);
  }

  start(): void {
    const now = this.#clock.now();
    const remembered = this.#monitored ? this.#state.timerStatus(this.#fn.name) : undefined;
    this.#last = remembered?.last ?? null;
    const isPastDue = remembered !== undefined && this.#due(remembered) < now;
    if (this.#runOnStartup || isPastDue) this.#run(now, isPastDue);
    else this.#plan(now);
  }

  fire(): true {
    this.#run(this.#clock.now(), false);
    return true;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelWait();
    this.#endPause();
    await this.#running;
  }

  /** Recomputed from the last occurrence, because the schedule may have changed since it was remembered. */
  #due({ last, updated }: TimerStatus): number {
    return this.#next(last ?? updated);
  }

  #next(after: number): number {
    return this.#schedule.next(new Date(after))?.getTime() ?? Number.MAX_SAFE_INTEGER;
  }

  /** Remembers and awaits the next occurrence after `now`. */
  #plan(now: number): void {
    const next = this.#next(now);
    if (this.#monitored) this.#state.saveTimerStatus(this.#fn.name, { last: this.#last, next, updated: now });
    if (!this.#stopped) this.#wait(next);
  }

  #wait(next: number): void {
    this.#cancelWait();
    this.#cancelWait = this.#clock.wakeAt(next, () => this.#run(next, false));
  }

  #run(occurrence: number, isPastDue: boolean): void {
    this.#running = this.#running.then(async () => {
      if (this.#stopped) return;
      this.#cancelWait();
      const call = { input: this.#input(occurrence, isPastDue) };
      await invokeWithRetries(this.#invoke, this.#fn, call, this.#retries, (ms) => this.#pause(ms));
      this.#last = occurrence;
      this.#plan(Math.max(this.#clock.now(), occurrence));
    });
  }

  /** Resolves to false, and at once, when the timer is stopped. */
  #pause(milliseconds: number): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    return new Promise((resolve) => {
      const cancel = this.#clock.wakeAt(this.#clock.now() + milliseconds, () => resolve(true));
      this.#endPause = () => {
        cancel();
        resolve(false);
      };
    });
  }

  /** @azure/functions turns the names to camel case. */
  #input(occurrence: number, isPastDue: boolean) {
    const iso = (at: number | null) => new Date(Math.min(at ?? 0, 8.64e15)).toISOString();
    const next = iso(this.#next(Math.max(this.#clock.now(), occurrence)));
    const status = { Last: iso(this.#last), Next: next, LastUpdated: iso(this.#last) };
    return json({ Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: isPastDue });
  }
}

function readSchedule(name: string, written: string): Schedule {
  const text = expandSettings(written, name);
  try {
    const schedule = parseSchedule(text);
    if (schedule.next(new Date()) !== null) return schedule;
  } catch (error) {
    throw new StartError(`${name}: the schedule cannot be used: ${asError(error).message}.`, {
      cause: error,
    });
  }
  throw new StartError(`${name}: the schedule ${text} never comes due.`);
}

/** Below a minute the real host does not monitor a schedule. */
function isFrequent(schedule: Schedule): boolean {
  const first = schedule.next(new Date());
  const second = first && schedule.next(first);
  return first !== null && second !== null && second.getTime() - first.getTime() < 60_000;
}
