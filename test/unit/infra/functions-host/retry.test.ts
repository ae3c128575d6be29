import { describe, expect, test } from "vitest";
import { retryPolicy } from "../../../../infra/local/functions-host/retry.ts";

describe("a retry policy", () => {
  const policyOf = (retryOptions: object) =>
    retryPolicy({ name: "t", metadata: { name: "t", bindings: {}, retryOptions } } as never);
  const seconds = (value: number) => ({ seconds: value });

  test("of a fixed delay always waits the same time", () => {
    const policy = policyOf({ strategy: "fixedDelay", maxRetryCount: 3, delayInterval: seconds(10) });

    expect([1, 2, 3].map((retry) => policy?.delayBefore(retry))).toEqual([10_000, 10_000, 10_000]);
  });

  test("of exponential backoff waits twice as long each time, within its limits", () => {
    const policy = policyOf({
      strategy: "exponentialBackoff",
      maxRetryCount: -1,
      minimumInterval: seconds(5),
      maximumInterval: seconds(30),
    });

    expect([1, 2, 3, 4, 5].map((retry) => policy?.delayBefore(retry))).toEqual([
      5_000, 10_000, 20_000, 30_000, 30_000,
    ]);
  });
});
