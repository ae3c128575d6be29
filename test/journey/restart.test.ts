import { describe, expect, test } from "vitest";
import { isAlive } from "../../infra/local/supervisor/endpoints.ts";
import { armIsAt, peopleAreAsked } from "./kit/moments.ts";
import { TIMEOUT_MS } from "./kit/patience.ts";
import { ANSWERED, ASKED, BY_RULE, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const stack = aStack();
const { consumer, arm, api, queue } = stack;

describe("stopped, and started again on the same folder", { timeout: TIMEOUT_MS }, () => {
  test("Ctrl-C: what was answered stays answered, what waits still waits and can be answered", async () => {
    await consumer.requests("pe-trusted-yesterday");
    await consumer.requests("pe-waiting");
    await settlesOnce(stack, "pe-trusted-yesterday", BY_RULE);
    await trailBecomes(stack, "pe-waiting", ASKED);
    const before = await api.request("pe-waiting");

    await stack.stop();
    await stack.start();

    expect(await stack.trail("pe-trusted-yesterday")).toEqual(BY_RULE);
    expect(await api.request("pe-waiting")).toEqual(before);
    expect(await api.reviews("ana", "pe-waiting", "approve")).toMatchObject({ status: 200 });
    await settlesOnce(stack, "pe-waiting", [...ASKED, ...ANSWERED]);
  });

  test("Ctrl-C in the middle of an answer: it is written once", async () => {
    const name = "pe-trusted-interrupted";
    const pathPattern = `/privateEndpointConnections/${name}`;
    await armIsAt(stack, { method: "PUT", pathPattern, ms: 1_000 }, () => consumer.requests(name));

    await stack.stop();
    await stack.start();

    await settlesOnce(stack, name, BY_RULE);
  });

  test("the whole stack is killed with -9: nothing stays behind, and nothing is lost", async () => {
    const connectionId = await arm.hides("pe-trusted-killed");
    await peopleAreAsked(stack, "pe-waiting-too");
    await queue.send({ body: { connectionId } });
    const { pids } = stack.endpoints();

    await stack.crash();
    await stack.start();

    expect(Object.values(pids).filter(isAlive)).toEqual([]);
    await settlesOnce(stack, "pe-trusted-killed", BY_RULE);
    await api.reviews("ana", "pe-waiting-too", "approve");
    await settlesOnce(stack, "pe-waiting-too", [...ASKED, ...ANSWERED]);
  });
});
