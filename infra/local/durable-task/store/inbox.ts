import type { HistoryEvent } from "../core/history.ts";
import { EventType, historyEvent } from "../core/history.ts";
import type { Store } from "./store.ts";

/** What waits for an orchestrator's next episode: messages, and the timers that will become messages. */
export class Inbox {
  /** Called inside the transaction that put a message in; act on it after the commit. */
  readonly #insert;
  readonly #read;
  readonly #take;
  readonly #drop;
  readonly #waiting;
  readonly #addTimer;
  readonly #dueTimers;
  readonly #fireTimers;
  readonly #nextDue;
  readonly #dropTimers;

  constructor(store: Store) {
    this.#insert = store.prepare("INSERT INTO messages (run, event) VALUES (?, ?)");
    this.#read = store.prepare("SELECT seq, event FROM messages WHERE run = ? ORDER BY seq");
    this.#take = store.prepare("DELETE FROM messages WHERE run = ? AND seq <= ?");
    this.#drop = store.prepare("DELETE FROM messages WHERE run = ?");
    this.#waiting = store.prepare("SELECT DISTINCT run FROM messages");
    this.#addTimer = store.prepare("INSERT INTO timers (run, timer_id, due) VALUES (?, ?, ?)");
    this.#dueTimers = store.prepare(
      "SELECT run, timer_id AS timerId, due FROM timers WHERE due <= ? ORDER BY due, run, timer_id",
    );
    this.#fireTimers = store.prepare("DELETE FROM timers WHERE due <= ?");
    this.#nextDue = store.prepare("SELECT due FROM timers ORDER BY due LIMIT 1");
    this.#dropTimers = store.prepare("DELETE FROM timers WHERE run = ?");
  }

  put(run: number, event: HistoryEvent): void {
    this.#insert.run(run, JSON.stringify(event));
  }

  read(run: number): { upTo: number; events: HistoryEvent[] } {
    const rows = this.#read.all<{ seq: number; event: string }>(run);
    return { upTo: rows.at(-1)?.seq ?? 0, events: rows.map(({ event }) => JSON.parse(event)) };
  }

  /** Removes what an episode has taken in; messages that came later stay. */
  take(run: number, upTo: number): void {
    this.#take.run(run, upTo);
  }

  runsWithMessages(): number[] {
    return this.#waiting.all<{ run: number }>().map(({ run }) => run);
  }

  setTimer(run: number, timerId: number, due: number): void {
    this.#addTimer.run(run, timerId, due);
  }

  /** Turns the timers that are due into messages. @returns the runs that have got one */
  fireTimers(now: number): number[] {
    const timers = this.#dueTimers.all<{ run: number; timerId: number; due: number }>(now);
    for (const { run, timerId, due } of timers) {
      const FireAt = new Date(due).toISOString();
      this.put(run, historyEvent(now, { EventType: EventType.TimerFired, TimerId: timerId, FireAt }));
    }
    this.#fireTimers.run(now);
    return timers.map(({ run }) => run);
  }

  nextTimerDue(): number | undefined {
    return this.#nextDue.get<{ due: number }>()?.due;
  }

  /** Forgets everything that waits for a run. */
  clear(run: number): void {
    this.#drop.run(run);
    this.#dropTimers.run(run);
  }
}
