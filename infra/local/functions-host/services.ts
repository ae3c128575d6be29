import type { App, AppFunction } from "./app.ts";
import { type Durable, openDurable } from "./durable.ts";
import { StartError } from "./errors.ts";
import { eventGridSurface } from "./event-grid.ts";
import type { HostJson } from "./host-json.ts";
import type { HttpSurface } from "./http/call.ts";
import { httpSurface } from "./http/triggers.ts";
import { createInvoke, type Invoke } from "./invoke.ts";
import { hostLog, type Log } from "./log.ts";
import type { QueueListeners } from "./service-bus/triggers.ts";
import { openHostState } from "./state.ts";
import { createTimers } from "./timer/triggers.ts";
import { sortByTrigger } from "./triggers.ts";

interface ServicesOptions {
  readonly dataDir: string;
  readonly appUrl: string;
  readonly hostJson: HostJson;
  readonly log: Log;
}

/** Everything that calls the app's functions. */
export interface Services {
  /** In the order in which they are asked. */
  readonly surfaces: readonly HttpSurface[];
  fireTimer(name: string): boolean;
  /** Timers and queues start nothing new; waits for what they run. HTTP is the caller's to stop. */
  stopTriggers(): Promise<void>;
  stopTaskHub(): Promise<void>;
  closeState(): void;
}

/** The Service Bus client takes longer to load than all the rest, so only an app with queues waits for it. */
async function openQueues(
  functions: readonly AppFunction[],
  invoke: Invoke,
  { hostJson, log }: ServicesOptions,
): Promise<QueueListeners | undefined> {
  if (functions.length === 0) return undefined;
  const { createQueueListeners } = await import("./service-bus/triggers.ts");
  return createQueueListeners(functions, hostJson.extensions.serviceBus, invoke, hostLog(log, "ServiceBus"));
}

/** Checks every binding, then starts all triggers. Nothing runs when one of them cannot be served. */
export async function startServices(app: App, options: ServicesOptions): Promise<Services> {
  const { dataDir, appUrl, hostJson, log } = options;
  const functions = sortByTrigger([...app.functions.values()]);
  const state = openHostState(dataDir);
  let durable: Durable | undefined;
  const invoke: Invoke = createInvoke(app, {
    functionTimeout: hostJson.functionTimeout,
    extraInput: () => {
      if (durable === undefined) throw new StartError("No task hub is open.");
      return { string: durable.clientBinding() };
    },
  });

  const timers = createTimers(functions.timer, invoke, state);
  const queues = await openQueues(functions.serviceBus, invoke, options);
  const http = httpSurface(
    functions.http,
    hostJson.extensions.http.routePrefix,
    invoke,
    hostLog(log, "Http"),
  );
  if (functions.durable.length > 0 || functions.usesDurableClient) {
    const durableOptions = { dataDir, appUrl, hostJson, state, log: hostLog(log, "DurableTask") };
    durable = await openDurable(functions.durable, invoke, durableOptions);
  }

  durable?.start();
  timers.start();
  queues?.start();
  return {
    surfaces: [eventGridSurface(functions.eventGrid, invoke), ...(durable ? [durable.surface] : []), http],
    fireTimer: (name) => timers.fire(name),
    stopTriggers: async () => {
      await Promise.all([timers.stop(), queues?.stop()]);
    },
    stopTaskHub: async () => durable?.stop(),
    closeState: () => state.close(),
  };
}
