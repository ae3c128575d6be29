import type { PrivateEndpointConnection as ArmConnection } from "@azure/arm-containerservice";
import { get, update } from "@azure/arm-containerservice/api/privateEndpointConnections";
import * as z from "zod";
import {
  type ClusterId,
  type ConnectionId,
  clusterOf,
  connectionIdOf,
  connectionName,
  PrivateEndpointId,
} from "../connection/arm-id.ts";
import { type Answer, ConnectionStatus, type PrivateEndpointConnection } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import type { ArmConnections } from "../connection/port.ts";
import { cut } from "../text.ts";
import { API_VERSION, type ArmClient } from "./arm-client.ts";
import { listingOf, quoted } from "./listing.ts";
import { getRest } from "./rest.ts";
import { Spellings } from "./spellings.ts";

/** Longer descriptions are cut. ARM allows consumers 140 characters. */
const MAX_DESCRIPTION_CHARACTERS = 1_024;

/** One of the four in whatever letters; another word as it is. */
const Status = z
  .string()
  .transform(
    (text) => ConnectionStatus.options.find((known) => known.toLowerCase() === text.toLowerCase()) ?? text,
  );

/** What we read of ARM's answer. `id` and `type` are not among it: the documented sample misspells both. */
const Received = z.object({
  name: z.string().min(1),
  privateEndpoint: z.object({ id: z.string().optional() }).nullish(),
  privateLinkServiceConnectionState: z.object({
    status: Status,
    description: z.string().nullish(),
  }),
});

/** Plain REST, since the SDK's own list fails as a whole where it stumbles over one of its items. */
const ReceivedList = z.object({ value: z.array(z.unknown()) });
const ReceivedItem = z.object({
  name: z.unknown(),
  properties: z.looseObject({}).optional().catch(undefined),
});

/** An item as the SDK would give it, whatever it is. */
function flattened(item: unknown): { readonly name?: unknown } {
  const parsed = ReceivedItem.safeParse(item);
  return parsed.success ? { name: parsed.data.name, ...parsed.data.properties } : {};
}

/** The private endpoint connections as ARM keeps them, by the real SDK with api-version 2026-01-01. */
export function armConnections(arm: ArmClient, spellings = new Spellings()): ArmConnections {
  const getOne = async (id: ConnectionId) => {
    const { cluster, group, subscription, name } = pathOf(spellings, id);
    const answer = await arm.call(subscription, (context, options) =>
      get(context, group, cluster, name, options),
    );
    return answer === null ? null : connectionOf(spellings, id, answer.value);
  };
  const listAll = async (cluster: ClusterId) => {
    const { subscription, resourceGroup, name } = spellings.ofCluster(cluster);
    const path = `/subscriptions/${subscription}/resourceGroups/${encodeURIComponent(resourceGroup)}/providers/Microsoft.ContainerService/managedClusters/${encodeURIComponent(name)}/privateEndpointConnections`;
    const answer = await arm.call(subscription, (context, options) =>
      getRest(context, path, API_VERSION, options),
    );
    if (answer === null) return null;
    const listed = ReceivedList.safeParse(answer.value);
    if (!listed.success) throw new Fault("UNREADABLE", `ARM's list of ${cluster} has no value.`);
    return listingOf(listed.data.value, (item) => {
      const flat = flattened(item);
      return connectionOf(spellings, listedId(cluster, flat.name), flat);
    });
  };
  return {
    read: async (id) => {
      const tried = spellings.ofConnection(id);
      const found = await getOne(id);
      if (found !== null) return found;
      // A provider that tells case apart knows it by the name that the list shows, which need not be our key.
      await listAll(clusterOf(id));
      return spellings.ofConnection(id) === tried ? null : getOne(id);
    },
    list: listAll,
    answer: async (connection, answer, description) => {
      const { cluster, group, subscription } = pathOf(spellings, connection.id);
      const body = bodyOf(connection, answer, description);
      const written = await arm.call(subscription, (context, options) =>
        update(context, group, cluster, connection.name, body, options),
      );
      if (written === null) throw new Fault("BUSY", "The connection was gone when its answer was written.");
      const shown = Received.safeParse(written.value);
      if (!shown.success || shown.data.privateLinkServiceConnectionState.status !== answer) {
        throw new Fault("UNREADABLE", "ARM's reply to the write does not show that it was taken.", {
          correlationId: written.correlationId ?? undefined,
          cause: shown.error,
        });
      }
      return written.correlationId;
    },
  };
}

/** The PUT echoes the endpoint's id: Microsoft's own Azure Policy denies an approval without it. */
const bodyOf = (
  connection: PrivateEndpointConnection,
  status: Answer,
  description: string,
): ArmConnection => ({
  ...(connection.privateEndpoint === null ? {} : { privateEndpoint: { id: connection.privateEndpoint } }),
  privateLinkServiceConnectionState: { status, description },
});

function pathOf(spellings: Spellings, id: ConnectionId) {
  const { subscription, resourceGroup, name } = spellings.ofCluster(clusterOf(id));
  return { subscription, group: resourceGroup, cluster: name, name: spellings.ofConnection(id) };
}

function listedId(cluster: ClusterId, name: unknown): ConnectionId {
  try {
    return connectionIdOf(cluster, String(name ?? ""));
  } catch (cause) {
    const what = `ARM lists a connection of ${cluster} under a name we do not understand`;
    throw new Fault("UNREADABLE", `${what}: ${quoted(name)}. Answer it by hand.`, { cause });
  }
}

function connectionOf(spellings: Spellings, id: ConnectionId, item: unknown): PrivateEndpointConnection {
  const parsed = Received.safeParse(item);
  if (!parsed.success) {
    throw new Fault("UNREADABLE", `ARM's answer about ${id} is not what is documented.`, {
      cause: parsed.error,
    });
  }
  const { privateEndpoint, privateLinkServiceConnectionState: state } = parsed.data;
  const endpoint = PrivateEndpointId.safeParse(privateEndpoint?.id);
  return {
    id,
    clusterId: clusterOf(id),
    name: nameOf(spellings, id, parsed.data.name),
    privateEndpoint: privateEndpoint?.id ?? null,
    privateEndpointId: endpoint.success ? endpoint.data : null,
    status: state.status,
    description: cut(state.description ?? "", MAX_DESCRIPTION_CHARACTERS),
  };
}

/** As ARM spells it; where ARM's answer names something else, it keeps the name by which it was asked for. */
function nameOf(spellings: Spellings, id: ConnectionId, name: string): string {
  if (name.toLowerCase() === connectionName(id)) spellings.learnConnection(id, name);
  return spellings.ofConnection(id);
}
