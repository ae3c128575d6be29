import { armName, type PrivateEndpointId } from "../connection/arm-id.ts";
import type { ManagedCluster } from "../connection/connection.ts";
import type { Fact, Facts } from "../policy/index.ts";
import type { ApprovalRequest } from "./request.ts";

const value = (text: string): Fact => ({ kind: "value", value: text });
const NO_ENDPOINT: Fact = { kind: "unknown", cause: "ARM did not name the connection's private endpoint" };

/** What the policy may ask about a request: from ARM's ids, the cluster's own record, and the consumer's message. */
export function factsOf(request: ApprovalRequest, cluster: ManagedCluster): Facts {
  const provider = armName(cluster.id);
  return {
    endpoint: endpointFacts(request.privateEndpointId),
    cluster: {
      name: value(provider.name),
      resourceGroup: value(provider.resourceGroup),
      subscription: value(provider.subscription),
      location: value(cluster.location),
      tags: { kind: "value", value: cluster.tags },
    },
    message: request.requestMessage === "" ? { kind: "absent" } : value(request.requestMessage),
  };
}

function endpointFacts(id: PrivateEndpointId | null): Facts["endpoint"] {
  if (id === null) return { subscription: NO_ENDPOINT, resourceGroup: NO_ENDPOINT, name: NO_ENDPOINT };
  const { subscription, resourceGroup, name } = armName(id);
  return { subscription: value(subscription), resourceGroup: value(resourceGroup), name: value(name) };
}
