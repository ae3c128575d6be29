import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import type { Activity } from "../../shared/workflow/contract.ts";

/** Registers the doing of an activity. Both ends are parsed: Durable history is a border like any other. */
export function perform<I, O>(
  activity: Activity<I, O>,
  work: (input: I, context: InvocationContext) => Promise<O>,
): void {
  df.app.activity(activity.name, {
    handler: async (raw: unknown, context: InvocationContext) =>
      activity.output.parse(await work(activity.input.parse(raw), context)),
  });
}

/**
 * What is thrown rather than returned is a fault of ours or of the store: a few tries, then the orchestration fails and
 * the next sweep starts it anew. `retryTimeoutInMilliseconds` stays unset: when it elapses, durable-functions 3.5 waits
 * for ever (azure-functions-durable-js#629).
 */
const RETRY = new df.RetryOptions(2_000, 5);
RETRY.backoffCoefficient = 3;
RETRY.maxRetryIntervalInMilliseconds = 60_000;

/** Calls an activity from an orchestrator: `const x = yield* call(context, assess, input)` is typed end to end. */
export function* call<I extends object, O>(
  context: df.OrchestrationContext,
  activity: Activity<I, O>,
  input: I,
): Generator<df.Task, O, unknown> {
  return activity.output.parse(yield context.df.callActivityWithRetry(activity.name, RETRY, input));
}
