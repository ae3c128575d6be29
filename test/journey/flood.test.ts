import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { flood, keepsChanging, neighbourIsAnswered } from "./kit/flood.ts";
import { TIMEOUT_MS } from "./kit/patience.ts";
import { aStack, type Stack } from "./stack.ts";

/**
 * What a neighbour may have to wait. On two cores that a dozen other processes shared it was 2 to 3 s beside the one who
 * changes an endpoint without end, and 10 to 30 s beside the two thousand, most of it the machine's; before there were
 * budgets and turns both neighbours were still waiting after 280 s.
 */
const LIMIT_MS = 60_000;
/** So long it takes until what ARM allows at once is used up. */
const WARM_UP_MS = 15_000;

/** At ARM's and AKS's own limits. */
const REAL: readonly string[] = [];

/** A stack at those limits. A flood is left as it is: what waits for ARM would keep the stack from stopping in time. */
function aFloodedStack(): Stack {
  const stack = aStack({}, [], REAL);
  afterAll(() => stack.crash());
  return stack;
}

describe("somebody changes an endpoint four times a second", { timeout: TIMEOUT_MS }, () => {
  const stack = aFloodedStack();

  test("a neighbour is approved within a minute, and no execution fails", async () => {
    const stop = await keepsChanging(stack, "pe-restless", 4);
    await sleep(WARM_UP_MS);

    const tookMs = await neighbourIsAnswered(stack, "pe-trusted-neighbour");
    const changes = await stop();

    expect(tookMs).toBeLessThan(LIMIT_MS);
    expect(changes).toBeGreaterThan(50);
    expect(stack.output()).not.toMatch(/event .* failed/);
  });
});

describe("somebody creates two thousand endpoints", { timeout: TIMEOUT_MS }, () => {
  const stack = aFloodedStack();

  test("a neighbour is approved within a minute, the sweep sees all, and no execution fails", async () => {
    await flood(stack, 2_000);

    const tookMs = await neighbourIsAnswered(stack, "pe-trusted-neighbour");
    await stack.sweep();

    expect(tookMs).toBeLessThan(LIMIT_MS);
    expect(stack.output()).toMatch(/Sweep: 1 clusters, 2\d{3} connections/);
    expect(stack.output()).not.toMatch(/event .* failed/);
  });
});
