/** Largest request body ARM takes. @see https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * How many requests at once, and how many per second after that; per region.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling (arm*)
 * @see https://learn.microsoft.com/azure/aks/quotas-skus-regions#throttling-limits-on-aks-resource-provider-apis (the others)
 */
export const REAL_LIMITS = {
  armReads: { burst: 250, perSecond: 25 }, // per subscription and caller
  armWrites: { burst: 200, perSecond: 10 },
  armDeletes: { burst: 200, perSecond: 10 },
  clusterGet: { burst: 60, perSecond: 1 }, // per cluster
  clusterListBySubscription: { burst: 500, perSecond: 1 },
  clusterListByResourceGroup: { burst: 60, perSecond: 1 },
  aksOther: { burst: 60, perSecond: 1 }, // all other AKS APIs, per subscription
} as const;

/** How long a started deletion reports `InProgress`; Azure takes minutes, a person in front of a laptop does not. */
export const OPERATION_MS = 100;

/** Longest `requestMessage`. @see https://learn.microsoft.com/javascript/api/@azure-rest/arm-network/privatelinkserviceconnectionproperties */
export const MAX_REQUEST_MESSAGE = 140;

/** AKS cuts the name of the node resource group here. @see https://learn.microsoft.com/azure/aks/faq */
export const MAX_NODE_RESOURCE_GROUP = 80;

/** The one sub-resource of a private cluster. @see https://learn.microsoft.com/azure/aks/private-cluster-connect */
export const API_SERVER_GROUP_ID = "management";

/** Description of a connection that nobody had to approve (seen on exported clusters). */
export const AUTO_APPROVED = "Auto Approved";

/** Requests kept in the request log; older ones are dropped. */
export const REQUESTS_KEPT = 100_000;

/** Both spellings are in use by Azure's own SDKs. */
export const AUDIENCES = ["https://management.azure.com", "https://management.azure.com/"] as const;

/** Name of the management group above all others; Azure names it after the tenant. */
export const ROOT_MANAGEMENT_GROUP = "mg-root";

/** Queries that Resource Graph answers one caller in a window. @see https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests */
export const QUERIES_PER_WINDOW = 15;
export const QUERY_WINDOW_MS = 5_000;

/** Rows of one answer of Resource Graph; it has no further pages here. @see https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data */
export const MAX_ROWS = 1_000;

/** How long the Activity Log keeps events. @see https://learn.microsoft.com/azure/azure-monitor/platform/activity-log */
export const LOG_KEPT_MS = 90 * 24 * 3_600_000;

/** Oldest api-version that each provider takes here. Newer dates are taken too, `-preview` included. */
export const OLDEST_API_VERSION = {
  "Microsoft.Authorization": "2015-07-01",
  "Microsoft.ContainerService": "2026-01-01",
  "Microsoft.EventGrid": "2022-06-15",
  "Microsoft.Insights": "2015-04-01",
  "Microsoft.Network": "2023-01-01",
  "Microsoft.ResourceGraph": "2021-03-01",
  "Microsoft.Resources": "2016-06-01",
  "Microsoft.ServiceBus": "2021-11-01",
} as const;

/** The resource providers that this ARM knows. */
export type Provider = keyof typeof OLDEST_API_VERSION;
