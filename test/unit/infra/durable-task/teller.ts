import { activityEvent, inputText } from "../../../../infra/local/durable-task/core/activity.ts";
import type { Finding } from "../../../../infra/local/durable-task/core/detectors/finding.ts";
import { episodeEvents, triggerText } from "../../../../infra/local/durable-task/core/episode.ts";
import {
  EventType,
  type HistoryEvent,
  historyEvent,
} from "../../../../infra/local/durable-task/core/history.ts";
import { readTurn } from "../../../../infra/local/durable-task/core/state.ts";
import { walk } from "../../../../infra/local/durable-task/core/walk.ts";
import type { WalkResult } from "../../../../infra/local/durable-task/core/walk-result.ts";
import { realFunctions } from "../../../contract/durable-task/app.ts";

export const MINUTE = 60_000;
const START = Date.parse("2026-01-05T00:00:00.000Z");

/** Something from outside; times are milliseconds since the start. Of the same moment, timers lie in the middle. */
export type Incident = { at: number; order?: "before timers" | "after timers" } & (
  | { event: string; data?: unknown }
  | { command: "suspend" | "resume" }
);

export interface Telling {
  activityMs: number;
  /** Where to stop listening to a story without an end. */
  untilMs: number;
  /** Fails the orchestration with the first finding. */
  isStrict?: boolean;
  /** Begins the history with these events, as if an older version of the code had made them. */
  past?: (at: number) => HistoryEvent[];
}

export interface Told {
  status: string;
  output: unknown;
  /** When it ended, milliseconds since the start. */
  endedAt: number;
  activities: string[];
  history: HistoryEvent[];
  /** What the detectors found, again in every episode. */
  findings: Finding[];
}

interface Mail {
  at: number;
  rank: number;
  event: (now: number) => HistoryEvent | Promise<HistoryEvent>;
}

const RANK = { "before timers": 0, "after timers": 2 } as const;

/**
 * Tells an orchestration in virtual time: the real SDK, the pure core, no hub. Episodes take no time; what arrives at
 * the same moment arrives in one batch.
 */
export async function tell(name: string, incidents: readonly Incident[], telling: Telling): Promise<Told> {
  const mail: Mail[] = [{ at: 0, rank: -1, event: (now) => started(now, name) }];
  for (const incident of incidents) {
    const { at, order = "before timers" } = incident;
    mail.push({ at, rank: RANK[order], event: (now) => incidentEvent(now, incident) });
  }
  const told: Told = {
    status: "Running",
    output: undefined,
    endedAt: 0,
    activities: [],
    history: [],
    findings: [],
  };
  for (let at = earliest(mail); at <= telling.untilMs && told.status === "Running"; at = earliest(mail)) {
    const batch = mail.filter((one) => one.at === at).sort((a, b) => a.rank - b.rank);
    mail.splice(0, mail.length, ...mail.filter((one) => one.at !== at));
    const result = await episode(name, at, batch, told, telling);
    deliverWork(result, at, mail, telling, told);
    if (result.completion === undefined) continue;
    told.status = result.completion.status;
    told.output = JSON.parse(result.completion.output);
    told.endedAt = at;
  }
  return told;
}

function incidentEvent(now: number, incident: Incident): HistoryEvent {
  if ("event" in incident) {
    const { event: Name, data = Name } = incident;
    return historyEvent(now, { EventType: EventType.EventRaised, Name, Input: JSON.stringify(data) });
  }
  const type = incident.command === "suspend" ? EventType.ExecutionSuspended : EventType.ExecutionResumed;
  return historyEvent(now, { EventType: type, Reason: null });
}

const earliest = (mail: readonly Mail[]): number =>
  Math.min(Number.POSITIVE_INFINITY, ...mail.map(({ at }) => at));

function started(now: number, Name: string): HistoryEvent {
  const OrchestrationInstance = { InstanceId: "told", ExecutionId: "1" };
  const nothing = { Version: "", Input: null, ParentInstance: null, Tags: null };
  return historyEvent(now, {
    EventType: EventType.ExecutionStarted,
    Name,
    OrchestrationInstance,
    ...nothing,
  });
}

async function episode(
  name: string,
  at: number,
  batch: Mail[],
  told: Told,
  { past, isStrict = false }: Telling,
): Promise<WalkResult> {
  const now = START + at;
  told.history.push(historyEvent(now, { EventType: EventType.OrchestratorStarted }));
  for (const { event } of batch) told.history.push(await event(now));
  if (at === 0) told.history.push(...(past?.(now) ?? []));
  const trigger = triggerText({ id: "told", input: null, parentId: null }, JSON.stringify(told.history));
  const turn = readTurn(await realFunctions.orchestrate(name, trigger));
  const result = walk(told.history, { orchestrator: name, turn, functions: realFunctions, isStrict });
  for (const event of told.history) event.IsPlayed = true;
  told.history.push(...episodeEvents(now, result));
  told.findings.push(...result.findings);
  return result;
}

function deliverWork(
  { work }: WalkResult,
  at: number,
  mail: Mail[],
  { activityMs }: Telling,
  told: Told,
): void {
  for (const action of work) {
    if (action.kind === "timer") {
      const { id: TimerId, fireAt } = action;
      const FireAt = new Date(fireAt).toISOString();
      mail.push({
        at: Math.max(fireAt - START, at),
        rank: 1,
        event: (now) => historyEvent(now, { EventType: EventType.TimerFired, TimerId, FireAt }),
      });
      continue;
    }
    if (action.kind === "subOrchestration") throw new Error("A story has no sub-orchestrations.");
    told.activities.push(action.name);
    const input = inputText(action.input);
    const running = realFunctions.runActivity(action.name, "told", input === null ? {} : { string: input });
    const event = async (now: number) => activityEvent(now, action.id, action.name, await running);
    mail.push({ at: at + activityMs, rank: 0, event });
  }
}
