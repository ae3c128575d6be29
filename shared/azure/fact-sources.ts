import type { FactSources } from "../facts/port.ts";
import type { ArmClient } from "./arm-client.ts";
import { armEndpoints } from "./endpoints.ts";
import { resourceGraph } from "./resource-graph.ts";
import { armTenants } from "./tenants.ts";

/** The sources of facts that are Azure's. @param endpoint of the same ARM that `arm` calls */
export const azureFactSources = (
  arm: ArmClient,
  endpoint: string,
): Pick<FactSources, "subscriptions" | "tenants" | "endpoints" | "creations"> => ({
  ...resourceGraph(arm),
  tenants: armTenants({ endpoint }),
  endpoints: armEndpoints(arm),
});
