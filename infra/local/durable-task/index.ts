import { systemClock } from "../kit/clock.ts";
import type { HttpReply, OpenTaskHub, TaskHub } from "./contract.ts";
import { answer } from "./http/api.ts";
import { Links } from "./http/links.ts";
import { problem } from "./http/reply.ts";
import { openHubStore } from "./store/hub-store.ts";
import { ActivityRunner } from "./work/activity-runner.ts";
import { createChaos } from "./work/chaos.ts";
import type { EpisodeDone } from "./work/episode.ts";
import { Orchestrations } from "./work/orchestrations.ts";
import { Timers } from "./work/timers.ts";
import { NO_TROUBLES } from "./work/troubles.ts";

/**
 * Opens a task hub on its SQLite file. It answers calls at once and begins to work with `start`.
 * What it has acknowledged, by a 202 or by a committed episode, survives `kill -9` and goes on at the next start.
 */
export const openTaskHub: OpenTaskHub = async (options): Promise<TaskHub> => {
  const { functions, log } = options;
  const hub = openHubStore(options.file);
  const { clock = systemClock, chaosSeed } = options;
  const troubles = chaosSeed === undefined ? NO_TROUBLES : createChaos(chaosSeed, log);
  const needs = { hub, functions, clock, troubles, log, versioning: options.versioning };
  const links = new Links(options);
  let stopped: Promise<void> | undefined;
  let isClosed = false;
  let openCalls = 0;

  const timers = new Timers({ ...needs, onMessages: (runs) => orchestrations.wake(runs) });
  const activities = new ActivityRunner({
    ...needs,
    maxConcurrent: options.maxConcurrentActivities,
    onMessage: (run) => orchestrations.wake([run]),
  });
  const orchestrations = new Orchestrations({
    ...needs,
    isStrict: options.strict ?? false,
    maxConcurrent: options.maxConcurrentOrchestrations,
    onNewWork: ({ newActivities, nextTimerDue }: EpisodeDone) => {
      if (newActivities > 0) activities.wake();
      if (nextTimerDue !== undefined) timers.wake(nextTimerDue);
    },
  });
  const apiNeeds = {
    ...needs,
    links,
    onMessage: (run: number) => orchestrations.wake([run]),
    // A call that only waits for time is no work.
    sleepUntil: async (at: number) => {
      openCalls--;
      await new Promise<void>((resolve) => clock.wakeAt(at, resolve));
      openCalls++;
    },
  };

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
    isIdle: () => openCalls === 0 && [timers, activities, orchestrations].every((part) => part.isIdle()),
    stop: () => (stopped ??= stop()),
    async handle(call): Promise<HttpReply> {
      if (isClosed) return problem(503, "The task hub is stopped.");
      openCalls++;
      return answer(call, apiNeeds).finally(() => openCalls--);
    },
    clientBinding: () => links.clientBinding(),
  };
};
