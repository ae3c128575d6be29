import { describe, expect, test } from "vitest";
import { CLUSTER, clusterIdOf, connectionIdOf, endpointIdOf } from "./kit/arm.ts";
import {
  CONNECTION_WRITE,
  cloudEvent,
  ENDPOINT_DELETE,
  ENDPOINT_WRITE,
  gridEvent,
  push,
} from "./kit/events.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { ANSWERED, ASKED, BY_RULE, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const ELSEWHERE = "0f9d7c1e-5b3a-4c2d-8e6f-7a1b2c3d4e5f";

const stack = aStack();
const { consumer, arm, api, queue } = stack;

/** A connection that no event has told of, by its ARM id. */
async function hidden(name: string, wish: Parameters<typeof arm.hides>[1] = {}): Promise<string> {
  await arm.hides(name, wish);
  return connectionIdOf(await arm.connection(name));
}

/** Every message so far is dealt with. */
const queueIsEmpty = () => eventually(async () => expect(await queue.waiting()).toBe(0));

describe("the same news again and again", { timeout: TIMEOUT_MS }, () => {
  test("a hundred times as event, a hundred times as message, and by a sweep: one request, one write", async () => {
    const resource = await hidden("pe-trusted-storm");
    const event = gridEvent({ operation: CONNECTION_WRITE, resource });
    const hundred = Array.from({ length: 100 });

    const [, , ...answers] = await Promise.all([
      stack.sweep(),
      queue.send(...hundred.map((_, index) => ({ body: event, messageId: `storm-${index}` }))),
      ...hundred.map(() => push(stack.endpoints(), [event])),
    ]);
    await queueIsEmpty();

    expect(new Set(answers)).toEqual(new Set([202]));
    await settlesOnce(stack, "pe-trusted-storm", BY_RULE);
    expect(await arm.writes("pe-trusted-storm")).toHaveLength(1);
    expect(await queue.deadLettered()).toEqual([]);
  });

  test("after the answer: nothing is added to the trail, nothing is written", async () => {
    await consumer.requests("pe-trusted-settled");
    await settlesOnce(stack, "pe-trusted-settled", BY_RULE);
    const resource = connectionIdOf(await arm.connection("pe-trusted-settled"));

    await push(stack.endpoints(), [gridEvent({ operation: CONNECTION_WRITE, resource })]);
    await queue.send({ body: { connectionId: resource } });
    await stack.sweep();
    await queueIsEmpty();

    expect(await stack.trail("pe-trusted-settled")).toEqual(BY_RULE);
    expect(await arm.writes("pe-trusted-settled")).toHaveLength(1);
  });

  test("the deletion is told before the creation: what ARM shows counts", async () => {
    await arm.trouble({
      kind: "status",
      method: "GET",
      pathPattern: "pe-trusted-reordered",
      times: 1,
      ...REFUSED,
    });
    await consumer.requests("pe-trusted-reordered");
    await arm.hasMet("pe-trusted-reordered");
    const resource = endpointIdOf("pe-trusted-reordered");

    await push(stack.endpoints(), [gridEvent({ operation: ENDPOINT_DELETE, resource })]);
    await push(stack.endpoints(), [gridEvent({ operation: ENDPOINT_WRITE, resource })]);

    await settlesOnce(stack, "pe-trusted-reordered", BY_RULE);
  });
});

/** ARM's words to an identity without a role. */
const REFUSED = { status: 403, code: "AuthorizationFailed", message: "The client has no authorization." };

describe("every shape of a hint leads to the connection", { timeout: TIMEOUT_MS }, () => {
  const inCapitals = (id: string) => id.toUpperCase().replace("/SUBSCRIPTIONS/", "/Subscriptions/");
  const write = (resource: string) => ({ operation: CONNECTION_WRITE, resource });

  test.concurrent.each<[string, string, (id: string) => Promise<unknown>]>([
    ["an Event Grid event, in an array", "a", (id) => push(stack.endpoints(), [gridEvent(write(id))])],
    ["an Event Grid event, alone", "b", (id) => push(stack.endpoints(), gridEvent(write(id)))],
    ["a CloudEvent", "c", (id) => push(stack.endpoints(), cloudEvent(write(id)))],
    ["an Event Grid event in the queue", "d", (id) => queue.send({ body: gridEvent(write(id)) })],
    ["an array of one in the queue", "e", (id) => queue.send({ body: [gridEvent(write(id))] })],
    ["a CloudEvent in the queue", "f", (id) => queue.send({ body: cloudEvent(write(id)) })],
    ["a message with a connection's id", "g", (id) => queue.send({ body: { connectionId: id } })],
    ["a message in capitals", "h", (id) => queue.send({ body: { connectionId: inCapitals(id) } })],
    [
      "an event in capitals",
      "i",
      (id) =>
        queue.send({
          body: gridEvent({ operation: CONNECTION_WRITE.toUpperCase(), resource: inCapitals(id) }),
        }),
    ],
  ])("%s", async (_shape, letter, announce) => {
    const name = `pe-trusted-shape-${letter}`;
    const id = await hidden(name);

    await announce(id);

    await settlesOnce(stack, name, BY_RULE);
  });

  test.concurrent("a message with a cluster's id", async () => {
    await arm.createsCluster("aks-named");
    await arm.hides("pe-trusted-of-named-1", { cluster: "aks-named" });
    await arm.hides("pe-trusted-of-named-2", { cluster: "aks-named" });

    await queue.send({ body: { clusterId: clusterIdOf("AKS-Named") } });

    await settlesOnce(stack, "pe-trusted-of-named-1", BY_RULE);
    await settlesOnce(stack, "pe-trusted-of-named-2", BY_RULE);
  });
});

describe("a connection that nobody announced", { timeout: TIMEOUT_MS }, () => {
  test.concurrent("is found by the sweep", async () => {
    await arm.createsCluster("aks-silent");
    await arm.hides("pe-trusted-silent", { cluster: "aks-silent" });

    await stack.sweep();

    await settlesOnce(stack, "pe-trusted-silent", BY_RULE);
    expect(await api.request("pe-trusted-silent")).toMatchObject({ source: "sweep" });
  });

  test.concurrent("is left alone when it is answered already", async () => {
    const connectionId = await hidden("pe-trusted-answered", { status: "Approved" });

    await queue.send({ body: { connectionId } });
    await queueIsEmpty();
    await stack.sweep();

    expect(await api.knows("pe-trusted-answered")).toBe(false);
    expect(await arm.writes("pe-trusted-answered")).toEqual([]);
  });

  test.concurrent("says odd things: they are kept for people as one short line, and decide nothing", async () => {
    const message = `<img src=x onerror=alert(1)>\r\nApproved by: rule trusted\u202e${"A".repeat(10_000)}`;
    const connectionId = await hidden("pe-odd-words", { message });

    await queue.send({ body: { connectionId } });

    await trailBecomes(stack, "pe-odd-words", ASKED);
    const [received] = await api.records("pe-odd-words");
    expect(received?.sentence).toMatch(/^[^\p{Cc}\u202e]{1,400}$/u);
    expect((await api.request("pe-odd-words")).requestMessage).toHaveLength(1_024);
    await api.reviews("ana", "pe-odd-words", "approve");
    await settlesOnce(stack, "pe-odd-words", [...ASKED, ...ANSWERED]);
  });
});

describe("a hint that is none of our business leaves no trace", { timeout: TIMEOUT_MS }, () => {
  test.concurrent("a cluster outside CLUSTER_SCOPES", async () => {
    await arm.createsCluster("aks-foreign", ELSEWHERE);
    const cluster = clusterIdOf("aks-foreign", ELSEWHERE);
    await consumer.requests("pe-trusted-foreign", { cluster });
    const connectionId = connectionIdOf(await arm.connection("pe-trusted-foreign"));

    await queue.send({ body: { clusterId: cluster } }, { body: { connectionId } });

    await queueIsEmpty();
    expect(await api.knows("pe-trusted-foreign")).toBe(false);
    expect(await arm.requests("pe-trusted-foreign")).toEqual([]);
    expect(await queue.quarantined()).toEqual([]);
  });

  test.concurrent("a cluster that ARM refuses to show us", async () => {
    await arm.createsCluster("aks-forbidden");
    await arm.hides("pe-trusted-forbidden", { cluster: "aks-forbidden" });
    await arm.trouble({ kind: "status", method: "GET", pathPattern: "aks-forbidden", times: 1, ...REFUSED });

    await queue.send({ body: { clusterId: clusterIdOf("aks-forbidden") } });
    await queueIsEmpty();

    await arm.hasMet("aks-forbidden");
    expect(await api.knows("pe-trusted-forbidden")).toBe(false);
    expect(await queue.quarantined()).toEqual([]);
  });

  test.concurrent.each([
    [
      "a connection that does not exist",
      { connectionId: `${clusterIdOf(CLUSTER)}/privateEndpointConnections/none` },
    ],
    ["a cluster that does not exist", { clusterId: clusterIdOf("aks-none") }],
    [
      "an endpoint that does not exist",
      gridEvent({ operation: ENDPOINT_WRITE, resource: endpointIdOf("pe-none") }),
    ],
    [
      "another operation",
      gridEvent({ operation: "Microsoft.Compute/disks/write", resource: "/subscriptions/x" }),
    ],
  ])("%s", async (_what, body) => {
    await queue.send({ body });

    await queueIsEmpty();
    expect(await queue.quarantined()).toEqual([]);
    expect(await queue.deadLettered()).toEqual([]);
  });
});
