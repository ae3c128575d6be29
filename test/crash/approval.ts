import { randomUUID } from "node:crypto";
import * as z from "zod";
import { ConnectionId, PrivateEndpointId } from "../../shared/connection/arm-id.ts";
import { type RequestId, requestIdOf } from "../../shared/connection/connection.ts";
import { CLUSTER, clusterIdOf, connectionIdOf, endpointIdOf } from "../journey/kit/arm.ts";
import { insist, until } from "./patience.ts";
import type { World } from "./world.ts";

const Asked = z.object({ state: z.string(), ask: z.object({ seq: z.int() }).nullable() });

/** How the app hears of a connection, and who answers it. */
export interface Kind {
  readonly by: "rule" | "person";
  readonly through: "queue" | "events";
}

/** A private endpoint whose connection is to be approved. */
export interface Approval extends Kind {
  /** Name of the endpoint, by which the policy goes. */
  readonly name: string;
  /** Name of its connection where no event announces it; otherwise ARM makes one up. */
  readonly connection: string;
}

export function newApproval(kind: Kind): Approval {
  const name = `pe-${kind.by === "rule" ? "trusted" : "asked"}-${randomUUID()}`;
  return { ...kind, name, connection: `${name}.${randomUUID()}` };
}

/** Makes the connection, of which the app cannot hear yet. Safe to repeat. */
export async function prepare(world: World, { through, name, connection }: Approval): Promise<void> {
  if (through === "events") return;
  const privateEndpointId = endpointIdOf(name);
  const pending = { clusterId: clusterIdOf(CLUSTER), name: connection, status: "Pending", privateEndpointId };
  await insist(() => world.arms("POST", "connections", { kind: "set", description: "", ...pending }));
}

/** Tells the app of it, until the service in between has accepted to do so. */
export async function announce(world: World, approval: Approval): Promise<void> {
  const { through, name } = approval;
  if (through === "events") return insist(() => world.consumer.requests(name));
  const connectionId = connectionIdOf({ clusterId: clusterIdOf(CLUSTER), name: approval.connection });
  await insist(() => world.sends({ body: { connectionId }, messageId: name }));
}

/** What is sent when the request does not wait any more. */
const LONG_AGO = 1;

/** A person reviews as soon as they are asked, and again until they are answered; a rule needs nobody. */
export async function answer(world: World, approval: Approval): Promise<void> {
  if (approval.by === "rule") return;
  const path = `/api/requests/${await requestOf(world, approval)}`;
  const askedNow = async (): Promise<number | null> => {
    const { status, body } = await world.api.as("ana").get(path);
    if (status !== 200) return null;
    const { state, ask } = Asked.parse(body);
    return state === "waiting" && ask !== null ? ask.seq : null;
  };
  const isAsked = async () => (await askedNow()) !== null;
  await until(`people are asked about ${approval.name}`, isAsked);
  await insist(async () => {
    const asked = (await askedNow()) ?? LONG_AGO;
    const { status } = await world.api.as("ana").post(`${path}/reviews`, { review: "approve", asked });
    // Refused, and nobody is asked any more: the first word was heard, its answer was lost. 503: the app is starting.
    const isHeard = status === 200 || (status === 409 && !(await isAsked()));
    if (!isHeard) throw new Error(`A review of ${approval.name} was answered ${status}`);
  });
}

/** The app's request about it. */
export async function requestOf({ arm }: World, { through, name, connection }: Approval): Promise<RequestId> {
  const { clusterId, name: full } =
    through === "queue"
      ? { clusterId: clusterIdOf(CLUSTER), name: connection }
      : await insist(() => arm.connection(name));
  const connectionId = ConnectionId.parse(connectionIdOf({ clusterId, name: full }));
  return requestIdOf(connectionId, PrivateEndpointId.parse(endpointIdOf(name)));
}
