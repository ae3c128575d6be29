import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { ASKED, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const LATE_MS = 15_000;

const stack = aStack();
const { consumer, arm, api } = stack;

test("whoever made the endpoint does not approve it before Azure's records say who that was", {
  timeout: 2 * TIMEOUT_MS,
}, async () => {
  await arm.recordsLate(LATE_MS);
  await arm.isCreatedBy("ana", "pe-own-1");
  await consumer.requests("pe-own-1");
  await trailBecomes(stack, "pe-own-1", ASKED);
  await sleep(LATE_MS + 3_000);

  const own = await api.reviews("ana", "pe-own-1", "approve");
  expect((await api.request("pe-own-1")).state).toBe("waiting");
  const other = await api.reviews("di", "pe-own-1", "approve");

  // Azure may be known to know by now, or not yet: the maker's word counts for nothing either way.
  expect([200, 403]).toContain(own.status);
  expect(other).toMatchObject({ status: 200, body: { state: "applying" } });
  await eventually(async () =>
    expect(await arm.connection("pe-own-1")).toMatchObject({ status: "Approved" }),
  );
  expect((await arm.connection("pe-own-1")).description).toMatch(/^Approved by "Di Approver/);
});
