import type { DurableFunctions } from "../contract.ts";
import { inputText } from "../core/activity.ts";
import { episodeEvents, triggerText } from "../core/episode.ts";
import { EventType, historyEvent } from "../core/history.ts";
import { readTurn, type Turn } from "../core/state.ts";
import { type WalkResult, walk } from "../core/walk.ts";
import type { HubStore } from "../store/hub-store.ts";
import type { Instance, RuntimeStatus } from "../store/schema.ts";
import type { Clock } from "./clock.ts";

export interface EpisodeNeeds {
  hub: HubStore;
  functions: DurableFunctions;
  clock: Clock;
}

/** What came of an episode, for the dispatcher to go on with. */
export interface EpisodeOutcome {
  instanceId: string;
  newActivities: number;
  /** When the earliest of the new timers fires. */
  nextTimerDue: number | undefined;
  warnings: string[];
  /** Why the instance failed, if it did. */
  failure: string | undefined;
}

/**
 * Runs one episode of one instance: takes the waiting messages, calls the orchestrator once with the whole history,
 * and commits new history, new work and new status together. When the process dies before the commit the messages are
 * still there, and the episode happens again.
 * @returns undefined when there was nothing to do: no message, or no receiver any more
 */
export async function runEpisode(run: number, needs: EpisodeNeeds): Promise<EpisodeOutcome | undefined> {
  const { hub, functions, clock } = needs;
  const instance = hub.instances.findUnfinished(run);
  if (instance === undefined) {
    await hub.store.write(() => hub.inbox.clear(run));
    return undefined;
  }
  const messages = hub.inbox.read(run);
  // Two wakings for messages that one episode took in together.
  if (messages.events.length === 0) return undefined;
  const parts = hub.instances.historyParts(run);
  const now = clock.now();
  const fresh = [historyEvent(now, { EventType: EventType.OrchestratorStarted }), ...messages.events];
  const historyText = joinArrays([...parts, JSON.stringify(fresh)]);

  const turn = await takeTurn(instance, historyText, functions);
  const result = walk(JSON.parse(historyText), {
    orchestrator: instance.name,
    turn,
    hasActivity: (name) => functions.has("activity", name),
  });
  const events = [
    ...fresh.map((event) => ({ ...event, IsPlayed: true })),
    ...episodeEvents(clock.now(), result),
  ];
  await hub.store.write(() => {
    hub.instances.appendHistory(run, parts.length, JSON.stringify(events));
    hub.inbox.take(run, messages.upTo);
    saveWork(hub, instance, result);
    hub.instances.update(run, { ...statusAfter(result, turn), updated: clock.now() });
  });
  return outcomeOf(instance.id, result);
}

async function takeTurn(instance: Instance, history: string, functions: DurableFunctions): Promise<Turn> {
  const { name, id, input } = instance;
  if (functions.has("orchestration", name)) {
    return readTurn(await functions.orchestrate(name, triggerText(id, input, history)));
  }
  const message = `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function.`;
  return { kind: "broken", message };
}

function saveWork(
  { activities, inbox }: HubStore,
  instance: Instance,
  { work, completion }: WalkResult,
): void {
  const { run, id: instanceId } = instance;
  for (const action of work) {
    if (action.kind === "timer") inbox.setTimer(run, action.id, action.fireAt);
    else {
      const { id: taskId, name, input } = action;
      activities.add({ run, instanceId, taskId, name, input: inputText(input) });
    }
  }
  if (completion !== undefined) inbox.clear(run);
}

/** The custom status may run ahead of a suspension: the SDK has seen the events that the walk held back. */
function statusAfter({ completion, isSuspended }: WalkResult, turn: Turn) {
  const customStatus = turn.kind === "state" ? customStatusText(turn.state.customStatus) : undefined;
  if (completion !== undefined) return { status: completion.status, output: completion.output, customStatus };
  const status: RuntimeStatus = isSuspended ? "Suspended" : "Running";
  return { status, output: null, customStatus };
}

/** A status that was set can be replaced but not cleared: the SDK leaves out everything falsy. */
function customStatusText(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : JSON.stringify(value);
}

function outcomeOf(instanceId: string, { work, warnings, completion }: WalkResult): EpisodeOutcome {
  const timers = work.filter((action) => action.kind === "timer").map(({ fireAt }) => fireAt);
  return {
    instanceId,
    newActivities: work.length - timers.length,
    nextTimerDue: timers.length === 0 ? undefined : Math.min(...timers),
    warnings,
    failure: completion?.status === "Failed" ? completion.output : undefined,
  };
}

/** Joins JSON arrays without parsing them; every part has at least one element. */
function joinArrays(parts: readonly string[]): string {
  return `[${parts.map((part) => part.slice(1, -1)).join(",")}]`;
}
