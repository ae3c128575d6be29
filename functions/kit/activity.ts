import type { FunctionOutput, InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { reasonOf } from "../../shared/text.ts";
import type { Activity } from "../../shared/workflow/activities.ts";
import type { ActivityNeeds } from "../../shared/workflow/needs.ts";

/** Registers an activity. It has the durable client, since what it records may have to be told to people. */
export function perform(
  { name, execute }: Pick<Activity<unknown, unknown>, "name" | "execute">,
  needsOf: (context: InvocationContext) => ActivityNeeds,
  extraOutputs: FunctionOutput[] = [],
): void {
  df.app.activity(name, {
    extraInputs: [df.input.durableClient()],
    extraOutputs,
    handler: async (raw: unknown, context: InvocationContext) => execute(needsOf(context), raw),
  });
}

/**
 * What is thrown rather than returned is a fault of ours or of the store: a few tries, then the orchestration fails, and
 * a timer starts it anew: the sweep, or the one for notices. `retryTimeoutInMilliseconds` stays unset: when it elapses, durable-functions 3.5 waits
 * for ever (azure-functions-durable-js#629).
 */
const RETRY = new df.RetryOptions(2_000, 5);
RETRY.backoffCoefficient = 3;
RETRY.maxRetryIntervalInMilliseconds = 60_000;

/** Calls an activity from an orchestrator: `const x = yield* call(context, ACTIVITIES.assess, input)` is typed end to end. */
export function* call<I extends object, O>(
  context: df.OrchestrationContext,
  activity: Pick<Activity<I, O>, "name" | "output">,
  input: I,
): Generator<df.Task, O, unknown> {
  return activity.output.parse(yield context.df.callActivityWithRetry(activity.name, RETRY, input));
}

/**
 * Calls an activity whose failure the outbox knows how to deal with: once.
 * @returns why it failed; null when it did not
 */
export function* callOnce<I extends object>(
  context: df.OrchestrationContext,
  activity: Pick<Activity<I, unknown>, "name">,
  input: I,
): Generator<df.Task, string | null, unknown> {
  try {
    yield context.df.callActivity(activity.name, input);
    return null;
  } catch (error) {
    return reasonOf(error, MAX_REASON);
  }
}

/** Characters of what the host says. */
const MAX_REASON = 300;
