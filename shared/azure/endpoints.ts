import * as z from "zod";
import { armName, ClusterId, type PrivateEndpointId } from "../connection/arm-id.ts";
import { Fault } from "../connection/fault.ts";
import type { FactSources } from "../facts/port.ts";
import type { ArmClient } from "./arm-client.ts";
import type { Budgets } from "./budgets.ts";
import { shortLocation } from "./location.ts";
import { getRest } from "./rest.ts";

/** A stable version of the Network API that has what we read; any later one has it too. */
const API_VERSION = "2024-05-01";

const Targets = z.array(z.object({ properties: z.object({ privateLinkServiceId: z.string() }) })).nullish();

/** What we read of a consumer's private endpoint. */
const Received = z.object({
  location: z.string().transform(shortLocation).nullish(),
  properties: z.object({
    manualPrivateLinkServiceConnections: Targets,
    privateLinkServiceConnections: Targets,
  }),
});
type Received = z.infer<typeof Received>;

/** Private endpoints of consumers, by the pipeline of the SDK, which is plain REST beneath. */
export const armEndpoints = (arm: ArmClient, budgets: Budgets): FactSources["endpoints"] => ({
  read: async (id) => {
    const turn = { purpose: "look", consumer: null } as const;
    const endpoint = await budgets.endpoints(id).spend(turn, () => read(arm, id));
    return endpoint === null ? null : { location: endpoint.location ?? null };
  },
});

/**
 * The clusters that a private endpoint points at; null when there is no such endpoint. Targets that are no managed
 * clusters, e.g. somebody's database, are none of our business.
 */
export async function targetsOf(arm: ArmClient, id: PrivateEndpointId): Promise<readonly ClusterId[] | null> {
  const endpoint = await read(arm, id);
  if (endpoint === null) return null;
  const { manualPrivateLinkServiceConnections: manual, privateLinkServiceConnections: automatic } =
    endpoint.properties;
  return [...(manual ?? []), ...(automatic ?? [])].flatMap(({ properties }) => {
    const cluster = ClusterId.safeParse(properties.privateLinkServiceId);
    return cluster.success ? [cluster.data] : [];
  });
}

async function read(arm: ArmClient, id: PrivateEndpointId): Promise<Received | null> {
  const answer = await arm.call(armName(id).subscription, (context, options) =>
    getRest(context, id, API_VERSION, options),
  );
  if (answer === null) return null;
  const parsed = Received.safeParse(answer.value);
  if (parsed.success) return parsed.data;
  throw new Fault("UNREADABLE", "ARM's answer about a private endpoint is not what is documented.", {
    cause: parsed.error,
  });
}
