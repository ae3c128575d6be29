import { activityEvent, inputText } from "../../infra/local/durable-task/core/activity.ts";
import { episodeEvents, triggerText } from "../../infra/local/durable-task/core/episode.ts";
import { EventType, type HistoryEvent, historyEvent } from "../../infra/local/durable-task/core/history.ts";
import { readTurn } from "../../infra/local/durable-task/core/state.ts";
import { walk } from "../../infra/local/durable-task/core/walk.ts";
import type { WalkResult } from "../../infra/local/durable-task/core/walk-result.ts";
import type { Deliveries } from "../../shared/notify/channel.ts";
import { type ApprovalRequest, instanceIdOf, settledEvent } from "../../shared/request/request.ts";
import type { Orchestrations } from "../../shared/workflow/port.ts";
import { realFunctions } from "../contract/durable-task/app.ts";
import type { VirtualClock } from "../fixtures/desk.ts";

/** Something that happens at a moment; of the same moment, lower ranks come first. */
interface Mail {
  readonly at: number;
  readonly rank: number;
  readonly event: (now: number) => HistoryEvent | Promise<HistoryEvent>;
}

interface Instance {
  readonly orchestrator: string;
  readonly id: string;
  readonly input: string;
  readonly history: HistoryEvent[];
  readonly mail: Mail[];
  status: string;
  output: unknown;
}

/** Of one moment: what was raised before the timers, the timers, what was raised after them. */
export const RANK = { beforeTimers: 0, timer: 1, afterTimers: 2 } as const;

/**
 * Carries orchestrations through virtual time: the real SDK and the real algorithm of the Durable Task stand-in, no
 * database and no waiting. Episodes take no time; activities take `activityMs`, and take effect when they begin.
 */
export class VirtualHub implements Orchestrations {
  readonly instances = new Map<string, Instance>();
  readonly warnings: string[] = [];
  /** Names of the activities in the order in which they were scheduled. */
  readonly activities: string[] = [];
  /** Longest timer that was asked for, in ms. */
  longestTimerMs = 0;
  readonly #clock: VirtualClock;
  readonly #activityMs: number;
  #agenda: { at: number; rank: number; does: () => Promise<void> }[] = [];

  constructor(clock: VirtualClock, activityMs = 5_000) {
    this.#clock = clock;
    this.#activityMs = activityMs;
  }

  readonly start = async (request: ApprovalRequest): Promise<void> => {
    const { id: requestId, round } = request;
    this.#begin("approveConnection", instanceIdOf(request), { requestId, round });
  };

  /** The orchestrations that tell people. */
  readonly deliveries: Deliveries = {
    start: async ({ requestId, channel }) =>
      this.#begin("deliverNotices", `tell-${channel}-${requestId}`, { requestId, channel }),
  };

  /** Nothing happens while an instance of this id runs. */
  #begin(orchestrator: string, id: string, of: object): void {
    if (this.instances.get(id)?.status === "Running") return;
    const input = JSON.stringify(of);
    const instance: Instance = {
      orchestrator,
      id,
      input,
      history: [],
      mail: [],
      status: "Running",
      output: null,
    };
    const started = {
      Name: orchestrator,
      OrchestrationInstance: { InstanceId: id, ExecutionId: "1" },
      Version: "",
      Input: input,
      ParentInstance: null,
    };
    instance.mail.push({
      at: this.#now(),
      rank: -1,
      event: (now) => historyEvent(now, { EventType: EventType.ExecutionStarted, ...started, Tags: null }),
    });
    this.instances.set(id, instance);
  }

  readonly settle = async (request: ApprovalRequest, waitSeq: number): Promise<void> => {
    await this.raise(instanceIdOf(request), settledEvent(waitSeq));
  };

  /** Raises an event now. */
  async raise(instanceId: string, Name: string, rank: number = RANK.beforeTimers): Promise<void> {
    const at = this.#now();
    this.instances.get(instanceId)?.mail.push({
      at,
      rank,
      event: (now) => historyEvent(now, { EventType: EventType.EventRaised, Name, Input: "{}" }),
    });
  }

  /** Lets something from outside happen `ms` from now. */
  after(ms: number, does: () => Promise<void>, rank: number = RANK.beforeTimers): void {
    this.#agenda.push({ at: this.#now() + ms, rank, does });
  }

  /** Lets time pass until nothing is left to happen, or `ms` are over. */
  async run(ms: number): Promise<void> {
    const end = this.#now() + ms;
    for (let at = this.#next(); at <= end; at = this.#next()) {
      this.#clock.advance(at - this.#now());
      const due = this.#agenda.filter((one) => one.at === at).sort((a, b) => a.rank - b.rank);
      this.#agenda = this.#agenda.filter((one) => one.at !== at);
      for (const { does } of due) await does();
      for (const instance of this.instances.values())
        if (hasMail(instance, at)) await this.#episode(instance, at);
    }
    this.#clock.advance(end - this.#now());
  }

  #now(): number {
    return Date.parse(this.#clock.now());
  }

  #next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of this.#agenda) next = Math.min(next, at);
    for (const { status, mail } of this.instances.values())
      if (status === "Running") for (const { at } of mail) next = Math.min(next, at);
    return next;
  }

  /** Everything that arrived by now, in one batch, as the framework would take it. */
  async #episode(instance: Instance, now: number): Promise<void> {
    const batch = instance.mail.filter(({ at }) => at <= now).sort((a, b) => a.rank - b.rank);
    const rest = instance.mail.filter(({ at }) => at > now);
    instance.mail.splice(0, instance.mail.length, ...rest);

    const { history } = instance;
    history.push(historyEvent(now, { EventType: EventType.OrchestratorStarted }));
    for (const { event } of batch) history.push(await event(now));
    const trigger = triggerText({ ...instance, parentId: null }, JSON.stringify(history));
    const turn = readTurn(await realFunctions.orchestrate(instance.orchestrator, trigger));
    const result = walk(history, {
      orchestrator: instance.orchestrator,
      turn,
      functions: realFunctions,
      isStrict: true,
    });
    for (const event of history) event.IsPlayed = true;
    history.push(...episodeEvents(now, result));
    this.warnings.push(...result.findings.map(({ message }) => message));
    await this.#deliver(instance, result, now);
    if (result.completion === undefined) return;
    instance.status = result.completion.status;
    instance.output = JSON.parse(result.completion.output);
  }

  async #deliver(instance: Instance, { work }: WalkResult, now: number): Promise<void> {
    for (const action of work) {
      if (action.kind === "timer") this.#setTimer(instance, action.id, action.fireAt, now);
      if (action.kind === "activity") await this.#runActivity(instance, action, now);
    }
  }

  #setTimer({ mail }: Instance, TimerId: number, fireAt: number, now: number): void {
    this.longestTimerMs = Math.max(this.longestTimerMs, fireAt - now);
    const FireAt = new Date(fireAt).toISOString();
    const event = (at: number) => historyEvent(at, { EventType: EventType.TimerFired, TimerId, FireAt });
    mail.push({ at: Math.max(fireAt, now), rank: RANK.timer, event });
  }

  async #runActivity(
    instance: Instance,
    { id, name, input }: { id: number; name: string; input: unknown },
    now: number,
  ): Promise<void> {
    this.activities.push(name);
    const text = inputText(input);
    const result = await realFunctions.runActivity(name, instance.id, text === null ? {} : { string: text });
    const event = (at: number) => activityEvent(at, id, name, result);
    instance.mail.push({ at: now + this.#activityMs, rank: RANK.beforeTimers, event });
  }
}

const hasMail = ({ status, mail }: Instance, now: number): boolean =>
  status === "Running" && mail.some(({ at }) => at <= now);
