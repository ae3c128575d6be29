import * as z from "zod";
import { MAX_REQUEST_MESSAGE } from "./constants.ts";
import { ArmError } from "./errors.ts";

/** The four values of `privateLinkServiceConnectionState.status`. */
export const ConnectionStatus = z.enum(["Pending", "Approved", "Rejected", "Disconnected"]);
export type ConnectionStatus = z.infer<typeof ConnectionStatus>;

/** ARM's own progress with a connection; never its business state. */
export const ProvisioningState = z.enum(["Canceled", "Creating", "Deleting", "Failed", "Succeeded"]);

/** One row of a managed cluster's private endpoint connections, as this stand-in keeps it. */
export const Connection = z.strictObject({
  clusterId: z.string(),
  name: z.string(),
  privateEndpointId: z.string(),
  status: ConnectionStatus,
  description: z.string().optional(),
  provisioningState: ProvisioningState,
});
export type Connection = z.infer<typeof Connection>;

const Tags = z.record(z.string(), z.string());

/** A region; ARM takes "West Europe" for "westeurope". */
const Location = z
  .string()
  .transform((location) => location.replaceAll(" ", "").toLowerCase())
  .pipe(z.string().regex(/^[a-z0-9]{1,64}$/));

/** Body of a managed cluster's PUT: the part of the real one that matters to private endpoints. */
export const ClusterBody = z.object({
  location: Location,
  tags: Tags.optional(),
  properties: z
    .object({
      kubernetesVersion: z.string().optional(),
      dnsPrefix: z.string().optional(),
      nodeResourceGroup: z.string().optional(),
      apiServerAccessProfile: z
        .object({
          enablePrivateCluster: z.boolean().optional(),
          enableVnetIntegration: z.boolean().optional(),
          privateDNSZone: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});
export type ClusterBody = z.infer<typeof ClusterBody>;

/**
 * Body of a connection's PUT. Members that ARM only ever answers with (`id`, `type`, ...) are let through and dropped.
 * @see https://learn.microsoft.com/rest/api/aks/private-endpoint-connections/update#request-body
 */
export const ConnectionBody = z.object({
  properties: z.object({
    privateEndpoint: z.object({ id: z.string().optional() }).optional(),
    privateLinkServiceConnectionState: z.object({
      status: ConnectionStatus,
      description: z.string().optional(),
    }),
  }),
});
export type ConnectionBody = z.infer<typeof ConnectionBody>;

const PrivateLink = z.object({
  name: z.string().min(1).max(80),
  properties: z.object({
    privateLinkServiceId: z.string(),
    groupIds: z.array(z.string()),
    requestMessage: z.string().max(MAX_REQUEST_MESSAGE).optional(),
  }),
});
export type PrivateLink = z.infer<typeof PrivateLink>;

/**
 * Body of a private endpoint's PUT.
 * @see https://learn.microsoft.com/rest/api/virtualnetwork/private-endpoints/create-or-update
 */
export const EndpointBody = z.object({
  location: z.string().optional(),
  tags: Tags.optional(),
  properties: z.object({
    subnet: z.object({ id: z.string() }).optional(),
    privateLinkServiceConnections: z.array(PrivateLink).optional(),
    manualPrivateLinkServiceConnections: z.array(PrivateLink).optional(),
  }),
});
export type EndpointBody = z.infer<typeof EndpointBody>;

/**
 * Body of a Resource Graph query. Subscriptions beside the query would only narrow it; they are not imitated, and refused.
 * @see https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
 */
export const QueryBody = z.strictObject({
  query: z.string(),
  options: z.strictObject({ resultFormat: z.literal("objectArray") }).optional(),
});

/**
 * An Azure subscription event in the EventGridSchema.
 * @see https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions
 */
export interface ResourceEvent {
  topic: string;
  subject: string;
  eventType: string;
  eventTime: string;
  id: string;
  data: Readonly<Record<string, unknown>>;
  dataVersion: string;
  metadataVersion: string;
}

/** Reads a request body of one shape, or refuses it with every problem listed. */
export function parseBody<T>(schema: z.ZodType<T>, body: string): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw new ArmError(
    "InvalidRequestContent",
    `The request content was invalid: ${z.prettifyError(parsed.error)}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new ArmError(
      "InvalidRequestContent",
      `The request content was invalid and could not be deserialized: '${cause.message}'.`,
    );
  }
}
