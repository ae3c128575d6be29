import type { Entry } from "../audit/record.ts";
import { SYSTEM } from "../audit/record.ts";
import { armName, type ConnectionId, connectionName } from "../connection/arm-id.ts";
import type { PrivateEndpointConnection } from "../connection/connection.ts";
import { oneLine } from "../text.ts";
import type { ApprovalRequest } from "./request.ts";

/** How what ARM shows now compares with what the request is about. */
export type Sighting =
  | { readonly kind: "same" }
  /** Still Pending, with another request message: what was thought of the old one counts no more. */
  | { readonly kind: "changed"; readonly requestMessage: string }
  /** Nothing is left to decide. */
  | { readonly kind: "over"; readonly because: string };

/** Compares a request with a fresh read of its connection; null is ARM's 404. */
export function compareSight(
  request: ApprovalRequest,
  connection: PrivateEndpointConnection | null,
): Sighting {
  if (connection === null) return { kind: "over", because: "The connection is gone from the cluster." };
  if (connection.privateEndpointId !== request.privateEndpointId) {
    return { kind: "over", because: "The connection now belongs to another private endpoint." };
  }
  if (connection.status !== "Pending") {
    const status = oneLine(connection.status, 40);
    return { kind: "over", because: `The connection was answered elsewhere: it is ${status}.` };
  }
  // Our own words on a Pending connection: ARM took our write, and shows its status late.
  const isKnown = [request.requestMessage, request.intent?.description].includes(connection.description);
  return isKnown ? { kind: "same" } : { kind: "changed", requestMessage: connection.description };
}

/** What a sighting adds to a request that is not closed. */
export function sightEntries(request: ApprovalRequest, sighting: Sighting): readonly Entry[] {
  if (request.state === "closed") return [];
  switch (sighting.kind) {
    case "same":
      return [];
    case "changed":
      return [received(request, sighting.requestMessage, "The consumer changed the request message")];
    case "over":
      return [{ kind: "superseded", actor: SYSTEM, because: sighting.because, sentence: sighting.because }];
  }
}

const because = "The cluster is gone.";
/** The cluster is gone, and every connection of it with it. */
export const CLUSTER_GONE: readonly Entry[] = [
  { kind: "superseded", actor: SYSTEM, because, sentence: because },
];

/** The entry that (again) takes a Pending connection into our care. */
export function received(
  of: Pick<ApprovalRequest, "connectionId" | "privateEndpointId" | "clusterId" | "source">,
  requestMessage: string,
  how = "A consumer asks to connect",
): Extract<Entry, { kind: "received" }> {
  const endpoint = of.privateEndpointId;
  const from = endpoint === null ? connectionName(of.connectionId) : armName(endpoint).name;
  const subscription =
    endpoint === null ? "an unknown subscription" : `subscription ${armName(endpoint).subscription}`;
  const message = requestMessage === "" ? "" : `, saying "${oneLine(requestMessage, 140)}"`;
  return {
    kind: "received",
    actor: SYSTEM,
    requestMessage,
    source: of.source,
    flags: flagsOf(of.connectionId),
    sentence: `${how}: ${from} of ${subscription} to cluster ${armName(of.clusterId).name}${message}.`,
  };
}

/** Words for people about what is odd but decides nothing. */
function flagsOf(id: ConnectionId): string[] {
  return isNamedLikeOwn(id) ? ["named like a cluster's own connection"] : [];
}

/** Whether a connection has a name as AKS gives it to a cluster's own; a consumer may choose such a name, too. */
export const isNamedLikeOwn = (id: ConnectionId): boolean => connectionName(id).startsWith("kube-apiserver.");
