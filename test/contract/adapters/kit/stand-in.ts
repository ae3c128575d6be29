import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { ArmOptions as StandInOptions } from "../../../../infra/local/arm/index.ts";
import { activityLog } from "../../../../shared/azure/activity-log.ts";
import { type ArmOptions, createArmClient } from "../../../../shared/azure/arm-client.ts";
import { AMPLE, createBudgets } from "../../../../shared/azure/budgets.ts";
import { armClusters } from "../../../../shared/azure/clusters.ts";
import { armConnections } from "../../../../shared/azure/connections.ts";
import { armEndpoints } from "../../../../shared/azure/endpoints.ts";
import { resourceGraph } from "../../../../shared/azure/resource-graph.ts";
import { Spellings } from "../../../../shared/azure/spellings.ts";
import { armTenants } from "../../../../shared/azure/tenants.ts";
import {
  ClusterId,
  clusterOf,
  connectionIdOf,
  connectionName,
  PrivateEndpointId,
} from "../../../../shared/connection/arm-id.ts";
import { anEndpoint } from "../../../fixtures/builders.ts";
import { HOME_TENANT } from "../../../fixtures/fact-sources.ts";
import { AKS, type ArmWorld, anArm, NETWORK } from "../../arm/world.ts";
import { type ArmUnderTest, completeCluster, completeConnection } from "./arm-under-test.ts";

/** The adapters against the stand-in of ARM. */
export interface StandIn extends ArmUnderTest {
  readonly arm: ArmWorld;
  /** A credential whose tokens it believes. */
  readonly credential: ArmOptions["credential"];
  readonly sources: AzureSources;
  /** Says what Azure knows about a subscription. */
  describeSubscription(description: object): Promise<void>;
  /** Every request since the last `createCluster`, `connect` or other deed of somebody else. */
  requests(): Promise<readonly LoggedRequest[]>;
}

interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly apiVersion?: string;
  readonly body?: unknown;
  readonly effective: boolean;
}

const AUDIENCE = "https://management.azure.com";

const credentialOf = (arm: ArmWorld): ArmOptions["credential"] => ({
  getToken: async () => ({
    token: await arm.issuer.token(),
    expiresOnTimestamp: Date.now() + 3_600_000,
  }),
});

/** The adapters on an endpoint, with a credential that needs nobody unless another is given. */
export function adaptersAt(endpoint: string, options: Partial<ArmOptions> = {}) {
  const credential: ArmOptions["credential"] = {
    getToken: async () => ({ token: "a.b.c", expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  const client = createArmClient({ endpoint, audience: AUDIENCE, credential, ...options });
  const spellings = new Spellings();
  const budgets = createBudgets(AMPLE);
  const connections = armConnections(client, spellings);
  return {
    connections: { ...connections, look: connections.read },
    clusters: armClusters(client, budgets, spellings),
    sources: {
      ...resourceGraph(client),
      tenants: armTenants({ endpoint, timeLimitMs: options.timeLimitMs ?? 20_000 }),
      endpoints: armEndpoints(client, budgets),
      creators: activityLog(client, HOME_TENANT),
    },
  };
}

/** The sources of facts that are Azure's. */
export type AzureSources = ReturnType<typeof adaptersAt>["sources"];

/** From now on this process trusts the authority, as NODE_EXTRA_CA_CERTS makes the app do. */
export const trust = (authority: string): void =>
  setDefaultCACertificates([...getCACertificates("default"), authority]);

/** Starts the stand-in for one test, with the adapters on it. */
export async function standIn(
  standInOptions: Partial<StandInOptions> = {},
  options: Partial<ArmOptions> = {},
): Promise<StandIn> {
  const arm = await anArm(standInOptions);
  trust(arm.ca);

  /** Refuses to go on when the stand-in refused, and keeps the deed out of the request log. */
  const done = async (deed: Promise<{ status: number; body: unknown }>): Promise<void> => {
    const { status, body } = await deed;
    if (status >= 400) throw new Error(`${status} ${JSON.stringify(body)}`);
    await arm.control("DELETE", "requests");
  };

  const credential = credentialOf(arm);
  return {
    arm,
    credential,
    ...adaptersAt(arm.url, { credential, ...options }),
    describeSubscription: (description) => done(arm.control("POST", "subscriptions", description)),
    requests: async () => (await arm.control("GET", "requests")).body.value,
    createCluster: async (wish = {}) => {
      const { id, location, tags, nodeResourceGroup, isPrivate } = completeCluster(wish);
      const apiServerAccessProfile = { enablePrivateCluster: isPrivate };
      const body = { location, tags, properties: { nodeResourceGroup, apiServerAccessProfile } };
      await done(arm.send("PUT", id + AKS, { body }));
      return ClusterId.parse(id);
    },
    connect: async (cluster, wish = {}) => {
      const { name, endpoint, status, message } = completeConnection(wish);
      const connection = { name, status, description: message, privateEndpointId: endpoint };
      await done(arm.control("POST", "connections", { kind: "set", clusterId: cluster, ...connection }));
      return connectionIdOf(cluster, name);
    },
    disconnect: (id) => {
      const connection = { clusterId: clusterOf(id), name: connectionName(id) };
      return done(arm.control("POST", "connections", { kind: "remove", ...connection }));
    },
    createEndpoint: async (cluster, form = "manual") => {
      const list =
        form === "manual" ? "manualPrivateLinkServiceConnections" : "privateLinkServiceConnections";
      const link = { name: "link", properties: { privateLinkServiceId: cluster, groupIds: ["management"] } };
      const body = { location: "westeurope", properties: { [list]: [link] } };
      await done(arm.send("PUT", anEndpoint() + NETWORK, { body }));
      return PrivateEndpointId.parse(anEndpoint());
    },
  };
}
