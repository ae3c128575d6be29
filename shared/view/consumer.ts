import { type ArmName, spelledName } from "../connection/arm-name.ts";
import type { Fact, Facts } from "../policy/facts.ts";
import type { ScreenInput } from "./input.ts";
import { factLine, type Line, lineOf, textOf } from "./words.ts";

/** Who asks for what. */
export interface ConsumerSection {
  readonly heading: string;
  /** Both in one sentence. */
  readonly sentence: string;
  /** Whether the consumer is known to be of another tenant than the people who answer. */
  readonly isForeign: boolean;
  readonly lines: readonly Line[];
}

export function consumerSection({
  request,
  facts,
  homeTenant = null,
}: Pick<ScreenInput, "request" | "facts" | "homeTenant">): ConsumerSection {
  const { endpoint, subscription } = partiesOf(request);
  const tenant = textOf(facts?.consumer.tenant);
  const isForeign =
    tenant !== null && homeTenant !== null && tenant.toLowerCase() !== homeTenant.toLowerCase();
  const cluster = spelledName(request.clusterId);
  return {
    heading: "Who asks for what",
    sentence: `${endpoint} of subscription ${subscription}${isForeign ? ", which belongs to ANOTHER TENANT," : ""} asks for a private connection to cluster ${cluster.name}.`,
    isForeign,
    lines: [
      subscriptionLine(request),
      tenantLine(facts, tenant, { isForeign, homeTenant }),
      factLine("Management groups", facts?.consumer.managementGroups),
      endpointLine(request, facts),
      requesterLine(facts),
      placeLine("Cluster", cluster, facts?.cluster.location),
      factLine("Cluster tags", facts?.cluster.tags),
      ...request.flags.map((flag) => lineOf("Note", flag, null, "loud")),
    ],
  };
}

/** What the two sides are called wherever they are named: by names where there are any, never by ids alone if not. */
export function partiesOf(request: ScreenInput["request"]): {
  readonly endpoint: string;
  readonly subscription: string;
  readonly cluster: string;
} {
  const { connectionId, privateEndpointId, consumerSubscription, consumerName, clusterId } = request;
  return {
    endpoint: privateEndpointId === null ? connectionName(connectionId) : spelledName(privateEndpointId).name,
    subscription: consumerName ?? consumerSubscription ?? "that nobody could name",
    cluster: spelledName(clusterId).name,
  };
}

const connectionName = (id: string): string => id.split("/").at(-1) ?? id;

function subscriptionLine({ consumerSubscription, consumerName }: ScreenInput["request"]): Line {
  const label = "Subscription";
  if (consumerSubscription === null)
    return lineOf(label, "unknown", "Azure does not name the private endpoint", "loud");
  return consumerName === null
    ? lineOf(label, consumerSubscription)
    : lineOf(label, consumerName, consumerSubscription);
}

function tenantLine(
  facts: Facts | null,
  tenant: string | null,
  { isForeign, homeTenant }: { readonly isForeign: boolean; readonly homeTenant: string | null },
): Line {
  const label = "Tenant";
  if (tenant === null) return factLine(label, facts?.consumer.tenant);
  if (isForeign) return lineOf(label, "ANOTHER TENANT", tenant, "loud");
  return homeTenant === null ? lineOf(label, tenant) : lineOf(label, "our own", tenant);
}

function endpointLine(
  { privateEndpointId, connectionId }: ScreenInput["request"],
  facts: Facts | null,
): Line {
  const label = "Private endpoint";
  if (privateEndpointId === null)
    return lineOf(label, connectionName(connectionId), "Azure names the connection only", "loud");
  return placeLine(label, spelledName(privateEndpointId), facts?.endpoint.location);
}

/** Who made the endpoint: what people call them, and the id that tells them from others of the name. */
function requesterLine(facts: Facts | null): Line {
  const label = "Made by";
  const id = textOf(facts?.requesterId);
  const line = factLine(label, facts?.requester, "nobody that Azure names", "the name");
  if (id === null) return line;
  const detail = `object id ${id}`;
  return line.tone === "hidden" || textOf(facts?.requester) !== null
    ? { ...line, detail }
    : lineOf(label, detail);
}

function placeLine(
  label: string,
  { name, resourceGroup, subscription }: ArmName,
  location: Fact | undefined,
): Line {
  const region = textOf(location);
  const group = `resource group ${resourceGroup}, subscription ${subscription}`;
  return lineOf(label, name, region === null ? group : `${group}, ${region}`);
}
