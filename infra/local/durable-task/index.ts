import type { HttpReply, TaskHub, TaskHubOptions } from "./contract.ts";
import { answer } from "./http/api.ts";
import { Links } from "./http/links.ts";
import { problem } from "./http/reply.ts";
import { openHubStore } from "./store/hub-store.ts";
import { ActivityRunner } from "./work/activity-runner.ts";
import { systemClock } from "./work/clock.ts";
import { Orchestrations } from "./work/orchestrations.ts";
import type { EpisodeOutcome } from "./work/run-episode.ts";
import { Timers } from "./work/timers.ts";

/**
 * Opens a task hub on its SQLite file. It answers calls at once and begins to work with `start`.
 * What it has acknowledged, by a 202 or by a committed episode, survives `kill -9` and goes on at the next start.
 */
export function createTaskHub(options: TaskHubOptions): TaskHub {
  const { functions, log } = options;
  const hub = openHubStore(options.file);
  const needs = { hub, functions, clock: systemClock, log };
  const links = new Links(options);
  let stopped: Promise<void> | undefined;
  let isClosed = false;

  const timers = new Timers({ ...needs, onMessages: (runs) => orchestrations.wake(runs) });
  const activities = new ActivityRunner({
    ...needs,
    maxConcurrent: options.maxConcurrentActivities,
    onMessage: (run) => orchestrations.wake([run]),
  });
  const orchestrations = new Orchestrations({
    ...needs,
    maxConcurrent: options.maxConcurrentOrchestrations,
    onNewWork: ({ newActivities, nextTimerDue }: EpisodeOutcome) => {
      if (newActivities > 0) activities.wake();
      if (nextTimerDue !== undefined) timers.wake(nextTimerDue);
    },
  });
  const apiNeeds = { ...needs, links, onMessage: (run: number) => orchestrations.wake([run]) };

  async function stop(): Promise<void> {
    // Calls are still served: an activity that is let finish may start an orchestration as its last word.
    await Promise.all([timers.stop(), activities.stop(), orchestrations.stop()]);
    isClosed = true;
    await hub.store.close();
  }

  return {
    start() {
      orchestrations.start();
      activities.start();
      timers.start();
    },
    stop: () => (stopped ??= stop()),
    async handle(call): Promise<HttpReply> {
      return isClosed ? problem(503, "The task hub is stopped.") : answer(call, apiNeeds);
    },
    clientBinding: () => links.clientBinding(),
  };
}
