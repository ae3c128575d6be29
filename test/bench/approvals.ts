import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ServiceBusClient, type ServiceBusSender } from "@azure/service-bus";
import { personToken } from "../../infra/local/world/tokens.ts";
import { ConnectionId, PrivateEndpointId } from "../../shared/connection/arm-id.ts";
import { requestIdOf } from "../../shared/connection/connection.ts";
import { ArmWrites, control } from "./arm-log.ts";
import { type Figures, figuresOf } from "./figures.ts";
import type { BenchStack } from "./stack.ts";

const CONSUMER = "3e9e0d50-1ff8-4789-acc6-7d571bd52f17";

/** How many requests, how many of them at a time, and whether a person must approve each. */
export interface Load {
  readonly requests: number;
  readonly atATime: number;
  readonly person: string | null;
}

interface Connection {
  readonly name: string;
  readonly connectionId: string;
  readonly requestId: string;
}

/** Sends `load` through the queue and measures each from its send to the moment at which ARM took Approved. */
export async function measureApprovals(stack: BenchStack, load: Load): Promise<Figures> {
  const connections = await Promise.all(Array.from({ length: load.requests }, () => pending(stack, load)));
  const client = new ServiceBusClient(stack.endpoints.serviceBus);
  const sender = client.createSender(stack.endpoints.queue);
  const writes = new ArmWrites(stack.endpoints);
  const following = writes.follow();
  const review = load.person === null ? null : await reviewer(stack, load.person);
  const latenciesMs: number[] = [];

  const waiting = [...connections];
  const startedAt = performance.now();
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      latenciesMs.push(await approve(next, sender, writes, review));
    }
  };
  await Promise.all(Array.from({ length: load.atATime }, worker));
  const seconds = (performance.now() - startedAt) / 1_000;

  writes.stop();
  await following;
  await client.close();
  return figuresOf(latenciesMs, seconds);
}

/** A Pending connection that appears behind ARM's back, as the real ones do: no event tells of it. */
async function pending({ endpoints, clusterId }: BenchStack, { person }: Load): Promise<Connection> {
  const endpoint = `pe-${person === null ? "policy" : "people"}-${randomUUID()}`;
  const name = `${endpoint}.${randomUUID()}`;
  const privateEndpointId = `/subscriptions/${CONSUMER}/resourceGroups/rg-bench/providers/Microsoft.Network/privateEndpoints/${endpoint}`;
  const change = { kind: "set", clusterId, name, status: "Pending", description: "", privateEndpointId };
  await control(endpoints, "POST", "/_control/connections", change);
  const connectionId = ConnectionId.parse(`${clusterId}/privateEndpointConnections/${name}`);
  return {
    name,
    connectionId,
    requestId: requestIdOf(connectionId, PrivateEndpointId.parse(privateEndpointId)),
  };
}

async function approve(
  { name, connectionId, requestId }: Connection,
  sender: ServiceBusSender,
  writes: ArmWrites,
  review: ((requestId: string) => Promise<void>) | null,
): Promise<number> {
  const answered = writes.answered(name);
  const sentAt = Date.now();
  await sender.sendMessages({ body: { connectionId }, messageId: randomUUID() });
  await review?.(requestId);
  return (await answered) - sentAt;
}

/** Number of the record that asks, after the connection was received and assessed. */
const ASKED = 3;

/** A person who approves as soon as they are asked. */
async function reviewer(
  { endpoints }: BenchStack,
  person: string,
): Promise<(requestId: string) => Promise<void>> {
  const token = await personToken(endpoints, person, endpoints.audience);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return async (requestId) => {
    for (;;) {
      const response = await fetch(`${endpoints.app}/api/requests/${requestId}/reviews`, {
        method: "POST",
        headers,
        body: JSON.stringify({ review: "approve", reason: "bench", asked: ASKED }),
      });
      await response.arrayBuffer();
      if (response.ok) return;
      // 404 until the hint has been followed, 409 until people are asked.
      if (response.status !== 404 && response.status !== 409)
        throw new Error(`A review was refused: ${response.status}`);
      await sleep(5);
    }
  };
}
