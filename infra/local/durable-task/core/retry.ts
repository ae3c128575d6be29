import type { Context } from "./context.ts";
import type { RetryOptions } from "./state.ts";
import { Task } from "./task.ts";
import { MAX_SHORT_TIMER_MS } from "./timer.ts";

/**
 * Calls until it succeeds or the attempts are used up. Every attempt and every delay takes an id of its own; the SDK
 * mirrors that with tasks that do nothing.
 * @see DurableTask.Core/RetryInterceptor.cs
 */
export function retry(context: Context, options: RetryOptions, call: () => Task): Task {
  const whole = new Task();
  const firstAttemptAt = context.now;

  const attempt = (number: number): void => {
    const task = call();
    task.whenSettled(() => {
      if (!task.hasFailed) whole.settle("succeeded");
      else if (number >= options.maxNumberOfAttempts) giveUp();
      else again(number);
    });
  };
  // A timer that fires now stands where older versions waited once more; histories of theirs must still replay.
  const giveUp = (): void => {
    context.createTimer(context.now, false).whenSettled(() => whole.settle("failed"));
  };
  const again = (number: number): void => {
    // With `retryTimeout` elapsed no timer is created, the SDK waits for one, and the orchestration hangs: so it does
    // in Azure (azure-functions-durable-js issue 629).
    if (context.now - firstAttemptAt >= (options.retryTimeoutInMilliseconds ?? Number.POSITIVE_INFINITY)) {
      whole.settle("failed");
      return;
    }
    const delay = context.createTimer(context.now + delayMs(options, number), false);
    delay.whenSettled(() => attempt(number + 1));
  };

  attempt(1);
  return whole;
}

/** Whole milliseconds, as the history can tell them. @param attempt counts from 1 */
function delayMs(options: RetryOptions, attempt: number): number {
  const grown = options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** (attempt - 1);
  return Math.trunc(Math.min(grown, options.maxRetryIntervalInMilliseconds ?? MAX_SHORT_TIMER_MS));
}
