import { expect, test } from "vitest";
import { eventually } from "./kit/patience.ts";
import { aStack } from "./stack.ts";

const stack = aStack({ WRITES: "off" });
const { consumer, arm, api } = stack;

test("with WRITES=off what a rule approves is decided and not written, and everybody can read why", async () => {
  await consumer.requests("pe-trusted-1");

  await eventually(async () =>
    expect(await api.request("pe-trusted-1")).toMatchObject({ state: "applying", delay: { code: "HELD" } }),
  );

  expect((await api.as("cy").get("/api/policy")).body).toMatchObject({ writes: "off" });
  expect(await arm.writes("pe-trusted-1")).toEqual([]);
  expect(stack.output()).toContain("WRITES is off: nothing is written to ARM.");
});
