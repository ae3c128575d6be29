import type { FactSources } from "../facts/port.ts";
import { activityLog } from "./activity-log.ts";
import type { ArmClient } from "./arm-client.ts";
import type { Budgets } from "./budgets.ts";
import { armEndpoints } from "./endpoints.ts";
import { resourceGraph } from "./resource-graph.ts";
import { armTenants } from "./tenants.ts";

interface AzureOptions {
  /** Of the same ARM that is called. */
  readonly endpoint: string;
  /** The Entra tenant of those who review, a lower-cased GUID; null when it is not known, and then no person is. */
  readonly tenantId: string | null;
}

const TENANT_UNKNOWN: FactSources["creators"] = {
  of: async () => ({ kind: "unclear", because: "without TENANT_ID nobody knows whose people may review" }),
};

/** The sources of facts that are Azure's. */
export const azureFactSources = (
  arm: ArmClient,
  budgets: Budgets,
  { endpoint, tenantId }: AzureOptions,
): Pick<FactSources, "subscriptions" | "tenants" | "endpoints" | "creations" | "creators"> => ({
  ...resourceGraph(arm),
  tenants: armTenants({ endpoint }),
  endpoints: armEndpoints(arm, budgets),
  creators: tenantId === null ? TENANT_UNKNOWN : activityLog(arm, tenantId),
});
