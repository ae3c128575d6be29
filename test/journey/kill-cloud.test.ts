import { describe, expect, test } from "vitest";
import { connectionIdOf } from "./kit/arm.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { ANSWERED, ASKED, BY_RULE, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

/** So long that ARM is killed before it has done its work. */
const HANG_MS = 10_000;

const stack = aStack();
const { consumer, arm, api, queue } = stack;

describe("ARM, Event Grid, Service Bus and Entra are killed with -9, and nothing is lost", {
  timeout: TIMEOUT_MS,
}, () => {
  test("right after the consumer's deployment was accepted", async () => {
    await consumer.requests("pe-trusted-deployed");

    await stack.kill("cloud");

    await settlesOnce(stack, "pe-trusted-deployed", BY_RULE);
  });

  test("right after a message was accepted", async () => {
    await arm.hides("pe-trusted-sent");
    const connectionId = connectionIdOf(await arm.connection("pe-trusted-sent"));
    await queue.send({ body: { connectionId } });

    await stack.kill("cloud");

    await settlesOnce(stack, "pe-trusted-sent", BY_RULE);
  });

  test.each<["GET" | "PUT", string]>([
    ["GET", "a read"],
    ["PUT", "the write"],
  ])("while ARM is at %s, %s", async (method, what) => {
    const name = `pe-trusted-${what.replace(" ", "-")}`;
    const pathPattern = `/privateEndpointConnections/${name}`;
    await arm.trouble({ kind: "hang", method, pathPattern, ms: HANG_MS, times: 1 });
    await consumer.requests(name);
    await arm.hasMet(pathPattern);

    await stack.kill("cloud");

    await settlesOnce(stack, name, BY_RULE);
  });

  test("when ARM has taken the answer, and the reply is lost", async () => {
    const name = "pe-trusted-taken";
    const pathPattern = `/privateEndpointConnections/${name}`;
    await arm.trouble({ kind: "resetAfterCommit", method: "PUT", pathPattern, times: 1 });
    await consumer.requests(name);
    await eventually(async () => expect(await arm.connection(name)).toMatchObject({ status: "Approved" }));

    await stack.kill("cloud");

    await settlesOnce(stack, name, BY_RULE);
  });

  test("while a message is followed", async () => {
    await arm.hides("pe-trusted-followed");
    const connectionId = connectionIdOf(await arm.connection("pe-trusted-followed"));
    const pathPattern = "/privateEndpointConnections/pe-trusted-followed";
    await arm.trouble({ kind: "hang", method: "GET", pathPattern, ms: HANG_MS, times: 1 });
    await queue.send({ body: { connectionId } });
    await arm.hasMet(pathPattern);

    await stack.kill("cloud");

    await settlesOnce(stack, "pe-trusted-followed", BY_RULE);
    expect(await queue.deadLettered()).toEqual([]);
  });

  test("while people are asked: who answers meanwhile is heard", async () => {
    await consumer.requests("pe-asked");
    await trailBecomes(stack, "pe-asked", ASKED);
    await api.as("ana").get("/api/requests");

    const killed = stack.kill("cloud");
    const reply = await api.reviews("ana", "pe-asked", "approve");
    await killed;

    expect(reply.status).toBe(200);
    await settlesOnce(stack, "pe-asked", [...ASKED, ...ANSWERED]);
  });

  test("together with the app", async () => {
    await consumer.requests("pe-trusted-together");

    await Promise.all([stack.kill("cloud"), stack.kill("app")]);

    await settlesOnce(stack, "pe-trusted-together", BY_RULE);
  });
});
