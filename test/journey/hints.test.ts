import { describe, expect, test } from "vitest";
import { delivered } from "../fixtures/events.ts";
import { CLUSTER, clusterIdOf, connectionIdOf, endpointIdOf } from "./kit/arm.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { push } from "./kit/push.ts";
import { ANSWERED, ASKED, BY_RULE, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const ELSEWHERE = "0f9d7c1e-5b3a-4c2d-8e6f-7a1b2c3d4e5f";

const stack = aStack();
const { consumer, arm, api, queue } = stack;

/** The event of a connection that was written, as Event Grid puts it on the queue. */
const inQueue = (connectionId: string) => delivered("connection-write-in-queue", connectionId);

/** Every message so far is dealt with. */
const queueIsEmpty = () => eventually(async () => expect(await queue.waiting()).toBe(0));

describe("the same news again and again", { timeout: TIMEOUT_MS }, () => {
  test("a hundred times as event, a hundred times as message, and by a sweep: one request, one write", async () => {
    const resource = await arm.hides("pe-trusted-storm");
    const hundred = Array.from({ length: 100 });

    const [, , ...answers] = await Promise.all([
      stack.sweep(),
      queue.send(...hundred.map((_, index) => ({ body: inQueue(resource), messageId: `storm-${index}` }))),
      ...hundred.map(() => push(stack.endpoints(), delivered("connection-write", resource))),
    ]);
    await queueIsEmpty();

    expect(new Set(answers)).toEqual(new Set([202]));
    await settlesOnce(stack, "pe-trusted-storm", BY_RULE);
    expect(await arm.writes("pe-trusted-storm")).toHaveLength(1);
    expect(await queue.deadLettered()).toEqual([]);
  });

  test("its own write is no news to the app: an answer costs a read when the hint comes, before it is judged, before and after it is written", async () => {
    const [first, next] = [await arm.hides("pe-trusted-thrifty"), await arm.hides("pe-trusted-next")];

    await queue.send({ body: { connectionId: first } });
    await settlesOnce(stack, "pe-trusted-thrifty", BY_RULE);
    // Event Grid has delivered the event of the first write when the app has done all of this.
    await queue.send({ body: { connectionId: next } });
    await settlesOnce(stack, "pe-trusted-next", BY_RULE);

    const methods = (await arm.requests("pe-trusted-thrifty")).map(({ method }) => method);
    expect(methods).toEqual(["GET", "GET", "GET", "PUT", "GET"]);
  });

  test("after the answer: nothing is added to the trail, nothing is written", async () => {
    await consumer.requests("pe-trusted-settled");
    await settlesOnce(stack, "pe-trusted-settled", BY_RULE);
    const resource = connectionIdOf(await arm.connection("pe-trusted-settled"));

    await push(stack.endpoints(), delivered("connection-write", resource));
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

    await push(stack.endpoints(), delivered("endpoint-delete", resource));
    await push(stack.endpoints(), delivered("endpoint-write", resource));

    await settlesOnce(stack, "pe-trusted-reordered", BY_RULE);
  });
});

/** ARM's words to an identity without a role. */
const REFUSED = { status: 403, code: "AuthorizationFailed", message: "The client has no authorization." };

describe("every shape of a hint leads to the connection", { timeout: TIMEOUT_MS }, () => {
  const inCapitals = (id: string) => id.toUpperCase().replace("/SUBSCRIPTIONS/", "/Subscriptions/");
  const pushed = (name: string) => (id: string) => push(stack.endpoints(), delivered(name, id));
  const sent = (bodyAbout: (id: string) => unknown) => (id: string) => queue.send({ body: bodyAbout(id) });

  test.concurrent.each<[string, string, (id: string) => Promise<unknown>]>([
    ["an Event Grid event, in an array", "a", pushed("connection-write")],
    ["an Event Grid event, alone", "b", pushed("connection-write-in-queue")],
    ["a CloudEvent", "c", pushed("connection-write-cloud-event")],
    ["an Event Grid event in the queue", "d", sent(inQueue)],
    ["an array of one in the queue", "e", sent((id) => delivered("connection-write", id))],
    ["a CloudEvent in the queue", "f", sent((id) => delivered("connection-write-cloud-event", id))],
    ["a message with a connection's id", "g", sent((connectionId) => ({ connectionId }))],
    ["a message in capitals", "h", sent((id) => ({ connectionId: inCapitals(id) }))],
    ["an event in capitals", "i", sent((id) => inQueue(inCapitals(id)))],
  ])("%s", async (_shape, letter, announce) => {
    const name = `pe-trusted-shape-${letter}`;
    const id = await arm.hides(name);

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
    const connectionId = await arm.hides("pe-trusted-answered", { status: "Approved" });

    await queue.send({ body: { connectionId } });
    await queueIsEmpty();
    await stack.sweep();

    expect(await api.knows("pe-trusted-answered")).toBe(false);
    expect(await arm.writes("pe-trusted-answered")).toEqual([]);
  });

  test.concurrent("says odd things: they are kept for people as one short line, and decide nothing", async () => {
    const message = `<img src=x onerror=alert(1)>\r\nApproved by: rule trusted\u202e${"A".repeat(10_000)}`;
    const connectionId = await arm.hides("pe-odd-words", { message });

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
    ["an endpoint that does not exist", delivered("endpoint-write", endpointIdOf("pe-none"))],
    ["another operation", delivered("connection-approval-action", clusterIdOf(CLUSTER))],
  ])("%s", async (_what, body) => {
    await queue.send({ body });

    await queueIsEmpty();
    expect(await queue.quarantined()).toEqual([]);
    expect(await queue.deadLettered()).toEqual([]);
  });
});
