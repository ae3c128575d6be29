import * as z from "zod";
import type { AppFunction } from "./app.ts";
import { StartError } from "./errors.ts";
import type { Call, Invoke, Outcome } from "./invoke.ts";
import type { HostLog } from "./log.ts";

/** As @azure/functions hands it to the host: whole seconds. */
const Seconds = z.object({ seconds: z.number() }).transform(({ seconds }) => seconds * 1000);
const MaxRetryCount = z.int().min(-1, "must be -1, for ever, or the number of retries");
const RetryOptions = z.discriminatedUnion("strategy", [
  z.object({ strategy: z.literal("fixedDelay"), maxRetryCount: MaxRetryCount, delayInterval: Seconds }),
  z.object({
    strategy: z.literal("exponentialBackoff"),
    maxRetryCount: MaxRetryCount,
    minimumInterval: Seconds,
    maximumInterval: Seconds,
  }),
]);

export interface RetryPolicy {
  /** Retries after the first attempt; -1 means for ever. */
  readonly maxRetryCount: number;
  /** Milliseconds before a retry, which are counted from 1. */
  delayBefore(retry: number): number;
}

/**
 * The policy of `app.*({ retry })`; undefined when the function has none. Throws a StartError when it makes no sense.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retry-policies
 */
export function retryPolicy({ name, metadata }: AppFunction): RetryPolicy | undefined {
  if (metadata.retryOptions === undefined) return undefined;
  const parsed = RetryOptions.safeParse(metadata.retryOptions);
  if (!parsed.success)
    throw new StartError(`${name}: retry cannot be used:\n${z.prettifyError(parsed.error)}`);
  const options = parsed.data;
  if (options.strategy === "fixedDelay") {
    return { maxRetryCount: options.maxRetryCount, delayBefore: () => options.delayInterval };
  }
  return {
    maxRetryCount: options.maxRetryCount,
    // Azure adds some randomness, so that many instances do not come back at once. Here is one.
    delayBefore: (retry) => Math.min(options.minimumInterval * 2 ** (retry - 1), options.maximumInterval),
  };
}

/**
 * Says which policies do nothing. Of the triggers that this host serves, Azure retries timers only; the others come
 * again by rules of their own (see the page above).
 */
export function warnOfIdlePolicies(functions: readonly AppFunction[], log: HostLog): void {
  for (const { name, metadata, trigger } of functions) {
    if (metadata.retryOptions === undefined || trigger.type.toLowerCase() === "timertrigger") continue;
    log(
      "warning",
      `${name}: its retry policy does nothing, as in Azure, which has none for ${trigger.type}.`,
    );
  }
}

/**
 * Invokes until the function succeeds or its retries are used up. `wait` resolves to false when nobody wants another
 * attempt any more.
 */
export async function invokeWithRetries(
  invoke: Invoke,
  fn: AppFunction,
  call: Call,
  policy: RetryPolicy | undefined,
  wait: (milliseconds: number) => Promise<boolean>,
): Promise<Outcome> {
  let outcome = await invoke(fn, call);
  const { maxRetryCount, delayBefore } = policy ?? NO_RETRY;
  for (let retryCount = 1; !outcome.ok; retryCount++) {
    if (maxRetryCount !== -1 && retryCount > maxRetryCount) return outcome;
    if (!(await wait(delayBefore(retryCount)))) return outcome;
    const { message, stack } = outcome.error;
    const retryContext = { retryCount, maxRetryCount, exception: { message, stackTrace: stack } };
    outcome = await invoke(fn, { ...call, retryContext });
  }
  return outcome;
}

const NO_RETRY: RetryPolicy = { maxRetryCount: 0, delayBefore: () => 0 };
