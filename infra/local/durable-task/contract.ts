import type { Clock } from "../kit/clock.ts";

/**
 * The seam between the two halves of the host: the Durable Task stand-in decides what runs, the Functions host runs it.
 * In Azure the same seam lies between the Durable extension and the Functions host.
 */

/** `RpcTypedData` as it crosses the worker's border; the first member defined counts, none means undefined. */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
}

/** What a function invocation came to. `error` is the message and stack that the worker would send back. */
export type InvocationResult =
  | { ok: true; returnValue: TypedData | null | undefined }
  | { ok: false; error: { message: string; stack: string } };

/** The app's durable functions, as the Functions host loaded them. Names are matched without case. */
export interface DurableFunctions {
  has(kind: "orchestration" | "activity", name: string): boolean;

  /** What there is, as the app spells it. The stand-in asks for each by name; the extension wants to know them all first. */
  names(kind: "orchestration" | "activity"): readonly string[];

  /** Runs one episode. `trigger` is the JSON text of the orchestration trigger (history, input, instance id, ...). */
  orchestrate(name: string, trigger: string): Promise<InvocationResult>;

  /**
   * Runs one activity. `input` is what the binding receives; `{}` stands for no input.
   * @param traceparent the place in a trace of whoever started the instance
   */
  runActivity(
    name: string,
    instanceId: string,
    input: TypedData,
    traceparent?: string,
  ): Promise<InvocationResult>;
}

export interface TaskHubOptions {
  /** The task hub's SQLite file. */
  file: string;
  hubName: string;
  functions: DurableFunctions;
  maxConcurrentOrchestrations: number;
  maxConcurrentActivities: number;
  /** The app's public origin, e.g. `http://127.0.0.1:7071`; management URLs are made from it. */
  appUrl: string;
  /** Origin of the loopback rpc listener that the SDK's client calls, with a trailing path: `http://127.0.0.1:P/durabletask/`. */
  rpcBaseUrl: string;
  /** System key that `/runtime/webhooks/durabletask` demands as `?code=`. */
  key: string;
  /** Where time comes from; the machine's clock when nothing is said. */
  clock?: Clock;
  /** Makes what a detector finds fail the instance, where otherwise it leaves a warning. */
  strict?: boolean;
  /** Seed of the troubles that Azure may make too; none without it. */
  chaosSeed?: number;
  /** How versions of orchestrations are matched; leave it out when host.json names no `defaultVersion`. */
  versioning?: Versioning;
  /** `extensions.durableTask.storageProvider` of host.json, by which queues of Azure Storage are used: the stand-in has none. */
  storageProvider?: Readonly<Record<string, string | number | boolean>>;
  log(level: "debug" | "information" | "warning" | "error", message: string): void;
}

/**
 * Versions of orchestrations, as in `extensions.durableTask` of host.json.
 * @see https://learn.microsoft.com/azure/azure-functions/durable/durable-orchestration-versioning
 */
export interface Versioning {
  /** What new instances get when their client names none; empty means none. */
  defaultVersion: string;
  matchStrategy: "None" | "Strict" | "CurrentOrOlder";
  /** What becomes of an instance whose version does not match: it waits for a process that does, or fails. */
  failureStrategy: "Reject" | "Fail";
}

export interface HttpCall {
  method: string;
  /** Path below the API's root, still percent-encoded, without a leading slash: `instances/abc/raiseEvent/go`. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: string;
}

export interface HttpReply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Opens a hub, which answers calls from then on. */
export type OpenTaskHub = (options: TaskHubOptions) => Promise<TaskHub>;

export interface TaskHub {
  /** Begins to work: resumes what an earlier process left. */
  start(): void;
  /** Whether nothing runs and nothing is ready to run: what is left waits for time or for somebody outside. */
  isIdle(): boolean;
  /** Takes no new work, waits for what runs, closes the file. */
  stop(): Promise<void>;
  /** Serves the extension's HTTP API; the caller has checked the key where one is needed. */
  handle(call: HttpCall): Promise<HttpReply>;
  /** The JSON text that the `durableClient` binding hands to the app. */
  clientBinding(): string;
}
