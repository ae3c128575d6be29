import type { Clock } from "../../kit/clock.ts";
import type { DurableFunctions, InvocationResult } from "../contract.ts";
import { activityEvent } from "../core/activity.ts";
import { EventType, type HistoryEvent } from "../core/history.ts";
import type { HubStore } from "../store/hub-store.ts";
import type { ActivityTask } from "../store/schema.ts";
import type { Log } from "./log.ts";
import type { Troubles } from "./troubles.ts";
import { TRY_AGAIN_AFTER_MS } from "./try-again.ts";

export interface ActivityRunnerNeeds {
  hub: HubStore;
  functions: DurableFunctions;
  clock: Clock;
  troubles: Troubles;
  log: Log;
  maxConcurrent: number;
  /** Called after the commit of a result. */
  onMessage(run: number): void;
}

/** Runs the activities in the order they were scheduled, so many at a time. At least once: a crash runs one again. */
export class ActivityRunner {
  readonly #needs: ActivityRunnerNeeds;
  readonly #running = new Set<Promise<void>>();
  #lastStarted = 0;
  #mayHaveMore = true;
  #isStopped = true;

  constructor(needs: ActivityRunnerNeeds) {
    this.#needs = needs;
  }

  start(): void {
    this.#isStopped = false;
    this.#pump();
  }

  isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** Tells that new activities are committed. */
  wake(): void {
    this.#mayHaveMore = true;
    this.#pump();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running);
  }

  #pump(): void {
    const free = this.#needs.maxConcurrent - this.#running.size;
    if (this.#isStopped || !this.#mayHaveMore || free <= 0) return;
    const tasks = this.#needs.hub.activities.after(this.#lastStarted, free);
    this.#mayHaveMore = tasks.length === free;
    for (const task of tasks) {
      this.#lastStarted = task.seq;
      this.#launch(task);
    }
  }

  #launch(task: ActivityTask): void {
    if (this.#isStopped) return;
    const running = this.#runOne(task).finally(() => {
      this.#running.delete(running);
      this.#pump();
    });
    this.#running.add(running);
  }

  async #runOne(task: ActivityTask): Promise<void> {
    const { hub, functions, clock, troubles, log } = this.#needs;
    const { name, instanceId, input } = task;
    const traceparent = startedBy(hub, task.run);
    const run = () =>
      functions.runActivity(name, instanceId, input === null ? {} : { string: input }, traceparent);
    try {
      await troubles.activity(task, run, (result) => this.#handOver(task, result));
    } catch (error) {
      log("error", `Activity '${name}' of instance ${instanceId} will be run again: ${String(error)}`);
      clock.wakeAt(clock.now() + TRY_AGAIN_AFTER_MS, () => this.#launch(task));
    }
  }

  async #handOver({ seq, run, name, taskId }: ActivityTask, result: InvocationResult): Promise<void> {
    const { hub, clock, onMessage } = this.#needs;
    const event = activityEvent(clock.now(), taskId, name, result);
    const isAwaited = await hub.store.write(() => {
      hub.activities.remove(seq);
      const isUnfinished = hub.instances.findUnfinished(run) !== undefined;
      if (isUnfinished) hub.inbox.put(run, event);
      return isUnfinished;
    });
    if (isAwaited) onMessage(run);
  }
}

/** The place in a trace of whoever started a run; undefined where nobody said. */
function startedBy(hub: HubStore, run: number): string | undefined {
  const [first = "[]"] = hub.instances.historyParts(run);
  const events: HistoryEvent[] = JSON.parse(first);
  const started = events.find((event) => event.EventType === EventType.ExecutionStarted);
  return started?.ParentTraceContext?.TraceParent;
}
