import { armName, type ConnectionId, connectionName } from "../connection/arm-id.ts";
import { Answer, type PrivateEndpointConnection } from "../connection/connection.ts";
import { isNamedLikeOwn } from "../connection/own-connection.ts";
import type { Entry } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { SYSTEM } from "../request/terms.ts";
import { oneLine } from "../text.ts";

/** How what ARM shows now compares with what the request is about. */
export type Comparison =
  | { readonly kind: "same" }
  /** Still Pending, with another request message: what was thought of the old one counts no more. */
  | { readonly kind: "changed"; readonly requestMessage: string }
  /** ARM shows an answer that we wrote before the request was assessed again; its reply was late, or lost. */
  | { readonly kind: "answered"; readonly answer: Answer }
  /** Nothing is left to decide. */
  | { readonly kind: "over"; readonly because: string };

/** Compares a request with a fresh read of its connection; null is ARM's 404. */
export function compareSnapshot(
  request: ApprovalRequest,
  connection: PrivateEndpointConnection | null,
): Comparison {
  if (connection === null) return { kind: "over", because: "The connection is gone from the cluster." };
  if (connection.privateEndpointId !== request.privateEndpointId) {
    return { kind: "over", because: "The connection now belongs to another private endpoint." };
  }
  const written = answerIn(request, connection.description);
  if (connection.status !== "Pending") {
    // The status may have been changed since, and our words left as they were.
    if (written !== null && written === connection.status) return { kind: "answered", answer: written };
    const status = oneLine(connection.status, 40);
    return { kind: "over", because: `The connection was answered elsewhere: it is ${status}.` };
  }
  // Our own words on a Pending connection: ARM took our write, and shows its status late.
  const isKnown = connection.description === request.requestMessage || written !== null;
  return isKnown ? { kind: "same" } : { kind: "changed", requestMessage: connection.description };
}

/** What ends everything that we write into ARM; it tells our writing when nothing else is known of it any more. */
export const signatureOf = ({ id }: Pick<ApprovalRequest, "id">): string => `[${id}]`;

/** The answer that words of ours give; null for words that are not ours. The consumer's are not, even if they end like ours. */
function answerIn(request: ApprovalRequest, description: string): Answer | null {
  const { application, requestMessage } = request;
  if (application !== null && description === application.description) return application.answer;
  if (description === requestMessage || !description.endsWith(signatureOf(request))) return null;
  return Answer.options.find((answer) => description.startsWith(`${answer} by `)) ?? null;
}

/** ARM shows an answer: after our write, after one whose reply was lost, or because somebody else gave the same. */
export function shownEntries(request: ApprovalRequest, answer: Answer, found: string): readonly Entry[] {
  const applied: Entry = { kind: "applied", actor: SYSTEM, answer, how: "found", sentence: found };
  const verified: Entry = { kind: "verified", actor: SYSTEM, answer, sentence: `${answer}: ARM shows it.` };
  return request.application?.isTaken ? [verified] : [applied, verified];
}

/** What a comparison adds to a request that is not closed. */
export function snapshotEntries(request: ApprovalRequest, comparison: Comparison): readonly Entry[] {
  if (request.state === "closed") return [];
  switch (comparison.kind) {
    case "same":
      return [];
    case "changed":
      return [received(request, comparison.requestMessage, "The consumer changed the request message")];
    case "answered":
      return shownEntries(
        request,
        comparison.answer,
        `ARM shows ${comparison.answer}, written by us before.`,
      );
    case "over":
      return [
        { kind: "superseded", actor: SYSTEM, because: comparison.because, sentence: comparison.because },
      ];
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
