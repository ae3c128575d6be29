import { randomUUID } from "node:crypto";
import type { TypedData } from "../durable-task/contract.ts";
import type { App, AppFunction, HookData, InvocationModel, InvocationResponse } from "./app.ts";
import { asError, describeError } from "./errors.ts";
import type { LogLevel } from "./log.ts";
import type { Outputs } from "./output/outputs.ts";
import { placeBelow } from "./trace-context.ts";
import type { InputData } from "./typed-data.ts";

/** One call of one function: what its trigger receives, and the metadata that goes with it. */
export interface Call {
  /** The invocation's; made when absent. */
  readonly id?: string;
  readonly input: InputData;
  readonly metadata?: Readonly<Record<string, TypedData>>;
  /** What the function may know of the attempts before this one; absent in the first. */
  readonly retryContext?: RetryContext;
  /** The place of whoever called it, as W3C's `traceparent`; absent: nobody said. */
  readonly traceparent?: string | undefined;
}

/** `RpcRetryContext`: what becomes `context.retryContext`. */
export interface RetryContext {
  readonly retryCount: number;
  readonly maxRetryCount: number;
  readonly exception: { readonly message: string; readonly stackTrace: string };
}

/** What the worker sends back; `returnValue` comes from the app and is unchecked. */
export type Outcome =
  | {
      readonly ok: true;
      readonly returnValue: unknown;
      /** Whether the function returned anything, also when it has gone out as a stream by now. */
      readonly hasResult: boolean;
    }
  | { readonly ok: false; readonly error: { readonly message: string; readonly stack: string } };

/** Runs functions of the app. Never rejects: what a function throws becomes an outcome and a log line. */
export type Invoke = (fn: AppFunction, call: Call) => Promise<Outcome>;

interface InvokeOptions {
  /** Milliseconds, or null for no limit. */
  readonly functionTimeout: number | null;
  /** The value of a `durableClient` input, the only one besides triggers that this host serves. */
  clientBinding(): TypedData;
  /** Where outputs go; a function has succeeded only when they were accepted. */
  readonly outputs: Outputs;
}

/**
 * The invocation as the Node worker makes it, in its order: arguments, preInvocation hooks, handler, postInvocation
 * hooks, response, outputs.
 * @see the Node worker, InvocationHandler.ts; @azure/functions 4.16, InvocationModel.ts
 */
export function createInvoke(app: App, options: InvokeOptions): Invoke {
  return async (fn, call) => {
    const invocation = new Invocation(app, fn, call, options);
    const startedAt = performance.now();
    invocation.log("debug", "system", `Started (${invocation.id}).`);
    try {
      const running = invocation.run(await fn.model.getInvocationModel(invocation.coreContext));
      const response = await within(options.functionTimeout, fn.name, running, (late) =>
        invocation.log("warning", "system", `${late} after ${since(startedAt)} ms (${invocation.id}).`),
      );
      await options.outputs.deliver(fn, response);
      invocation.log("debug", "system", `Succeeded after ${since(startedAt)} ms (${invocation.id}).`);
      return { ok: true, returnValue: response.returnValue, hasResult: response.hasResult };
    } catch (thrown) {
      const error = asError(thrown);
      const text = `Failed after ${since(startedAt)} ms (${invocation.id}): ${describeError(error)}`;
      // An orchestrator's throw carries its whole state; the task hub reports such failures in words.
      invocation.log(fn.trigger.type === "orchestrationTrigger" ? "debug" : "error", "system", text);
      return { ok: false, error: { message: error.message, stack: error.stack ?? error.message } };
    }
  };
}

class Invocation {
  readonly id: string;
  readonly coreContext;
  readonly #app: App;
  readonly #fn: AppFunction;
  readonly #hookData: HookData = {};
  #context: unknown;

  constructor(app: App, fn: AppFunction, call: Call, options: InvokeOptions) {
    this.id = call.id ?? randomUUID();
    this.#app = app;
    this.#fn = fn;
    this.coreContext = {
      invocationId: this.id,
      request: {
        invocationId: this.id,
        inputData: inputData(fn, call, options),
        triggerMetadata: call.metadata ?? {},
        retryContext: call.retryContext,
        traceContext: { traceParent: placeBelow(call.traceparent), traceState: "" },
      },
      metadata: fn.metadata,
      state: undefined as string | undefined,
      log: (level: LogLevel, category: string, message: string) => this.log(level, category, message),
    };
  }

  log(level: LogLevel, category: string, message: string): void {
    const name = `Function.${this.#fn.name}${category === "user" ? ".User" : ""}`;
    this.#app.log(level, name, message, { hookData: this.#hookData, context: this.#context });
  }

  async run(model: InvocationModel): Promise<InvocationResponse & { hasResult: boolean }> {
    const { context, inputs } = await model.getArguments();
    this.#context = context;
    const shared = { hookData: this.#hookData, appHookData: this.#app.hookData, invocationContext: context };

    const before = { ...shared, inputs, functionCallback: this.#fn.callback };
    await this.#inState("preInvocationHooks", () => this.#app.runHooks("preInvocation", before));

    const after = { ...shared, inputs: before.inputs, result: null as unknown, error: null as unknown };
    try {
      after.result = await this.#inState("invocation", () =>
        model.invokeFunction(context, before.inputs, before.functionCallback),
      );
    } catch (error) {
      after.error = error ?? new Error("Unknown error");
    }

    await this.#inState("postInvocationHooks", () => this.#app.runHooks("postInvocation", after));
    if (after.error !== null && after.error !== undefined) throw asError(after.error);
    const hasResult = after.result !== undefined && after.result !== null;
    return { ...(await model.getResponse(context, after.result)), hasResult };
  }

  /** @azure/functions reads the state to tell a log call that comes too late. */
  async #inState<T>(state: string, work: () => Promise<T>): Promise<T> {
    this.coreContext.state = state;
    try {
      return await work();
    } finally {
      this.coreContext.state = undefined;
    }
  }
}

function inputData(fn: AppFunction, call: Call, options: InvokeOptions): { name: string; data: InputData }[] {
  const extras = Object.entries(fn.metadata.bindings).filter(
    ([name, { direction }]) => direction === "in" && name !== fn.trigger.name,
  );
  return [
    { name: fn.trigger.name, data: call.input },
    ...extras.map(([name]) => ({ name, data: options.clientBinding() })),
  ];
}

/**
 * Gives up waiting after `limit` milliseconds. What runs cannot be stopped in JavaScript; `late` gets a sentence about
 * how it ended, and nothing of it is used any more.
 */
async function within<T>(
  limit: number | null,
  name: string,
  running: Promise<T>,
  late: (sentence: string) => void,
): Promise<T> {
  if (limit === null) return running;
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const text = `Timeout value of ${limit / 1000} s (functionTimeout in host.json) was exceeded by function: ${name}`;
    expired.reject(new Error(text));
    running.then(
      () => late("Returned too late, which is ignored,"),
      (thrown) => late(`Failed too late (${asError(thrown).message})`),
    );
  }, limit);
  try {
    return await Promise.race([running, expired.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const since = (startedAt: number): string => (performance.now() - startedAt).toFixed(0);
