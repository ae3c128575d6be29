import type { TypedData } from "../durable-task/contract.ts";
import { asError, StartError, withoutForeignFrames } from "./errors.ts";
import type { Log, LogLevel } from "./log.ts";

/** What a registration can be undone by. */
export interface Disposable {
  dispose(): void;
}

/** What @azure/functions tells about one trigger, input or output of a function. */
interface Binding {
  readonly type: string;
  readonly direction: "in" | "out";
  readonly [option: string]: unknown;
}

export type Callback = (...args: unknown[]) => unknown;

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
}

/** A function of the app with the trigger singled out; `name` of a binding is its key in the metadata. */
export interface AppFunction {
  readonly name: string;
  readonly metadata: FunctionMetadata;
  readonly callback: Callback;
  /** Of the @azure/functions that registered it. */
  readonly model: ProgrammingModel;
  readonly trigger: Binding & { readonly name: string };
}

/** What an invocation came to. `returnValue` is unchecked: the app made it. */
export interface InvocationResponse {
  readonly returnValue?: unknown;
  /** What was set with `context.extraOutputs`, by the key of the binding. */
  readonly outputData?: readonly { readonly name: string; readonly data: TypedData }[];
}

/** Implemented by @azure/functions; one per invocation. */
export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

/** Implemented by @azure/functions; one per process. */
export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: unknown): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

/** The hooks of the Node worker. */
const HOOKS = ["appStart", "appTerminate", "preInvocation", "postInvocation", "log"] as const;
type Hook = (context: object) => unknown;

export type HookData = Record<string, unknown>;

/** @see azure-functions-host, Utility.cs, FunctionNameValidationRegex */
const FUNCTION_NAME = /^(?!host$)[a-z][a-z0-9_-]{0,127}$/i;

/** What the app registers while it loads: its functions, its hooks and its programming model. */
export class App {
  /** By lower-cased name: the host matches function names without case. */
  readonly functions = new Map<string, AppFunction>();
  /** Shared by all hooks. @see the Node worker's AppContext */
  readonly hookData: HookData = {};
  /** Shared by appStart and appTerminate only. */
  readonly lifecycleHookData: HookData = {};
  model: ProgrammingModel | undefined;
  hasStarted = false;
  /** Where the app takes HTTP requests itself, when it enables HTTP streams. */
  streamPort: URL | undefined;

  readonly #hooks: ReadonlyMap<string, Hook[]> = new Map(HOOKS.map((name) => [name, []]));
  readonly #log: Log;
  #inLogHook = false;

  constructor(log: Log) {
    this.#log = log;
  }

  register(metadata: FunctionMetadata, callback: Callback): Disposable {
    if (this.hasStarted) throw systemError("A function can only be registered during app startup.");
    if (!FUNCTION_NAME.test(metadata.name)) {
      throw new StartError(
        `"${metadata.name}" is no name for a function: a letter, then up to 127 letters, digits, - or _; not "host".`,
      );
    }
    const { model } = this;
    if (model === undefined) throw new StartError("The app never loaded @azure/functions.");
    const key = metadata.name.toLowerCase();
    if (this.functions.has(key)) return this.#refuseSecond(metadata.name);
    this.functions.set(key, { name: metadata.name, metadata, callback, model, trigger: triggerOf(metadata) });
    return {
      dispose: () => {
        if (this.hasStarted) throw systemError("A function can only be disposed during app startup.");
        this.functions.delete(key);
      },
    };
  }

  /** The first one counts, so that a slip in one file harms no function of the others. */
  #refuseSecond(name: string): Disposable {
    const here = new Error(
      `A second function is named "${name}" and is left out. Rename it: names must differ by more than case.`,
    );
    this.#log({
      level: "error",
      category: "Host.Startup",
      message: withoutForeignFrames(here.stack ?? here.message),
    });
    return { dispose: () => undefined };
  }

  addHook(name: string, hook: Hook): Disposable {
    const hooks = this.#hooks.get(name);
    if (hooks === undefined) {
      throw Object.assign(new RangeError(`Unrecognized hook "${name}"`), {
        isAzureFunctionsSystemError: true,
      });
    }
    hooks.push(hook);
    return { dispose: () => hooks.splice(hooks.indexOf(hook), 1) };
  }

  async runHooks(name: Exclude<(typeof HOOKS)[number], "log">, context: object): Promise<void> {
    for (const hook of this.#hooks.get(name) ?? []) await hook(context);
  }

  /** Logs for the app, after its log hooks had their say about level and text. */
  log(
    level: LogLevel,
    category: string,
    message: string,
    invocation?: { hookData: HookData; context: unknown },
  ): void {
    const entry = { level, message };
    if (!this.#inLogHook) this.#runLogHooks(entry, category, invocation);
    this.#log({ level: entry.level, category, message: entry.message });
  }

  #runLogHooks(
    entry: { level: LogLevel; message: string },
    category: string,
    invocation: { hookData: HookData; context: unknown } | undefined,
  ): void {
    const context = Object.assign(entry, {
      category: category.endsWith(".User") ? "user" : "system",
      hookData: invocation?.hookData ?? {},
      appHookData: this.hookData,
      invocationContext: invocation?.context,
    });
    // A hook that logs would otherwise call itself.
    this.#inLogHook = true;
    try {
      for (const hook of this.#hooks.get("log") ?? []) hook(context);
    } catch (error) {
      this.#log({ level: "error", category, message: `A log hook threw: ${asError(error).message}` });
    } finally {
      this.#inLogHook = false;
    }
  }
}

function triggerOf({ name, bindings }: FunctionMetadata): AppFunction["trigger"] {
  const found = Object.entries(bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (found === undefined) throw new StartError(`The function "${name}" has no trigger.`);
  return { ...found[1], name: found[0] };
}

/** The mark by which @azure/functions tells the host's errors from the app's. */
function systemError(message: string): Error {
  return Object.assign(new Error(message), { isAzureFunctionsSystemError: true });
}
