import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import * as z from "zod";
import type { Stack } from "../stack.ts";
import { CLUSTER, clusterIdOf, endpointIdOf } from "./arm.ts";
import { eventually, MINUTES } from "./patience.ts";
import { strangersToken } from "./tokens.ts";

/** Somebody else's subscription. */
export const NEIGHBOUR = "6b1c2d3e-4f50-4a61-8b72-9c8d7e6f5a40";
/** ARM lets each caller write 200 times at once. */
const WRITES_PER_CALLER = 200;
/** How many calls of one caller are under way at once. */
const SIDE_BY_SIDE = 2;

/** Creates or changes a private endpoint, as its consumer. */
export async function putEndpoint(stack: Stack, token: string, id: string, message: string): Promise<void> {
  const { arm } = stack.endpoints();
  const network = `${id.split("/Microsoft.Network/")[0]}/Microsoft.Network/virtualNetworks/vnet`;
  const link = {
    privateLinkServiceId: clusterIdOf(CLUSTER),
    groupIds: ["management"],
    requestMessage: message,
  };
  const response = await fetch(`${arm}${id}?api-version=2025-05-01`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({
      location: "westeurope",
      properties: {
        subnet: { id: `${network}/subnets/default` },
        manualPrivateLinkServiceConnections: [{ name: "link", properties: link }],
      },
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`ARM answered ${response.status}: ${text}`);
}

/** Creates so many private endpoints of one subscription as fast as ARM takes them. @returns how long that took, in ms */
export async function flood(stack: Stack, count: number): Promise<number> {
  const names = Array.from({ length: count }, (_, index) => `pe-trusted-flood-${index}`);
  const callers = await Promise.all(
    Array.from({ length: Math.ceil(count / WRITES_PER_CALLER) }, () => strangersToken(stack, randomUUID())),
  );
  const begun = performance.now();
  const create = async (token: string, mine: string[]): Promise<void> => {
    for (let name = mine.shift(); name !== undefined; name = mine.shift())
      await putEndpoint(stack, token, endpointIdOf(name), "Many of us");
  };
  await Promise.all(
    callers.flatMap((token, index) => {
      const mine = names.slice(index * WRITES_PER_CALLER, (index + 1) * WRITES_PER_CALLER);
      return Array.from({ length: SIDE_BY_SIDE }, () => create(token, mine));
    }),
  );
  return performance.now() - begun;
}

/** Changes the message of one endpoint again and again, until told to stop. @returns what stops it */
export async function keepsChanging(
  stack: Stack,
  name: string,
  perSecond: number,
): Promise<() => Promise<number>> {
  const token = await strangersToken(stack, randomUUID());
  let count = 0;
  const puts: Promise<void>[] = [];
  const timer = setInterval(() => {
    count += 1;
    puts.push(putEndpoint(stack, token, endpointIdOf(name), `Change ${count}`));
  }, 1_000 / perSecond);
  return async () => {
    clearInterval(timer);
    await Promise.all(puts);
    return count;
  };
}

const Endpoint = z.object({
  properties: z.object({
    manualPrivateLinkServiceConnections: z.tuple([
      z.object({
        properties: z.object({ privateLinkServiceConnectionState: z.object({ status: z.string() }) }),
      }),
    ]),
  }),
});

async function statusOf(stack: Stack, token: string, id: string): Promise<string> {
  const response = await fetch(`${stack.endpoints().arm}${id}?api-version=2025-05-01`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { properties } = Endpoint.parse(await response.json());
  const [link] = properties.manualPrivateLinkServiceConnections;
  return link.properties.privateLinkServiceConnectionState.status;
}

/** A neighbour asks to connect. @returns how long it took until ARM showed the answer, in ms */
export async function neighbourIsAnswered(stack: Stack, name: string): Promise<number> {
  const token = await strangersToken(stack, randomUUID());
  const begun = performance.now();
  const id = endpointIdOf(name, NEIGHBOUR);
  await putEndpoint(stack, token, id, "Only me");
  // The consumer's own side: what ARM knows of everybody else would be thousands of connections.
  await eventually(async () => expect(await statusOf(stack, token, id)).toBe("Approved"), MINUTES);
  return performance.now() - begun;
}
