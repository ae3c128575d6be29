import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod";
import { hasControlKey } from "../kit/control.ts";
import { transaction } from "../kit/database.ts";
import { NeverAtRest } from "../kit/virtual-clock.ts";
import type { Answer, World } from "./call.ts";
import { nameCreator } from "./changes.ts";
import { claimsOf } from "./creators.ts";
import { Description, describe } from "./described.ts";
import { ArmError, errorBody } from "./errors.ts";
import type { Front } from "./front.ts";
import type { Incoming } from "./http.ts";
import { clusterId, isUuid, parseClusterId } from "./ids.ts";
import { Connection, ConnectionStatus, ProvisioningState, parseBody } from "./schemas.ts";
import { connectionId, type Store } from "./store.ts";
import { ordinarySubscription, subscriptionPath } from "./subscriptions.ts";
import { Trouble } from "./troubles.ts";

/** What happens to a connection behind ARM's back; no event tells of it. */
const ConnectionChange = z.discriminatedUnion("kind", [
  /** Changes what is given. Creates the connection when there is none; then `status` and `privateEndpointId` are needed. */
  z.strictObject({
    kind: z.literal("set"),
    clusterId: z.string(),
    name: z.string().min(1),
    status: ConnectionStatus.optional(),
    description: z.string().optional(),
    provisioningState: ProvisioningState.optional(),
    privateEndpointId: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal("remove"), clusterId: z.string(), name: z.string().min(1) }),
]);

/** Says what is not so ordinary about a subscription, and makes it exist. What is not given stays as it is. */
const SubscriptionDescription = z.strictObject({
  id: z.string().refine(isUuid, "must be a GUID"),
  displayName: z.string().exactOptional(),
  tags: z.record(z.string(), z.string()).exactOptional(),
  tenantId: z.string().refine(isUuid, "must be a GUID").exactOptional(),
  /** Those between the subscription and the root, nearest first. */
  managementGroups: z.array(z.string().min(1)).exactOptional(),
});

/** Says who creates a private endpoint, whoever sends the PUT, before or after it is there; and when, if not now. */
const CreatorName = z.strictObject({
  endpointId: z.string().regex(/^\/subscriptions\//i),
  /** As Resource Graph names the creator. */
  by: z.string(),
  /** Of the person in the tenant of the callers; without it nobody knows whose name it is. */
  objectId: z.string().exactOptional(),
  /** What the Activity Log gives instead of the claims that such a creator has. */
  claims: z.json().exactOptional(),
  at: z.iso.datetime().exactOptional(),
});

/** How far the time here is to be ahead of the machine's. */
const Ahead = z.strictObject({ aheadMs: z.int().min(0) });

/** How late Resource Graph shows changes, or the Activity Log events, until the stand-in is started anew. */
const Lag = z.strictObject({ ms: z.int().min(0) });

type Command = (front: Front, incoming: Incoming) => Answer | Promise<Answer>;

const COMMANDS: Readonly<Record<string, Command>> = {
  "POST /_control/troubles": (front, incoming) => {
    front.troubles.add(parseBody(Trouble, incoming.body ?? ""));
    return { status: 204 };
  },
  "GET /_control/troubles": (front) => ({ status: 200, body: { value: front.troubles.all() } }),
  "DELETE /_control/troubles": (front) => {
    front.troubles.clear();
    return { status: 204 };
  },
  "GET /_control/requests": (front, incoming) => ({
    status: 200,
    body: { value: front.requests.after(Number(incoming.query.get("after") ?? 0)) },
  }),
  "DELETE /_control/requests": (front) => {
    front.requests.clear();
    return { status: 204 };
  },
  "POST /_control/connections": (front, incoming) => {
    const change = parseBody(ConnectionChange, incoming.body ?? "");
    transaction(front.database, () => changeConnection(front.world.store, change));
    return { status: 204 };
  },
  "POST /_control/subscriptions": (front, incoming) => {
    const description = parseBody(SubscriptionDescription, incoming.body ?? "");
    transaction(front.database, () => describeSubscription(front.world, description));
    return { status: 204 };
  },
  "POST /_control/described": (front, incoming) => {
    const description = parseBody(Description, incoming.body ?? "");
    transaction(front.database, () => describe(front.world.store, description));
    return { status: 204 };
  },
  "POST /_control/creators": ({ world }, incoming) => {
    const { endpointId, at, ...creator } = parseBody(CreatorName, incoming.body ?? "");
    const claims = creator.claims === undefined ? claimsOf(creator, world.tenantId) : creator.claims;
    nameCreator(world.store, endpointId, { by: creator.by, claims, at });
    return { status: 204 };
  },
  "POST /_control/changes-lag": ({ world }, incoming) => {
    world.changesLagMs = parseBody(Lag, incoming.body ?? "").ms;
    return { status: 204 };
  },
  "POST /_control/log-lag": ({ world }, incoming) => {
    world.logLagMs = parseBody(Lag, incoming.body ?? "").ms;
    return { status: 204 };
  },
  "POST /_control/clock": async ({ clock }, incoming) => {
    const { aheadMs } = parseBody(Ahead, incoming.body ?? "");
    if (clock === undefined) {
      const message = "The time here is the machine's. Start it with --virtual-clock to change it.";
      throw new ArmError("OperationNotAllowed", message);
    }
    await clock.follow(aheadMs);
    return { status: 204 };
  },
  "GET /_control/state": (front) => ({ status: 200, body: stateOf(front) }),
};

/** Answers a control request. Without the key every path is 403, so that the app cannot mistake it for ARM. */
export async function control(
  front: Front,
  controlKey: string,
  incoming: Incoming,
  headers: IncomingHttpHeaders,
): Promise<Answer> {
  if (!hasControlKey(headers, controlKey))
    return { status: 403, body: errorBody("Forbidden", "x-control-key is wrong.") };
  const command = COMMANDS[`${incoming.method} ${incoming.path}`];
  if (!command)
    return { status: 404, body: errorBody("NotFound", `Commands: ${Object.keys(COMMANDS).join(", ")}.`) };
  try {
    return await command(front, incoming);
  } catch (error) {
    if (error instanceof ArmError)
      return { status: error.status, body: errorBody(error.code, error.message) };
    if (error instanceof NeverAtRest)
      return { status: 504, body: errorBody("GatewayTimeout", error.message) };
    throw error;
  }
}

function changeConnection({ clusters, connections }: Store, change: z.infer<typeof ConnectionChange>): void {
  const address = parseClusterId(change.clusterId);
  const cluster = address && clusters.get(clusterId(address));
  if (!cluster) throw new ArmError("ResourceNotFound", `No managed cluster '${change.clusterId}'.`);
  const id = connectionId(cluster.id, change.name);
  switch (change.kind) {
    case "remove":
      if (!connections.delete(id)) throw new ArmError("ResourceNotFound", `No connection '${change.name}'.`);
      return;
    case "set": {
      const { kind: _kind, ...given } = change;
      const before = connections.get(id) ?? { provisioningState: "Succeeded" };
      connections.put(
        id,
        parseBody(Connection, JSON.stringify({ ...before, ...given, clusterId: cluster.id })),
      );
    }
  }
}

function describeSubscription(
  { store, tenantId }: World,
  { id, ...given }: z.infer<typeof SubscriptionDescription>,
): void {
  const before = store.subscriptions.get(subscriptionPath(id)) ?? ordinarySubscription(id, tenantId);
  store.subscriptions.put(subscriptionPath(id), { ...before, ...given });
}

function stateOf({ world: { store }, troubles, outbox }: Front): unknown {
  const all = (resources: Store[keyof Store]) =>
    resources.below("/subscriptions").map(({ document }) => document);
  return {
    changes: all(store.changes),
    clusters: all(store.clusters),
    connections: all(store.connections),
    described: all(store.described),
    endpoints: all(store.endpoints),
    subscriptions: all(store.subscriptions),
    operations: all(store.operations),
    troubles: troubles.all(),
    eventsWaiting: outbox.waiting(),
  };
}
