import { armName, connectionName } from "../connection/arm-id.ts";
import type { Answer, Instant, PrivateEndpointConnection } from "../connection/connection.ts";
import { isNamedLikeOwn } from "../connection/own-connection.ts";
import type { Entry } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { SYSTEM } from "../request/terms.ts";
import { inUtc, oneLine } from "../text.ts";

/** How what ARM shows now compares with what the request is about. */
export type Comparison =
  | { readonly kind: "same" }
  /** Still Pending, with another request message: what was thought of the old one counts no more. */
  | { readonly kind: "changed"; readonly requestMessage: string }
  /** ARM shows an answer that we wrote before the request was assessed again; its reply was late, or lost. */
  | { readonly kind: "answered"; readonly answer: Answer }
  /** ARM does not show it, or not whose it is: perhaps for a moment, perhaps for ever. */
  | { readonly kind: "missing"; readonly because: string }
  /** Nothing is left to decide. */
  | { readonly kind: "over"; readonly because: string };

/** Compares a request with a fresh read of its connection; null is ARM's 404. */
export function compareSnapshot(
  request: ApprovalRequest,
  connection: PrivateEndpointConnection | null,
): Comparison {
  if (connection === null) return { kind: "missing", because: "The connection is gone from the cluster." };
  const { privateEndpointId: endpoint, description, status } = connection;
  if (endpoint === null && request.privateEndpointId !== null) {
    return { kind: "missing", because: "ARM does not name the connection's private endpoint any more." };
  }
  if (endpoint !== request.privateEndpointId) {
    return { kind: "over", because: "The connection now belongs to another private endpoint." };
  }
  if (status === "Pending") {
    // Our own words on a Pending connection: ARM took our write, and shows its status late.
    const isKnown = description === request.requestMessage || isOfThisRound(request, description);
    return isKnown ? { kind: "same" } : { kind: "changed", requestMessage: description };
  }
  // The status may have been changed since, and our words left as they were.
  const written = answerIn(request, description);
  if (written !== null && written === status) return { kind: "answered", answer: written };
  return { kind: "over", because: `The connection was answered elsewhere: it is ${oneLine(status, 40)}.` };
}

/** What ends everything that we write into ARM, so that people find the request. It proves nothing: anybody can write it. */
export const signatureOf = ({ id }: Pick<ApprovalRequest, "id">): string => `[${id}]`;

/** An endpoint that was created anew, in a later round, may bring our old words as its own. */
const isOfThisRound = ({ ownWords, round }: ApprovalRequest, description: string): boolean =>
  ownWords.some((words) => words.round === round && words.description === description);

/**
 * The answer that words of ours give: those that a record of ours says we set out to write, to the letter. Null for all
 * others, whatever they look like, and for those that were the consumer's before.
 */
function answerIn(
  { application, ownWords, requestMessage }: ApprovalRequest,
  description: string,
): Answer | null {
  if (application !== null && description === application.description) return application.answer;
  if (description === requestMessage) return null;
  return ownWords.findLast((words) => words.description === description)?.answer ?? null;
}

/** ARM shows an answer: after our write, after one whose reply was lost, or because somebody else gave the same. */
export function shownEntries(request: ApprovalRequest, answer: Answer, found: string): readonly Entry[] {
  const applied: Entry = { kind: "applied", actor: SYSTEM, answer, how: "found", sentence: found };
  const verified: Entry = { kind: "verified", actor: SYSTEM, answer, sentence: `${answer}: ARM shows it.` };
  return request.application?.isTaken ? [verified] : [applied, verified];
}

/** What a comparison adds to a request that is not closed. */
export function snapshotEntries(
  request: ApprovalRequest,
  comparison: Comparison,
  at: Instant,
): readonly Entry[] {
  if (request.state === "closed") return [];
  switch (comparison.kind) {
    case "same":
      return foundEntries(request);
    case "changed":
      return [received(request, comparison.requestMessage, "The consumer changed the request message")];
    case "answered":
      return shownEntries(
        request,
        comparison.answer,
        `ARM shows ${comparison.answer}, written by us before.`,
      );
    case "missing":
      return missingEntries(request, comparison.because, at);
    case "over":
      return [superseded(comparison.because)];
  }
}

/** Two looks so far apart must both miss a connection before it counts as gone: ARM's answers lag behind one another. */
export const GONE_AFTER_MS = 3 * 60_000;

/** ARM does not show what the request is about: the first look notes it, one that comes late enough ends the request. */
export function missingEntries(request: ApprovalRequest, because: string, at: Instant): readonly Entry[] {
  if (request.missing === null) {
    const sentence = `${because} It is looked for again before that counts.`;
    return [{ kind: "missing", actor: SYSTEM, because, sentence }];
  }
  const isGone = Date.parse(at) >= Date.parse(request.missing.since) + GONE_AFTER_MS;
  return isGone ? [superseded(because)] : [];
}

/** ARM shows again what was missing. */
export const foundEntries = ({ missing }: ApprovalRequest): readonly Entry[] =>
  missing === null
    ? []
    : [
        {
          kind: "found",
          actor: SYSTEM,
          sentence: `ARM shows it again; it did not since ${inUtc(missing.since)}.`,
        },
      ];

const superseded = (because: string): Entry => ({
  kind: "superseded",
  actor: SYSTEM,
  because,
  sentence: because,
});

/** Why nothing of a cluster is looked at any more, once that lasts. */
export const CLUSTER_GONE = "The cluster is gone.";

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
    flags: flagsOf(of),
    sentence: `${how}: ${from} of ${subscription} to cluster ${armName(of.clusterId).name}${message}.`,
  };
}

/** Words for people about what is odd but decides nothing. */
const flagsOf = ({
  connectionId,
  privateEndpointId,
}: Pick<ApprovalRequest, "connectionId" | "privateEndpointId">): string[] => [
  ...(isNamedLikeOwn(connectionId) ? ["named like a cluster's own connection"] : []),
  ...(privateEndpointId === null ? ["ARM does not name its private endpoint"] : []),
];
