import { createHash } from "node:crypto";
import type {
  HttpCall,
  OpenTaskHub,
  TaskHub,
  TaskHubOptions,
} from "../../infra/local/durable-task/contract.ts";
import { type HubSettings, openHub } from "./host-process.ts";
import { askOver } from "./http.ts";

/** The connection string of the storage account in which the extension keeps its hubs. */
const STORAGE = "DURABLE_EXTENSION_STORAGE";

/** Opens a hub of the genuine Durable extension, in the account that the environment names, in place of the stand-in's. */
export const openTaskHub: OpenTaskHub = async (options): Promise<TaskHub> => {
  const settings = settingsOf(options);
  const { webHook } = settings;
  const hub = await openHub(settings, options);
  const { rpcBaseUrl } = JSON.parse(hub.clientBinding) as { rpcBaseUrl: string };
  return {
    start: () => hub.letRun(),
    isIdle: () => hub.isIdle(),
    stop: () => hub.close(),
    handle: (call: HttpCall) => askOver(new URL(rpcBaseUrl).origin, call, new URL(webHook)),
    clientBinding: () => hub.clientBinding,
  };
};

function settingsOf(options: TaskHubOptions): HubSettings {
  const storage = process.env[STORAGE];
  if (storage === undefined) throw new Error(`${STORAGE} must hold a connection string.`);
  return {
    hub: hubNameOf(options),
    webHook: `${options.appUrl}/runtime/webhooks/durabletask/?code=${encodeURIComponent(options.key)}`,
    configuration: {
      AzureWebJobsStorage: storage,
      ...flat("AzureWebJobs:extensions:durableTask", hostJson(options)),
    },
    orchestrators: options.functions.names("orchestration"),
    activities: options.functions.names("activity"),
  };
}

/** A stand-in's hub is a file, so whoever comes back to that file finds that hub. Letters and digits, 45 at most. */
const hubNameOf = ({ hubName, file }: TaskHubOptions): string =>
  `${hubName.slice(0, 12)}${createHash("sha256").update(file).digest("hex").slice(0, 16)}`;

/** Tests do not wait for queues that are polled rarely while nothing happens. */
const AT_ONCE = { connectionName: "Storage", maxQueuePollingInterval: "00:00:00.100" };

/** `extensions.durableTask` of host.json, as far as the options of a hub say something about it. */
function hostJson({
  maxConcurrentActivities,
  maxConcurrentOrchestrations,
  versioning,
  storageProvider,
}: TaskHubOptions): object {
  return {
    maxConcurrentActivityFunctions: maxConcurrentActivities,
    maxConcurrentOrchestratorFunctions: maxConcurrentOrchestrations,
    ...(versioning !== undefined && {
      defaultVersion: versioning.defaultVersion,
      versionMatchStrategy: versioning.matchStrategy,
      versionFailureStrategy: versioning.failureStrategy,
    }),
    storageProvider: { partitionCount: 1, ...storageProvider, ...AT_ONCE },
  };
}

/** `{ a: { b: 1 } }` as .NET's configuration has it: `{ "a:b": "1" }`. */
function flat(prefix: string, value: object): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(value).map(([name, member]) =>
      typeof member === "object" && member !== null
        ? flat(`${prefix}:${name}`, member)
        : { [`${prefix}:${name}`]: String(member) },
    ),
  );
}
