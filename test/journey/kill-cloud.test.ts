import { describe, expect, test } from "vitest";
import { answerIsTaken, armIsAt, messageIsFollowed, peopleAreAsked } from "./kit/moments.ts";
import { TIMEOUT_MS } from "./kit/patience.ts";
import { ANSWERED, ASKED, BY_RULE, settlesOnce } from "./kit/trails.ts";
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
    const connectionId = await arm.hides("pe-trusted-sent");
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
    await armIsAt(stack, { method, pathPattern, ms: HANG_MS }, () => consumer.requests(name));

    await stack.kill("cloud");

    await settlesOnce(stack, name, BY_RULE);
  });

  test("when ARM has taken the answer, and the reply is lost", async () => {
    const name = "pe-trusted-taken";
    await answerIsTaken(stack, name);

    await stack.kill("cloud");

    await settlesOnce(stack, name, BY_RULE);
  });

  test("while a message is followed", async () => {
    await messageIsFollowed(stack, "pe-trusted-followed", HANG_MS);

    await stack.kill("cloud");

    await settlesOnce(stack, "pe-trusted-followed", BY_RULE);
    expect(await queue.deadLettered()).toEqual([]);
  });

  test("while people are asked: who answers meanwhile is heard", async () => {
    await peopleAreAsked(stack, "pe-asked");
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
