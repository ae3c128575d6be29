import type { Action } from "../state.ts";
import type { Finding } from "./finding.ts";
import type { Observed } from "./observed.ts";

/** `retryTimeoutInMilliseconds`, which hangs the instance when it elapses. */
export function retryTimeout({ actions }: Observed): Finding[] {
  return actions.flatMap(namesWithTimeout).map((name) => ({
    detector: "retry-timeout",
    message:
      `The call of '${name}' sets retryTimeoutInMilliseconds: when it elapses the instance hangs for ever ` +
      "(azure-functions-durable-js issue 629). Bound retries by maxNumberOfAttempts and maxRetryIntervalInMilliseconds.",
  }));
}

function namesWithTimeout(action: Action): string[] {
  if ("compoundActions" in action) return action.compoundActions.flatMap(namesWithTimeout);
  const hasTimeout = "retryOptions" in action && action.retryOptions.retryTimeoutInMilliseconds !== undefined;
  return hasTimeout ? [action.functionName] : [];
}
