import { received } from "../../approval/snapshot.ts";
import { createArmClient } from "../../azure/arm-client.ts";
import { AMPLE, createBudgets } from "../../azure/budgets.ts";
import { armClusters } from "../../azure/clusters.ts";
import { armConnections } from "../../azure/connections.ts";
import { azureFactSources } from "../../azure/fact-sources.ts";
import { ConfigError, parseSettings } from "../../config.ts";
import type { ClusterScope } from "../../connection/arm-id.ts";
import {
  instant,
  type ManagedCluster,
  type PrivateEndpointConnection,
  requestIdOf,
} from "../../connection/connection.ts";
import { Fault } from "../../connection/fault.ts";
import { isOwnConnection } from "../../connection/own-connection.ts";
import type { Clusters, Connections, Listing } from "../../connection/port.ts";
import { gatherFacts } from "../../facts/gather.ts";
import type { FactSources } from "../../facts/port.ts";
import type { FactName } from "../../policy/index.ts";
import { openRequest } from "../../request/life.ts";
import { outcomeOf, recordIn } from "../../request/record.ts";
import type { Seals } from "../../request/seal.ts";
import { type KnownRequest, ofFacts } from "../simulate/request.ts";
import type { Io } from "./command.ts";
import { credentialIn } from "./credential.ts";
import type { Audit } from "./recorded.ts";

/** The world as it is: what connections there are now, and where facts about them are looked up. */
export interface World {
  readonly scopes: readonly ClusterScope[];
  readonly clusters: Pick<Clusters, "listIn">;
  readonly connections: Pick<Connections, "list">;
  readonly sources: FactSources;
  /** What was made of the requests so far; null when that cannot be looked up. */
  readonly audit: Audit | null;
  /** Unix ms. */
  now(): number;
}

/** Azure, as the app's settings name it, by the app's identity where there is one, else by that of `az login`. */
export function azureWorld({ env }: Io, audit: Audit | null): World {
  const settings = settingsIn(env);
  const endpoint = settings.ARM_ENDPOINT;
  const arm = createArmClient({
    endpoint,
    audience: settings.ARM_AUDIENCE,
    credential: credentialIn(env),
  });
  const connections = armConnections(arm);
  const budgets = createBudgets(AMPLE);
  return {
    scopes: settings.CLUSTER_SCOPES,
    clusters: armClusters(arm, budgets),
    connections,
    sources: {
      ...azureFactSources(arm, budgets, { endpoint, tenantId: settings.TENANT_ID ?? null }),
      connections,
      history: historyOf(audit),
    },
    audit,
    now: Date.now,
  };
}

function settingsIn(env: Io["env"]) {
  try {
    return parseSettings(env, {
      needed: ["CLUSTER_SCOPES", "ARM_ENDPOINT", "ARM_AUDIENCE", "AZURE_CLIENT_ID"],
      optional: ["TENANT_ID"],
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      `${error.message}\nTo ask a stack on this machine, start it: npm start. It has them set.`,
    );
  }
}

/** As the store says it: without the keys nothing is proved. */
export const historyOf = (audit: Audit | null): FactSources["history"] => ({
  approvedBefore: async (consumer) => {
    if (audit === null) throw new Error("without AUDIT_STORE or --store nobody knows");
    const approvals = await audit.approvals(consumer.toLowerCase());
    return new Set(approvals.map((approval) => recordIn(approval)?.requestId)).size;
  },
  // What is decided but not applied yet is missed for some seconds; ARM knows the rest.
  open: async (of) => audit?.open(of) ?? [],
});

/** What was found, and what could not be looked at. */
interface Found {
  readonly requests: readonly KnownRequest[];
  readonly troubles: readonly string[];
}

/** The connections of all private clusters, or the Pending ones, each with all facts that the policies use. */
export async function currentRequests(
  world: World,
  used: ReadonlySet<FactName>,
  allStates: boolean,
): Promise<Found> {
  const requests: KnownRequest[] = [];
  const troubles: string[] = [];
  const listed = async <T>(what: string, work: Promise<Listing<T> | null>): Promise<readonly T[]> => {
    try {
      const listing = await work;
      troubles.push(...(listing?.unreadable ?? []).map((fault) => describeFault(what, fault)));
      return listing?.items ?? [];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      troubles.push(describeFault(what, error));
      return [];
    }
  };

  for (const scope of world.scopes) {
    for (const cluster of await listed(scope, world.clusters.listIn(scope))) {
      if (!cluster.isPrivate) continue;
      for (const connection of await listed(cluster.id, world.connections.list(cluster.id))) {
        if (!allStates && connection.status !== "Pending") continue;
        requests.push(...(await requestFor(world, connection, cluster, used)));
      }
    }
  }
  return { requests, troubles };
}

const describeFault = (what: string, { armCode, code, message }: Fault): string =>
  `${what} cannot be looked at: ${armCode ?? code}: ${message}`;

/** Nothing is written down here, so nothing has to be proved. */
const NO_SEALS = { seal: () => "", doubtOf: () => null };
const UNSEALED: Seals = { ...NO_SEALS, requests: NO_SEALS };

/** Nothing for the cluster's own connection, which no policy is asked about. */
async function requestFor(
  { sources, audit, now }: World,
  connection: PrivateEndpointConnection,
  cluster: ManagedCluster,
  used: ReadonlySet<FactName>,
): Promise<readonly KnownRequest[]> {
  const at = instant(now());
  const { id: connectionId, privateEndpointId, clusterId, description } = connection;
  const entry = received({ connectionId, privateEndpointId, clusterId, source: "sweep" }, description);
  const { request } = openRequest(connection, entry, at, UNSEALED);
  if (isOwnConnection(request, cluster)) return [];

  const id = requestIdOf(connectionId, privateEndpointId);
  const known = (await audit?.read(id)) ?? null;
  const { receivedAt, takenUpAt } = known ?? request;
  const approvals = (await audit?.trail(id))?.filter((record) => outcomeOf(record) === "approved") ?? [];
  const isCounted = connection.status === "Approved" && approvals.length === 1;
  const { facts } = await gatherFacts(
    isCounted ? { ...sources, history: withoutOne(sources.history) } : sources,
    { request: { ...request, receivedAt, takenUpAt }, cluster, at },
    used,
  );
  return [{ ...ofFacts(facts), verdict: known?.verdict ?? null }];
}

/** The history as it was before the one approval that brought the connection to where it is. */
const withoutOne = (history: FactSources["history"]): FactSources["history"] => ({
  approvedBefore: async (subscription) => (await history.approvedBefore(subscription)) - 1,
  open: async (of) => history.open(of),
});
