import { type ArmName, spelledName } from "../connection/arm-name.ts";
import type { Facts } from "../policy/facts.ts";
import type { ScreenInput } from "./input.ts";
import { factLine, type Line, textOf } from "./words.ts";

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
      { ...placeLine("Cluster", cluster, textOf(facts?.cluster.location)), tone: "plain" },
      factLine("Cluster tags", facts?.cluster.tags),
      ...request.flags.map((flag): Line => ({ label: "Note", text: flag, detail: null, tone: "loud" })),
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
    return { label, text: "unknown", detail: "Azure does not name the private endpoint", tone: "loud" };
  return consumerName === null
    ? { label, text: consumerSubscription, detail: null, tone: "plain" }
    : { label, text: consumerName, detail: consumerSubscription, tone: "plain" };
}

function tenantLine(
  facts: Facts | null,
  tenant: string | null,
  { isForeign, homeTenant }: { readonly isForeign: boolean; readonly homeTenant: string | null },
): Line {
  const label = "Tenant";
  if (tenant === null) return factLine(label, facts?.consumer.tenant);
  if (isForeign) return { label, text: "ANOTHER TENANT", detail: tenant, tone: "loud" };
  return homeTenant === null
    ? { label, text: tenant, detail: null, tone: "plain" }
    : { label, text: "our own", detail: tenant, tone: "plain" };
}

function endpointLine(
  { privateEndpointId, connectionId }: ScreenInput["request"],
  facts: Facts | null,
): Line {
  const label = "Private endpoint";
  if (privateEndpointId === null)
    return {
      label,
      text: connectionName(connectionId),
      detail: "Azure names the connection only",
      tone: "loud",
    };
  return {
    ...placeLine(label, spelledName(privateEndpointId), textOf(facts?.endpoint.location)),
    tone: "plain",
  };
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
    : { label, text: detail, detail: null, tone: "plain" };
}

const placeLine = (
  label: string,
  { name, resourceGroup, subscription }: ArmName,
  location: string | null,
) => ({
  label,
  text: name,
  detail: [
    `resource group ${resourceGroup}`,
    `subscription ${subscription}`,
    ...(location === null ? [] : [location]),
  ].join(", "),
});
