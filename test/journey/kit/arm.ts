import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import * as z from "zod";
import type { Trouble } from "../../../infra/local/arm/troubles.ts";
import { CONSUMER_DEPLOYER, PLATFORM_DEPLOYER } from "../../../infra/local/entra/directory.ts";
import type { Endpoints } from "../../../infra/local/supervisor/endpoints.ts";
import { PROVIDER_SUBSCRIPTION } from "../../../infra/local/supervisor/places.ts";
import { type ArmUser, armAs } from "../../../infra/local/world/arm.ts";
import { creatorNamed } from "../../../infra/local/world/creator.ts";
import { appToken } from "../../../infra/local/world/tokens.ts";
import { eventually } from "./patience.ts";

/** The cluster that consumers connect to unless a journey names another one. */
export const CLUSTER = "aks-1";
const CLUSTER_GROUP = "rg-aks";
const CONSUMER_SUBSCRIPTION = "3e9e0d50-1ff8-4789-acc6-7d571bd52f17";
const CONSUMER_GROUP = "rg-consumer";
const NETWORK_VERSION = "2025-05-01";

const State = z.object({
  connections: z.array(
    z.object({
      clusterId: z.string(),
      name: z.string(),
      privateEndpointId: z.string(),
      status: z.string(),
      description: z.string().optional(),
    }),
  ),
});
/** A connection as ARM keeps it. */
export type ArmConnection = z.infer<typeof State>["connections"][number];

const Log = z.object({
  value: z.array(
    z.object({
      time: z.iso.datetime(),
      method: z.string(),
      path: z.string(),
      apiVersion: z.string().optional(),
      caller: z.object({ appid: z.string() }).optional(),
      body: z.unknown().optional(),
      status: z.number(),
      effective: z.boolean(),
      correlationId: z.string(),
      trouble: z.string().optional(),
    }),
  ),
});
/** A request to ARM, as it was answered. */
export type ArmRequest = z.infer<typeof Log>["value"][number];

const Troubles = z.object({ value: z.array(z.object({ pathPattern: z.string() })) });

const Endpoint = z.object({
  properties: z.object({
    manualPrivateLinkServiceConnections: z.array(
      z.object({
        properties: z.object({
          privateLinkServiceConnectionState: z.object({ status: z.string(), description: z.string() }),
        }),
      }),
    ),
  }),
});

/** A cluster's place where the app looks, or in another subscription. */
export const clusterIdOf = (name: string, subscription = PROVIDER_SUBSCRIPTION): string =>
  `/subscriptions/${subscription}/resourceGroups/${CLUSTER_GROUP}/providers/Microsoft.ContainerService/managedClusters/${name}`;

/** A private endpoint's place, in the consumer's subscription unless told otherwise. */
export const endpointIdOf = (name: string, subscription = CONSUMER_SUBSCRIPTION): string =>
  `/subscriptions/${subscription}/resourceGroups/${CONSUMER_GROUP}/providers/Microsoft.Network/privateEndpoints/${name}`;

/** The id of a connection. */
export const connectionIdOf = ({ clusterId, name }: Pick<ArmConnection, "clusterId" | "name">): string =>
  `${clusterId}/privateEndpointConnections/${name}`;

interface Wish {
  readonly cluster?: string;
  readonly message?: string;
}

/** Somebody who wants to connect. */
export interface Consumer {
  /** Creates a private endpoint; ARM announces it by an event. */
  requests(name: string, wish?: Wish): Promise<void>;
  deletes(name: string): Promise<void>;
  /** What the consumer's own side of the connection shows. */
  sees(name: string): Promise<{ readonly status: string; readonly description: string }>;
}

/** ARM, and the strings behind it. Connections go by the name of their private endpoint. */
export interface Arm {
  createsCluster(name: string, subscription?: string): Promise<void>;
  connection(name: string, cluster?: string): Promise<ArmConnection>;
  /** Every request about the connection, oldest first. */
  requests(name: string): Promise<readonly ArmRequest[]>;
  /** Every request of an application, oldest first. */
  requestsBy(appid: string): Promise<readonly ArmRequest[]>;
  /** The PUTs of the connection. */
  writes(name: string): Promise<readonly ArmRequest[]>;
  /** The next requests that match go wrong in this way. */
  trouble(trouble: Trouble): Promise<void>;
  /** Waits until every scripted trouble of this pattern has hit a request. */
  hasMet(pathPattern: string): Promise<void>;
  /** A connection appears, Pending unless told otherwise, and no event tells of it. @returns its id */
  hides(name: string, wish?: Wish & { readonly status?: string }): Promise<string>;
  /** Changes a connection behind everybody's back. */
  changes(
    name: string,
    change: { readonly status?: string; readonly description?: string },
    cluster?: string,
  ): Promise<void>;
  removes(name: string): Promise<void>;
  /** Azure's records of who created something come so late. */
  recordsLate(ms: number): Promise<void>;
  /** The endpoint, which is to be there a moment later, is made by a person of the local directory. */
  isCreatedBy(person: string, name: string): Promise<void>;
}

/** A consumer of the running stack. */
export function consumerOf(endpoints: () => Endpoints): Consumer {
  const user = once(() => armAs(CONSUMER_DEPLOYER, endpoints()));
  const token = once(() => appToken(endpoints(), CONSUMER_DEPLOYER));
  const call = async (method: "GET" | "DELETE", name: string): Promise<Response> => {
    const response = await fetch(`${endpoints().arm}${endpointIdOf(name)}?api-version=${NETWORK_VERSION}`, {
      method,
      headers: { authorization: `Bearer ${await token()}` },
    });
    expect(response.ok).toBe(true);
    return response;
  };
  return {
    requests: async (name, { cluster = CLUSTER, message } = {}) => {
      await (await user()).putPrivateEndpoint({
        subscription: CONSUMER_SUBSCRIPTION,
        resourceGroup: CONSUMER_GROUP,
        name,
        location: "westeurope",
        clusterId: cluster.startsWith("/") ? cluster : clusterIdOf(cluster),
        message,
      });
    },
    deletes: async (name) => {
      await (await call("DELETE", name)).arrayBuffer();
    },
    sees: async (name) => {
      const { properties } = Endpoint.parse(await (await call("GET", name)).json());
      const [link] = properties.manualPrivateLinkServiceConnections;
      if (link === undefined) throw new Error(`${name} has no connection`);
      return link.properties.privateLinkServiceConnectionState;
    },
  };
}

/** ARM of the running stack. */
export function armOf(endpoints: () => Endpoints): Arm {
  const platform = once<ArmUser>(() => armAs(PLATFORM_DEPLOYER, endpoints()));
  const control = async (method: "GET" | "POST", command: string, body?: object): Promise<unknown> => {
    const { url, key } = endpoints().armControl;
    const response = await fetch(`${url}/${command}`, {
      method,
      headers: { "x-control-key": key, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${command} answered ${response.status}: ${text}`);
    return text === "" ? null : JSON.parse(text);
  };

  const find = async (name: string, cluster = ""): Promise<ArmConnection> => {
    const { connections } = State.parse(await control("GET", "state"));
    const found = connections.find(
      (connection) => connection.name.startsWith(`${name}.`) && connection.clusterId.endsWith(cluster),
    );
    if (found === undefined) throw new Error(`ARM has no connection of ${name}`);
    return found;
  };
  const log = async () => Log.parse(await control("GET", "requests")).value;
  const requests = async (name: string): Promise<ArmRequest[]> => {
    const value = await log();
    const part = `/privateendpointconnections/${name}.`.toLowerCase();
    return value.filter(({ path }) => path.toLowerCase().includes(part));
  };

  return {
    createsCluster: async (name, subscription = PROVIDER_SUBSCRIPTION) => {
      const cluster = { subscription, resourceGroup: CLUSTER_GROUP, name, location: "westeurope", tags: {} };
      await (await platform()).putCluster(cluster);
    },
    connection: find,
    requests,
    requestsBy: async (appid) => (await log()).filter(({ caller }) => caller?.appid === appid),
    writes: async (name) => (await requests(name)).filter(({ method }) => method === "PUT"),
    trouble: async (trouble) => {
      await control("POST", "troubles", trouble);
    },
    hasMet: (pathPattern) =>
      eventually(async () => {
        const { value } = Troubles.parse(await control("GET", "troubles"));
        expect(value.filter((trouble) => trouble.pathPattern === pathPattern)).toEqual([]);
      }),
    hides: async (name, { cluster = CLUSTER, message: description = "", status = "Pending" } = {}) => {
      const connection = { clusterId: clusterIdOf(cluster), name: `${name}.${randomUUID()}` };
      const privateEndpointId = endpointIdOf(name);
      await control("POST", "connections", {
        kind: "set",
        ...connection,
        status,
        description,
        privateEndpointId,
      });
      return connectionIdOf(connection);
    },
    changes: async (name, change, cluster) => {
      const { clusterId, name: full } = await find(name, cluster);
      await control("POST", "connections", { kind: "set", clusterId, name: full, ...change });
    },
    removes: async (name) => {
      const { clusterId, name: full } = await find(name);
      await control("POST", "connections", { kind: "remove", clusterId, name: full });
    },
    recordsLate: async (ms) => {
      for (const record of ["changes-lag", "log-lag"]) await control("POST", record, { ms });
    },
    isCreatedBy: async (person, name) => {
      await control("POST", "creators", { endpointId: endpointIdOf(name), ...creatorNamed(person) });
    },
  };
}

/** Does it at the first use only; a failure is forgotten. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
