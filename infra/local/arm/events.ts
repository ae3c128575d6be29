import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import type { Caller } from "./caller.ts";
import type { ResourceEvent } from "./schemas.ts";

/** A successful write or delete, as the behaviour that did it tells it. */
export interface ResourceChange {
  resourceId: string;
  /** For example `Microsoft.Network/privateEndpoints/write`. */
  operation: string;
  /** Whether the resource was there before. */
  existed: boolean;
}

/** The request that did it. */
export interface ChangeRequest {
  method: string;
  url: string;
  correlationId: string;
  clientRequestId: string | undefined;
  clientIpAddress: string;
  caller: Caller;
  now: number;
}

/** Claims that are spelled otherwise in events than in tokens. */
const SPELLING_IN_EVENTS: ReadonlyMap<string, string> = new Map([
  ["oid", "http://schemas.microsoft.com/identity/claims/objectidentifier"],
  ["tid", "http://schemas.microsoft.com/identity/claims/tenantid"],
  ["upn", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"],
  ["scp", "http://schemas.microsoft.com/identity/claims/scope"],
  ["preferred_username", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"],
  ["azp", "appid"],
]);

/** The event of a change. It does not carry the resource, as the real one does not: a hint to go and look. */
export function eventOf(change: ResourceChange, request: ChangeRequest): ResourceEvent {
  const { resourceId, operation } = change;
  const [, , subscriptionId = "", , , , resourceProvider = ""] = resourceId.split("/");
  const { oid, claims } = request.caller;
  return {
    topic: `/subscriptions/${subscriptionId}`,
    subject: resourceId,
    eventType: `Microsoft.Resources.Resource${operation.endsWith("/delete") ? "Delete" : "Write"}Success`,
    eventTime: new Date(request.now).toISOString().replace("Z", "0000Z"),
    id: randomUUID(),
    data: {
      authorization: {
        scope: resourceId,
        action: operation,
        evidence: {
          role: "Contributor",
          roleAssignmentScope: `/subscriptions/${subscriptionId}`,
          principalId: oid,
        },
      },
      claims: claimsInEvents(claims),
      correlationId: request.correlationId,
      // "Only when updating an existing resource or deleting."
      ...(change.existed && { httpRequest: httpRequestOf(request) }),
      resourceProvider,
      resourceUri: resourceId,
      operationName: operation,
      status: "Succeeded",
      subscriptionId,
      tenantId: claims.tid,
    },
    dataVersion: "2",
    metadataVersion: "1",
  };
}

/** Every claim is text in an event, numbers and lists included. */
export function claimsInEvents(claims: JWTPayload): Record<string, string> {
  const entries = Object.entries(claims).map(([name, value]) => [
    SPELLING_IN_EVENTS.get(name) ?? name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

const httpRequestOf = ({ clientRequestId, clientIpAddress, method, url }: ChangeRequest) => ({
  clientRequestId,
  clientIpAddress,
  method,
  url,
});
