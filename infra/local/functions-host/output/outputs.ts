import type { TypedData } from "../../durable-task/contract.ts";
import type { AppFunction, InvocationResponse } from "../app.ts";
import { asError } from "../errors.ts";
import { topicTarget } from "./event-grid.ts";
import type { OutputBinding, Target } from "./target.ts";

/** What functions put out besides answering their caller. */
export interface Outputs {
  /**
   * Sends the outputs of one invocation, one binding after the other. What was not set is not sent. Rejects with an
   * Error that names the binding; the invocation has failed then, though outputs before that one are out.
   */
  deliver(fn: AppFunction, response: InvocationResponse): Promise<void>;
  close(): Promise<void>;
}

/** Opens every output of the app. Throws a StartError for one that cannot be served. */
export async function openOutputs(functions: readonly AppFunction[]): Promise<Outputs> {
  const bindings = functions.flatMap(outputBindings);
  const queues = await queueTargets(bindings);
  const targets = new Map(
    bindings.map(({ key, ...output }) => [
      key,
      isServiceBus(output) && queues !== undefined ? queues.open(output) : topicTarget(output),
    ]),
  );
  return {
    deliver: async (fn, response) => {
      if (targets.size === 0) return;
      for (const [name, data] of valuesOf(response)) {
        const target = targets.get(keyOf(fn.name, name));
        if (target !== undefined) await deliverTo(target, data, name);
      }
    },
    close: async () => queues?.close(),
  };
}

async function deliverTo(target: Target, data: TypedData, name: string): Promise<void> {
  try {
    await target.send(data);
  } catch (thrown) {
    const error = asError(thrown);
    throw new Error(`The output ${name} was not accepted: ${error.message}`, { cause: error });
  }
}

/** The Service Bus client takes long to load; only an app that needs it waits for it. */
async function queueTargets(bindings: readonly OutputBinding[]) {
  if (!bindings.some(isServiceBus)) return undefined;
  const { createQueueTargets } = await import("./service-bus.ts");
  return createQueueTargets();
}

const isServiceBus = ({ binding }: OutputBinding): boolean =>
  String(binding.type).toLowerCase() === "servicebus";

/** The HTTP response goes its own way. */
function outputBindings({ name: fn, metadata }: AppFunction) {
  return Object.entries(metadata.bindings)
    .filter(([, { direction, type }]) => direction === "out" && type.toLowerCase() !== "http")
    .map(([name, binding]) => ({ key: keyOf(fn, name), fn, binding }));
}

const keyOf = (fn: string, binding: string): string => `${fn} ${binding}`;

/** `$return` is the binding that takes what the function returns. */
function valuesOf({ returnValue, outputData = [] }: InvocationResponse): [string, TypedData][] {
  const values = [{ name: "$return", data: returnValue as TypedData | null | undefined }, ...outputData];
  return values.flatMap(({ name, data }) => (data === null || data === undefined ? [] : [[name, data]]));
}
