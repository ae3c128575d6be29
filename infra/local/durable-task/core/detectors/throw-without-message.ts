import type { Finding } from "./finding.ts";
import type { Observed } from "./observed.ts";

/** A throw that the SDK reports neither as an end nor as an error. */
export function throwWithoutMessage({ hasThrown, error }: Observed): Finding[] {
  if (!hasThrown || error !== undefined) return [];
  const message =
    "The orchestrator threw something without a message: the SDK does not report it, and the instance stays Running for " +
    "ever. Throw an Error with a message.";
  return [{ detector: "throw-without-message", message }];
}
