import type { Endpoints } from "../../../infra/local/supervisor/endpoints.ts";

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
