import { join } from "node:path";
import type { DurableFunctions, InvocationResult, TaskHub } from "../durable-task/contract.ts";
import { openTaskHub } from "../durable-task/index.ts";
import type { Clock } from "../kit/clock.ts";
import { mayBeOfPage } from "../kit/origin.ts";
import { queryValues } from "../kit/query.ts";
import { isSameSecret } from "../kit/secret.ts";
import type { AppFunction } from "./app.ts";
import type { HostJson } from "./host-json.ts";
import type { HttpCall, HttpSurface } from "./http/call.ts";
import { HttpServer } from "./http/server.ts";
import type { Invoke, Outcome } from "./invoke.ts";
import type { HostLog } from "./log.ts";
import { expandSettings } from "./settings.ts";
import type { HostState } from "./state.ts";

const WEBHOOK = "/runtime/webhooks/durabletask/";
/** Path of the rpc listener. @see the Durable extension, LocalHttpListener.cs */
const RPC = "/durabletask/";

interface DurableOptions {
  readonly dataDir: string;
  readonly appUrl: string;
  readonly hostJson: HostJson;
  readonly state: HostState;
  readonly clock: Clock;
  readonly chaosSeed: number | undefined;
  readonly strict: boolean;
  readonly log: HostLog;
}

/** The Durable extension's place in the host. */
export interface Durable {
  /** The management API on the public port, behind the extension's system key. */
  readonly surface: HttpSurface;
  start(): void;
  /** Whether what is left waits for time or for somebody outside. */
  isIdle(): boolean;
  stop(): Promise<void>;
  /** Value of a `durableClient` input binding. */
  clientBinding(): string;
}

/**
 * Opens the task hub for the app's orchestrators and activities, and a second loopback port for its client calls,
 * which need no key there.
 */
export async function openDurable(
  functions: readonly AppFunction[],
  invoke: Invoke,
  options: DurableOptions,
): Promise<Durable> {
  const { dataDir, appUrl, hostJson, state, clock, chaosSeed, strict, log } = options;
  const { hubName, maxConcurrentOrchestratorFunctions, maxConcurrentActivityFunctions, ...others } =
    hostJson.extensions.durableTask;
  const { storageProvider, ...versions } = others;
  const key = state.key("durabletask");
  const rpc = await HttpServer.open(0, log);
  const hub = await openTaskHub({
    file: join(dataDir, "task-hub.sqlite"),
    hubName: expandSettings(hubName, "extensions.durableTask.hubName in host.json"),
    functions: durableFunctions(functions, invoke),
    maxConcurrentOrchestrations: maxConcurrentOrchestratorFunctions,
    maxConcurrentActivities: maxConcurrentActivityFunctions,
    appUrl,
    rpcBaseUrl: `http://127.0.0.1:${rpc.port}${RPC}`,
    key,
    clock,
    strict,
    storageProvider,
    ...(chaosSeed !== undefined && { chaosSeed }),
    log,
    ...(versions.defaultVersion !== "" && {
      versioning: {
        defaultVersion: versions.defaultVersion,
        matchStrategy: versions.versionMatchStrategy,
        failureStrategy: versions.versionFailureStrategy,
      },
    }),
  });
  // It needs no key in Azure, where no browser reaches it.
  rpc.server.serve([hubSurface(hub, RPC, ({ headers }) => !mayBeOfPage(headers))]);
  const clientBinding = hub.clientBinding();
  return {
    surface: hubSurface(hub, WEBHOOK, (call) =>
      isSameSecret(queryValues(call.url.searchParams, "code")[0] ?? "", key),
    ),
    start: () => hub.start(),
    isIdle: () => hub.isIdle(),
    stop: async () => {
      await hub.stop();
      await rpc.server.close();
    },
    clientBinding: () => clientBinding,
  };
}

function hubSurface(hub: TaskHub, root: string, allows: (call: HttpCall) => boolean): HttpSurface {
  return {
    serves: (path) => path.toLowerCase().startsWith(root),
    answer: async (call) => {
      if (!allows(call)) return { status: 401 };
      const reply = await hub.handle({
        method: call.method,
        path: call.path.slice(root.length),
        query: call.url.searchParams,
        headers: Object.fromEntries(
          Object.entries(call.headers).map(([name, value]) => [name, String(value)]),
        ),
        body: (await call.body()).toString("utf8"),
      });
      return { status: reply.status, headers: Object.entries(reply.headers), body: reply.body };
    },
  };
}

const TRIGGERS = { orchestration: "orchestrationTrigger", activity: "activityTrigger" } as const;

function durableFunctions(functions: readonly AppFunction[], invoke: Invoke): DurableFunctions {
  const byKey = new Map(functions.map((fn) => [`${fn.trigger.type}/${fn.name.toLowerCase()}`, fn]));
  const find = (kind: "orchestration" | "activity", name: string) =>
    byKey.get(`${TRIGGERS[kind]}/${name.toLowerCase()}`);
  return {
    has: (kind, name) => find(kind, name) !== undefined,
    names: (kind) =>
      functions.filter(({ trigger }) => trigger.type === TRIGGERS[kind]).map(({ name }) => name),
    orchestrate: async (name, trigger) => {
      const fn = find("orchestration", name);
      return fn === undefined ? unknown(name) : toResult(await invoke(fn, { input: { string: trigger } }));
    },
    runActivity: async (name, instanceId, input, traceparent) => {
      const fn = find("activity", name);
      if (fn === undefined) return unknown(name);
      const metadata = { instanceId: { string: instanceId }, [fn.trigger.name]: input, data: input };
      return toResult(await invoke(fn, { input, metadata, traceparent }));
    },
  };
}

const unknown = (name: string): InvocationResult => ({
  ok: false,
  error: { message: `The function '${name}' doesn't exist, is disabled, or is not durable.`, stack: "" },
});

/** Without a return binding @azure/functions returns typed data as it is (InvocationModel.ts, getResponse). */
const toResult = (outcome: Outcome): InvocationResult => outcome as InvocationResult;
