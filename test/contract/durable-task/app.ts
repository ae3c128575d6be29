import Module from "node:module";
import type {
  DurableFunctions,
  InvocationResult,
  TypedData,
} from "../../../infra/local/durable-task/contract.ts";

interface Binding {
  type: string;
}
interface Metadata {
  name: string;
  bindings: Record<string, Binding>;
}
type Callback = (...args: unknown[]) => unknown;
interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: TypedData }>;
}
interface ProgrammingModel {
  getInvocationModel(context: object): InvocationModel;
}

const registered = new Map<string, { metadata: Metadata; callback: Callback }>();
let model: ProgrammingModel | undefined;

/** What @azure/functions asks of the worker it runs in; a second registration of a name replaces the first. */
const core = {
  version: "3.13.0",
  hostVersion: "4.1050.0",
  setProgrammingModel: (loaded: ProgrammingModel) => {
    model = loaded;
  },
  registerFunction: (metadata: Metadata, callback: Callback) => {
    registered.set(metadata.name.toLowerCase(), { metadata, callback });
    return { dispose: () => registered.delete(metadata.name.toLowerCase()) };
  },
  registerHook: () => ({ dispose: () => undefined }),
  log: () => undefined,
};

const { require } = Module.prototype;
Module.prototype.require = Object.assign(function (this: NodeJS.Module, id: string): unknown {
  return id === "@azure/functions-core" ? core : Reflect.apply(require, this, [id]);
}, require);

// Only now: both packages look for the core when they are loaded.
export const df = await import("durable-functions");

async function invoke(name: string, input: TypedData, instanceId: string): Promise<InvocationResult> {
  const found = registered.get(name.toLowerCase());
  if (found === undefined || model === undefined) throw new Error(`No function "${name}" is registered.`);
  const { metadata, callback } = found;
  const binding = Object.keys(metadata.bindings).find((key) =>
    /trigger$/i.test(metadata.bindings[key]?.type ?? ""),
  );
  const request = {
    inputData: [{ name: binding, data: input }],
    triggerMetadata: { instanceId: { string: instanceId } },
  };
  const coreContext = { invocationId: "1", request, metadata, state: undefined, log: () => undefined };
  try {
    const invocation = model.getInvocationModel(coreContext);
    const { context, inputs } = await invocation.getArguments();
    const result = await invocation.invokeFunction(context, inputs, callback);
    return { ok: true, returnValue: (await invocation.getResponse(context, result)).returnValue };
  } catch (error) {
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    return { ok: false, error: { message, stack } };
  }
}

const TRIGGER = { orchestration: "orchestrationTrigger", activity: "activityTrigger" } as const;

const isOf = (kind: keyof typeof TRIGGER, metadata: Metadata | undefined): boolean =>
  Object.values(metadata?.bindings ?? {}).some(({ type }) => type === TRIGGER[kind]);

/** The functions that tests have registered with the real SDK, run by the real invocation model. */
export const realFunctions: DurableFunctions = {
  has: (kind, name) => isOf(kind, registered.get(name.toLowerCase())?.metadata),
  names: (kind) =>
    [...registered.values()]
      .filter(({ metadata }) => isOf(kind, metadata))
      .map(({ metadata }) => metadata.name),
  orchestrate: (name, trigger) => invoke(name, { string: trigger }, ""),
  runActivity: (name, instanceId, input) => invoke(name, input, instanceId),
};
