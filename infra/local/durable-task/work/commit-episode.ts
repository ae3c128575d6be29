import { inputText } from "../core/activity.ts";
import { customStatusOf } from "../core/custom-status.ts";
import { childIdInUse } from "../core/detectors/cannot-proceed.ts";
import type { Finding } from "../core/detectors/finding.ts";
import { episodeEvents, parentEvent } from "../core/episode.ts";
import type { HistoryEvent } from "../core/history.ts";
import { jsonText } from "../core/json-text.ts";
import type { SubOrchestrationCall } from "../core/pending-action.ts";
import type { Turn } from "../core/state.ts";
import { type Completion, failed, type WalkResult } from "../core/walk-result.ts";
import type { HubStore } from "../store/hub-store.ts";
import { beginExecution } from "../store/new-execution.ts";
import { FINISHED, type Instance, parentOf, type RuntimeStatus } from "../store/schema.ts";
import { continueAsNew } from "./continue-as-new.ts";
import type { EpisodeDone, EpisodeNeeds } from "./episode.ts";

export interface Episode {
  instance: Instance;
  /** How many there were before. */
  number: number;
  /** The messages it took in, and what came before them. */
  fresh: readonly HistoryEvent[];
  /** Number of the last of the messages. */
  upTo: number;
  /** Undefined when the orchestrator was not called. */
  turn: Turn | undefined;
  result: WalkResult;
}

/** Writes down what an episode came to, all of it: to be called inside one transaction. */
export function commitEpisode(episode: Episode, { hub, clock, isStrict }: EpisodeNeeds): EpisodeDone {
  const now = clock.now();
  const { instance, fresh, number, upTo } = episode;
  const { result, children } = withStartableChildren(episode, hub, isStrict);
  const events = [...fresh.map((event) => ({ ...event, IsPlayed: true })), ...episodeEvents(now, result)];
  hub.instances.appendHistory(instance.run, number, JSON.stringify(events));
  hub.inbox.take(instance.run, upTo);
  saveOwnWork(hub, instance, result);
  const called = children.map((child) => startChild(hub, instance, child, now));
  saveStatus(hub, episode, result, now);
  if (result.completion !== undefined) called.push(...tellParent(hub, instance, result.completion, now));
  if (result.continuation !== undefined) called.push(continueAsNew(hub, instance, result.continuation, now));
  return outcomeOf(instance.id, result, called);
}

/** @returns the child's run */
function startChild(hub: HubStore, caller: Instance, call: SubOrchestrationCall, now: number): number {
  const { id: taskId, instanceId: id, name, version, input, executionId } = call;
  const instance = {
    Name: caller.name,
    OrchestrationInstance: { InstanceId: caller.id, ExecutionId: executionId },
    TaskScheduleId: taskId,
    Version: caller.version,
  };
  const parent = { run: caller.run, taskId, instance };
  return beginExecution(hub, { id, name, version, input: jsonText(input), parent }, now);
}

/** A child whose id is in use takes that instance's place, and of two calls with one id the last is started. */
function withStartableChildren(
  { instance, result }: Episode,
  hub: HubStore,
  isStrict: boolean,
): { result: WalkResult; children: SubOrchestrationCall[] } {
  const calls = result.work.filter((action) => action.kind === "subOrchestration");
  const taken = new Set([instance.id]);
  const children = new Map<string, SubOrchestrationCall>();
  const found: Finding[] = [];
  for (const call of calls) {
    const existing = hub.instances.find(call.instanceId);
    const isInUse = existing !== undefined && !FINISHED.has(existing.status);
    if (isInUse || taken.has(call.instanceId)) found.push(childIdInUse(call.name, call.instanceId));
    if (call.instanceId !== instance.id) children.set(call.instanceId, call);
    taken.add(call.instanceId);
  }
  const findings = [...result.findings, ...found];
  const [first] = found;
  if (!isStrict || first === undefined)
    return { result: { ...result, findings }, children: [...children.values()] };
  const lastId = Math.max(...calls.map(({ id }) => id));
  return { result: failed(first.message, lastId + 1, { found: findings }), children: [] };
}

function saveOwnWork(hub: HubStore, { run, id: instanceId }: Instance, { work }: WalkResult): void {
  for (const action of work) {
    if (action.kind === "timer") hub.inbox.setTimer(run, action.id, action.fireAt);
    if (action.kind !== "activity") continue;
    const { id: taskId, name, input } = action;
    hub.activities.add({ run, instanceId, taskId, name, input: inputText(input) });
  }
}

/** The custom status may run ahead of a suspension: the SDK has seen the events that the walk held back. */
function saveStatus(hub: HubStore, { instance, turn }: Episode, result: WalkResult, updated: number): void {
  const { completion, isSuspended } = result;
  const customStatus = customStatusOf(turn);
  const going: RuntimeStatus = isSuspended ? "Suspended" : "Running";
  const { status, output } = completion ?? { status: going, output: null };
  hub.instances.update(instance.run, { status, output, customStatus, updated });
  if (completion !== undefined) hub.inbox.clear(instance.run);
}

/** @returns the parent's run, if it still waits */
function tellParent(hub: HubStore, child: Instance, completion: Completion, now: number): number[] {
  const parent = parentOf(child);
  if (parent === undefined || hub.instances.findUnfinished(parent.run) === undefined) return [];
  hub.inbox.put(parent.run, parentEvent(now, parent.taskId, completion));
  return [parent.run];
}

function outcomeOf(instanceId: string, result: WalkResult, called: number[]): EpisodeDone {
  const { work, findings, completion, continuation } = result;
  const timers = work.filter((action) => action.kind === "timer").map(({ fireAt }) => fireAt);
  return {
    kind: "done",
    instanceId,
    newActivities: work.filter(({ kind }) => kind === "activity").length,
    nextTimerDue: timers.length === 0 || continuation !== undefined ? undefined : Math.min(...timers),
    called,
    findings,
    hasEnded: completion !== undefined,
    failure: completion?.status === "Failed" ? completion.output : undefined,
  };
}
