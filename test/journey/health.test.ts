import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { POLICY } from "./kit/policy.ts";
import { aStack } from "./stack.ts";

const stack = aStack();
const { api, arm, policyFile } = stack;
const LIMIT = { timeout: TIMEOUT_MS };

/** What anybody is told, once it is so: for ten seconds the app says the same. */
async function isToldToAnybody(status: string, codes: readonly string[]): Promise<void> {
  await eventually(async () =>
    expect(await api.send("/api/health")).toMatchObject({
      status: 200,
      body: { status, troubles: codes.map((code) => ({ code, since: expect.any(String) })) },
    }),
  );
}

test("an app that works is well, and says so without names", LIMIT, async () => {
  await stack.sweep();

  await isToldToAnybody("well", []);
});

test("a sweep that failed is told until one ends well", LIMIT, async () => {
  await arm.createsCluster("aks-broken");
  const pathPattern = "/managedClusters/aks-broken/privateEndpointConnections";
  const refusal = {
    kind: "status",
    status: 403,
    code: "AuthorizationFailed",
    message: "It may not.",
  } as const;
  await arm.trouble({ ...refusal, method: "GET", pathPattern, times: 1 });

  await stack.sweep();
  await isToldToAnybody("degraded", ["sweepFailed"]);

  await stack.sweep();
  await isToldToAnybody("well", []);
});

test("a policy that is refused is told, and the app goes on with the last good one", LIMIT, async () => {
  writeFileSync(policyFile, `${POLICY}  - nmae: typo\n    then: approve\n`);
  await eventually(async () =>
    expect((await api.as("cy").get("/api/policy")).body).not.toMatchObject({ refused: null }),
  );

  await isToldToAnybody("degraded", ["policyRefused"]);
});
