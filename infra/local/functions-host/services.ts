import type { Clock } from "../kit/clock.ts";
import type { App, AppFunction } from "./app.ts";
import { callByHand } from "./by-hand.ts";
import type { Durable } from "./durable.ts";
import { StartError } from "./errors.ts";
import { eventGridSurface } from "./event-grid.ts";
import type { HostJson } from "./host-json.ts";
import type { HttpSurface } from "./http/call.ts";
import { httpSurface } from "./http/triggers.ts";
import { createInvoke, type Invoke } from "./invoke.ts";
import { type Gate, keyedGate, openGate } from "./keys.ts";
import { hostLog, type Log } from "./log.ts";
import { openOutputs } from "./output/outputs.ts";
import { warnOfIdlePolicies } from "./retry.ts";
import type { QueueListeners } from "./service-bus/triggers.ts";
import { isDisabled } from "./settings.ts";
import { openHostState } from "./state.ts";
import { createTimers } from "./timer/triggers.ts";
import { sortByTrigger } from "./triggers.ts";
import { RunningFunctions } from "./virtual-clock/running.ts";

interface ServicesOptions {
  readonly dataDir: string;
  readonly appUrl: string;
  readonly hostJson: HostJson;
  readonly clock: Clock;
  /** The time in which Service Bus counts locks. */
  readonly brokerClock: Clock;
  readonly chaosSeed: number | undefined;
  readonly strict: boolean;
  readonly keys: boolean;
  readonly log: Log;
}

/** Everything that calls the app's functions. */
export interface Services {
  /** In the order in which they are asked. */
  readonly surfaces: readonly HttpSurface[];
  readonly gate: Gate;
  /** Where the keys are that callers must know, or that of the admin API when everybody may call. */
  readonly keysFile: string;
  /** Begins to run a function; false when it cannot be run by hand. */
  runByHand(fn: AppFunction, input: unknown): boolean;
  /** What runs or is about to, in words; nothing when all that is left waits for time or for somebody outside. */
  unrest(): readonly string[];
  /** Timers and queues start nothing new; waits for what they run. HTTP is the caller's to stop. */
  stopTriggers(): Promise<void>;
  stopTaskHub(): Promise<void>;
  closeState(): void;
}

/** The Service Bus client takes longer to load than all the rest, so only an app with queues waits for it. */
async function openQueues(
  functions: readonly AppFunction[],
  invoke: Invoke,
  { hostJson, brokerClock, log }: ServicesOptions,
): Promise<QueueListeners | undefined> {
  if (functions.length === 0) return undefined;
  const { createQueueListeners } = await import("./service-bus/triggers.ts");
  const needs = { invoke, clock: brokerClock, log: hostLog(log, "ServiceBus") };
  return createQueueListeners(functions, hostJson.extensions.serviceBus, needs);
}

/** Checks every binding, then starts all triggers. Nothing runs when one of them cannot be served. */
export async function startServices(app: App, options: ServicesOptions): Promise<Services> {
  const { hostJson, clock, log } = options;
  const all = [...app.functions.values()].filter(({ name }) => !isDisabled(name));
  const functions = sortByTrigger(all);
  warnOfIdlePolicies(all, hostLog(log, "Startup"));
  const outputs = await openOutputs(all);
  const state = openHostState(options.dataDir);
  const { gate, file: keysFile } = options.keys
    ? keyedGate(state, all, options.dataDir)
    : openGate(state, options.dataDir);
  const running = new RunningFunctions();
  let durable: Durable | undefined;
  const invoke = running.watching(
    createInvoke(app, {
      functionTimeout: hostJson.functionTimeout,
      clientBinding: () => {
        if (durable === undefined) throw new StartError("No task hub is open.");
        return { string: durable.clientBinding() };
      },
      outputs,
    }),
  );

  const timers = createTimers(functions.timer, { invoke, state, clock });
  const queues = await openQueues(functions.serviceBus, invoke, options);
  const { routePrefix } = hostJson.extensions.http;
  const { streamPort } = app;
  const httpLog = hostLog(log, "Http");
  const http = httpSurface(functions.http, { routePrefix, invoke, gate, streamPort, log: httpLog });
  const events = eventGridSurface(functions.eventGrid, { invoke, gate, log: hostLog(log, "EventGrid") });
  if (functions.durable.length > 0 || functions.usesDurableClient) {
    const durableOptions = { ...options, state, log: hostLog(log, "DurableTask") };
    const { openDurable } = await import("./durable.ts");
    durable = await openDurable(functions.durable, invoke, durableOptions);
  }

  durable?.start();
  timers.start();
  queues?.start();
  return {
    surfaces: [events, ...(durable ? [durable.surface] : []), http],
    gate,
    keysFile,
    runByHand: (fn, input) => {
      if (timers.fire(fn.name)) return true;
      const call = all.includes(fn) ? callByHand(fn, input) : undefined;
      if (call !== undefined) void invoke(fn, call);
      return call !== undefined;
    },
    unrest: () => [
      ...running.names().map((name) => `${name} runs`),
      ...(durable?.isIdle() === false ? ["the task hub has work"] : []),
    ],
    stopTriggers: async () => {
      await Promise.all([timers.stop(), queues?.stop()]);
    },
    stopTaskHub: async () => {
      await durable?.stop();
      await outputs.close();
    },
    closeState: () => state.close(),
  };
}
