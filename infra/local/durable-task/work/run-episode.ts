import type { DurableFunctions } from "../contract.ts";
import { triggerText } from "../core/episode.ts";
import { EventType, historyEvent } from "../core/history.ts";
import { readTurn, type Turn } from "../core/state.ts";
import { isForWorker, versionMismatch } from "../core/version.ts";
import { walk } from "../core/walk.ts";
import type { WalkResult } from "../core/walk-result.ts";
import { type Instance, parentOf } from "../store/schema.ts";
import { commitEpisode } from "./commit-episode.ts";
import type { EpisodeNeeds, EpisodeOutcome } from "./episode.ts";

/**
 * Runs one episode of one instance: takes the waiting messages, calls the orchestrator once with the whole history,
 * and commits new history, new work, messages to other instances and new status together. When the process dies before
 * the commit the messages are still there, and the episode happens again.
 * @returns undefined when there was nothing to do: no message, or no receiver any more
 */
export async function runEpisode(run: number, needs: EpisodeNeeds): Promise<EpisodeOutcome | undefined> {
  const { hub, clock, troubles, versioning } = needs;
  const instance = hub.instances.findUnfinished(run);
  if (instance === undefined) return hub.store.write(() => forget(run, needs));
  const { id: instanceId, version } = instance;
  const isMatching = isForWorker(version, versioning);
  if (!isMatching && versioning?.failureStrategy !== "Fail") return { kind: "rejected", instanceId, version };
  const messages = hub.inbox.read(run);
  // Two wakings for messages that one episode took in together.
  if (messages.events.length === 0) return undefined;
  const parts = hub.instances.historyParts(run);
  const key = { instanceId, episode: parts.length };
  const started = historyEvent(clock.now(), { EventType: EventType.OrchestratorStarted });
  const fresh = [started, ...troubles.batch(key, messages.events)];
  const history = joinArrays([...parts, JSON.stringify(fresh)]);

  const { result, turn } = isMatching
    ? await replay(instance, history, needs)
    : { result: versionMismatch(), turn: undefined };
  troubles.beforeCommit(key);
  const episode = { instance, number: parts.length, fresh, upTo: messages.upTo, turn, result };
  return hub.store.write(() =>
    // It may have been purged meanwhile.
    hub.instances.findUnfinished(run) === undefined ? forget(run, needs) : commitEpisode(episode, needs),
  );
}

/** What waits for a run that there is no more. */
function forget(run: number, { hub }: EpisodeNeeds): undefined {
  hub.inbox.clear(run);
}

async function replay(
  instance: Instance,
  history: string,
  needs: EpisodeNeeds,
): Promise<{ result: WalkResult; turn: Turn }> {
  const { functions, versioning, isStrict } = needs;
  const turn = await takeTurn(instance, history, functions);
  const result = walk(JSON.parse(history), {
    orchestrator: instance.name,
    turn,
    functions,
    defaultVersion: versioning?.defaultVersion ?? "",
    isStrict,
  });
  return { result, turn };
}

async function takeTurn(instance: Instance, history: string, functions: DurableFunctions): Promise<Turn> {
  const { name, id, input } = instance;
  if (functions.has("orchestration", name)) {
    const parentId = parentOf(instance)?.instance.OrchestrationInstance.InstanceId ?? null;
    return readTurn(await functions.orchestrate(name, triggerText({ id, input, parentId }, history)));
  }
  const message = `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function.`;
  return { kind: "broken", message, stack: "" };
}

/** Joins JSON arrays without parsing them; every part has at least one element. */
function joinArrays(parts: readonly string[]): string {
  return `[${parts.map((part) => part.slice(1, -1)).join(",")}]`;
}
