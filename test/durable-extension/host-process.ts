import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { InvocationResult, TaskHubOptions, TypedData } from "../../infra/local/durable-task/contract.ts";

const PROGRAM = join(import.meta.dirname, "host/bin/Release/net10.0/DurableExtensionHost.dll");

/** What the host is told of a hub. @see host/Messages.cs */
export interface HubSettings {
  readonly hub: string;
  readonly webHook: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly orchestrators: readonly string[];
  readonly activities: readonly string[];
}

/** What the host says, a line each, about one hub. */
type Said = { readonly hub: string } & (
  | { readonly kind: "ready"; readonly clientBinding: string }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "closed" }
  | { readonly kind: "log"; readonly level: string; readonly message: string }
  | Run
);

/** A function of the app is to be run. */
interface Run {
  readonly kind: "orchestration" | "activity";
  readonly call: number;
  readonly name: string;
  readonly instanceId: string;
  /** JSON text, or null for no input. */
  readonly input: string | null;
}

type Needs = Pick<TaskHubOptions, "functions" | "log">;

/** A hub that is open in the host's process. */
export interface OpenHub {
  readonly clientBinding: string;
  /** Functions run from now on; what has come in before waits for it. */
  letRun(): void;
  isIdle(): boolean;
  /** Lets what runs finish. */
  close(): Promise<void>;
}

/**
 * The .NET process with the extension in it, for all hubs of this process. It ends when this one does, however that
 * happens, because its standard input then ends; nothing of it has to be cleaned up.
 */
class HostProcess {
  readonly #child = spawn("dotnet", [PROGRAM], { stdio: "pipe" });
  readonly #hubs = new Map<string, Hub>();
  #lastWords = "";

  constructor() {
    const { stdin, stdout, stderr } = this.#child;
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2_000);
    });
    createInterface({ input: stdout }).on("line", (line) => {
      const said = JSON.parse(line) as Said;
      this.#hubs.get(said.hub)?.hears(said);
    });
    // Why nobody reads any more is told by the exit.
    stdin.on("error", () => undefined);
    this.#child.on("exit", (code, signal) => {
      const error = new Error(`The extension's host ended (${signal ?? code}). ${this.#lastWords.trim()}`);
      for (const hub of this.#hubs.values()) hub.fails(error);
    });
  }

  async open(settings: HubSettings, needs: Needs): Promise<OpenHub> {
    const send = (message: object) => void this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    const hub = new Hub(needs, send);
    this.#hubs.set(settings.hub, hub);
    send({ open: settings });
    const clientBinding = await hub.ready;
    return {
      clientBinding,
      letRun: () => hub.letRun(),
      isIdle: () => hub.running === 0,
      close: async () => {
        send({ close: settings.hub });
        await hub.closed;
        this.#hubs.delete(settings.hub);
      },
    };
  }
}

let host: HostProcess | undefined;

/** Opens a hub; starts the host's process first where none runs. */
export function openHub(settings: HubSettings, needs: Needs): Promise<OpenHub> {
  host ??= new HostProcess();
  return host.open(settings, needs);
}

class Hub {
  running = 0;
  readonly #needs: Needs;
  readonly #send: (message: object) => void;
  readonly #ready = Promise.withResolvers<string>();
  readonly #mayRun = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();

  constructor(needs: Needs, send: (message: object) => void) {
    this.#needs = needs;
    this.#send = send;
    // It matters only to those who wait for it.
    this.#closed.promise.catch(() => undefined);
  }

  get ready(): Promise<string> {
    return this.#ready.promise;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  letRun(): void {
    this.#mayRun.resolve();
  }

  hears(said: Said): void {
    switch (said.kind) {
      case "ready":
        this.#ready.resolve(said.clientBinding);
        break;
      case "failed":
        this.#ready.reject(new Error(said.message));
        break;
      case "closed":
        this.#closed.resolve();
        break;
      case "log":
        this.#needs.log(LEVELS[said.level] ?? "debug", said.message);
        break;
      case "orchestration":
      case "activity":
        // What cannot be run here must never count as a failure of the function: it ends this process, and the host with it.
        void this.#run(said);
    }
  }

  fails(error: Error): void {
    this.#ready.reject(error);
    this.#closed.reject(error);
    this.#needs.log("error", error.message);
  }

  async #run({ kind, call, name, instanceId, input }: Run): Promise<void> {
    const { functions } = this.#needs;
    this.running++;
    await this.#mayRun.promise;
    const result = await (kind === "orchestration"
      ? functions.orchestrate(name, input ?? "")
      : functions.runActivity(name, instanceId, input === null ? {} : { string: input }));
    this.running--;
    this.#send({ done: { call, ...onTheWire(result) } });
  }
}

const LEVELS: Readonly<Record<string, Parameters<TaskHubOptions["log"]>[0]>> = {
  Warning: "warning",
  Error: "error",
  Critical: "error",
};

/** @see host/TypedData.cs */
function onTheWire(result: InvocationResult): { value: object | null } | { error: object } {
  if (!result.ok) return { error: result.error };
  const { returnValue } = result;
  return { value: returnValue === null || returnValue === undefined ? null : inBase64(returnValue) };
}

const inBase64 = ({ bytes, ...value }: TypedData): object =>
  bytes === undefined ? value : { ...value, bytes: Buffer.from(bytes).toString("base64") };
