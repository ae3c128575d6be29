import type { PrivateEndpointConnection as ArmConnection } from "@azure/arm-containerservice";
import { get, list, update } from "@azure/arm-containerservice/api/privateEndpointConnections";
import * as z from "zod";
import {
  armName,
  type ClusterId,
  type ConnectionId,
  clusterOf,
  connectionIdOf,
  connectionName,
  PrivateEndpointId,
} from "../connection/arm-id.ts";
import type { Answer, PrivateEndpointConnection } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import type { Connections } from "../connection/port.ts";
import { cut } from "../text.ts";
import type { ArmClient } from "./arm-client.ts";
import { listingOf } from "./listing.ts";

/** Longer descriptions are cut. ARM allows consumers 140 characters. */
const MAX_DESCRIPTION_CHARACTERS = 1_024;

/** What we read of ARM's answer. `id` and `type` are not among it: the documented sample misspells both. */
const Received = z.object({
  name: z.string().min(1),
  privateEndpoint: z.object({ id: z.string().optional() }).nullish(),
  privateLinkServiceConnectionState: z.object({
    status: z.string(),
    description: z.string().nullish(),
  }),
});

/** The private endpoint connections as ARM keeps them, by the real SDK with api-version 2026-01-01. */
export function armConnections(arm: ArmClient): Connections {
  return {
    read: async (id) => {
      const { cluster, group, subscription, name } = pathOf(id);
      const answer = await arm.call(subscription, (context, options) =>
        get(context, group, cluster, name, options),
      );
      return answer === null ? null : connectionOf(id, answer.value);
    },
    list: async (cluster) => {
      const { subscription, resourceGroup, name } = armName(cluster);
      const answer = await arm.call(subscription, (context, options) =>
        list(context, resourceGroup, name, options),
      );
      if (answer === null) return null;
      const { value: items } = answer.value;
      if (items === undefined) throw new Fault("UNREADABLE", `ARM's list of ${cluster} has no value.`);
      return listingOf(items, (item) => connectionOf(listedId(cluster, item), item));
    },
    answer: async (connection, answer, description) => {
      const { cluster, group, subscription, name } = pathOf(connection.id);
      const body = bodyOf(connection, answer, description);
      const written = await arm.call(subscription, (context, options) =>
        update(context, group, cluster, name, body, options),
      );
      if (written === null) throw new Fault("BUSY", "The connection was gone when its answer was written.");
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

function pathOf(id: ConnectionId) {
  const { subscription, resourceGroup, name } = armName(clusterOf(id));
  return { subscription, group: resourceGroup, cluster: name, name: connectionName(id) };
}

function listedId(cluster: ClusterId, item: ArmConnection): ConnectionId {
  try {
    return connectionIdOf(cluster, item.name ?? "");
  } catch (cause) {
    throw new Fault("UNREADABLE", `ARM lists a connection of ${cluster} under a name we do not understand.`, {
      cause,
    });
  }
}

function connectionOf(id: ConnectionId, item: ArmConnection): PrivateEndpointConnection {
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
    privateEndpoint: privateEndpoint?.id ?? null,
    privateEndpointId: endpoint.success ? endpoint.data : null,
    status: state.status,
    description: cut(state.description ?? "", MAX_DESCRIPTION_CHARACTERS),
  };
}
