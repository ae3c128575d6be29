import { activityEvent } from "../../../infra/local/durable-task/core/activity.ts";
import { episodeEvents, triggerText } from "../../../infra/local/durable-task/core/episode.ts";
import {
  EventType,
  type HistoryEvent,
  historyEvent,
} from "../../../infra/local/durable-task/core/history.ts";
import { readTurn } from "../../../infra/local/durable-task/core/state.ts";
import { walk } from "../../../infra/local/durable-task/core/walk.ts";
import type { WalkResult } from "../../../infra/local/durable-task/core/walk-result.ts";
import { df, realFunctions } from "../../contract/durable-task/app.ts";

const ORCHESTRATOR = "chainOfActivities";
const ACTIVITY = "step";
const ROUNDS = 9;
const ROUND_MS = 150;
const NOW = Date.parse("2026-01-01T00:00:00Z");

/**
 * Median time of one replay in µs: trigger to text, the SDK through the worker's invocation, the walk beside the
 * history. What an episode does beyond that, reading and committing, is no replay.
 */
export async function measureReplay(events: number): Promise<number> {
  register();
  const history = await historyOf(events);
  const text = JSON.stringify(history);
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) rounds.push(await oneRound(text));
  // The first round warms up.
  return rounds.slice(1).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

function register(): void {
  df.app.activity(ACTIVITY, { handler: () => "done" });
  df.app.orchestration(ORCHESTRATOR, function* (context) {
    for (;;) yield context.df.callActivity(ACTIVITY);
  });
}

/** A history that ends with a result which the orchestrator is about to see, as long as asked for or a little longer. */
async function historyOf(events: number): Promise<HistoryEvent[]> {
  const OrchestrationInstance = { InstanceId: "bench", ExecutionId: "1" };
  const started = { Name: ORCHESTRATOR, Version: "", Input: null, OrchestrationInstance };
  const history = [
    historyEvent(NOW, { EventType: EventType.OrchestratorStarted }),
    historyEvent(NOW, {
      EventType: EventType.ExecutionStarted,
      ...started,
      ParentInstance: null,
      Tags: null,
    }),
  ];
  for (;;) {
    const result = await replay(JSON.stringify(history));
    for (const event of history) event.IsPlayed = true;
    history.push(...episodeEvents(NOW, result));
    const [next] = result.work;
    if (next === undefined) throw new Error("The chain has ended.");
    history.push(historyEvent(NOW, { EventType: EventType.OrchestratorStarted }));
    history.push(activityEvent(NOW, next.id, ACTIVITY, { ok: true, returnValue: { string: "done" } }));
    if (history.length >= events) return history;
  }
}

async function oneRound(history: string): Promise<number> {
  const startedAt = performance.now();
  let replays = 0;
  for (; performance.now() - startedAt < ROUND_MS; replays++) await replay(history);
  return ((performance.now() - startedAt) * 1_000) / replays;
}

async function replay(history: string): Promise<WalkResult> {
  const trigger = triggerText({ id: "bench", input: null, parentId: null }, history);
  const turn = readTurn(await realFunctions.orchestrate(ORCHESTRATOR, trigger));
  return walk(JSON.parse(history), { orchestrator: ORCHESTRATOR, turn, functions: realFunctions });
}
