import { randomUUID } from "node:crypto";
import type { Endpoints } from "../../../infra/local/supervisor/endpoints.ts";

/** What ARM's events tell: which operation, on which resource. */
interface Happening {
  readonly operation: string;
  readonly resource: string;
}

export const CONNECTION_WRITE = "Microsoft.ContainerService/managedClusters/privateEndpointConnections/write";
export const ENDPOINT_WRITE = "Microsoft.Network/privateEndpoints/write";
export const ENDPOINT_DELETE = "Microsoft.Network/privateEndpoints/delete";

const dataOf = ({ operation, resource }: Happening) => ({
  operationName: operation,
  resourceUri: resource,
  resourceProvider: operation.split("/")[0],
  status: "Succeeded",
  correlationId: randomUUID(),
});

/** An event of an Azure subscription. @see https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions */
export const gridEvent = (happening: Happening): object => ({
  id: randomUUID(),
  topic: happening.resource.split("/").slice(0, 3).join("/"),
  subject: happening.resource,
  eventType: "Microsoft.Resources.ResourceWriteSuccess",
  eventTime: "2026-01-05T09:30:00.0000000Z",
  dataVersion: "2",
  metadataVersion: "1",
  data: dataOf(happening),
});

/** The same in the other schema. @see https://learn.microsoft.com/azure/event-grid/cloud-event-schema */
export const cloudEvent = (happening: Happening): object => ({
  id: randomUUID(),
  source: happening.resource.split("/").slice(0, 3).join("/"),
  subject: happening.resource,
  type: "Microsoft.Resources.ResourceWriteSuccess",
  time: "2026-01-05T09:30:00.0000000Z",
  specversion: "1.0",
  data: dataOf(happening),
});

/** Pushes to the app what Event Grid would push, in either schema. @returns the app's HTTP status */
export async function push(endpoints: Endpoints, events: unknown): Promise<number> {
  const isCloudEvent = typeof events === "object" && events !== null && "specversion" in events;
  const response = await fetch(`${endpoints.app}/runtime/webhooks/eventgrid?functionName=eventHint`, {
    method: "POST",
    headers: isCloudEvent
      ? { "content-type": "application/cloudevents+json; charset=utf-8" }
      : { "content-type": "application/json; charset=utf-8", "aeg-event-type": "Notification" },
    body: JSON.stringify(events),
  });
  await response.arrayBuffer();
  return response.status;
}
