import { armName, type ConnectionId, clusterOf, connectionName } from "../connection/arm-id.ts";
import { fold } from "../policy/text.ts";
import { type AuditRecord, outcomeOf } from "../request/record.ts";
import { type ApprovalRequest, outcomeOfRequest } from "../request/request.ts";
import type { Actor } from "../request/terms.ts";
import { troubleOf } from "../request/trouble.ts";

/** By what records and requests are found. */
export type Dimension =
  | "request"
  | "connection"
  | "cluster"
  | "consumer"
  | "endpoint"
  | "person"
  | "integration"
  | "rule"
  | "by"
  | "kind"
  | "outcome"
  | "state"
  | "trouble"
  | "word";

/** One word of one dimension, `<dimension>:<word>`, in the form in which it is kept and looked for. */
export type Term = `${Dimension}:${string}`;

/** Words are the same in any case, and however their letters are composed. */
export const termOf = (dimension: Dimension, text: string): Term =>
  `${dimension}:${fold(text.normalize("NFC").trim())}`;

/** Of a name, or of what somebody looks for: hostile ones have hundreds, and the first are enough to find them. */
export const MAX_WORDS = 12;

/** What a record is found by, in every store. */
export const recordTerms = (record: AuditRecord): readonly Term[] =>
  unique([...placeTerms(record.requestId, record), ...ownRecordTerms(record)]);

/** A record's own terms: those beside its place, which all records of a request share. */
export function ownRecordTerms(record: AuditRecord): readonly Term[] {
  const outcome = outcomeOf(record);
  return [
    termOf("kind", record.kind),
    termOf("by", record.actor.kind),
    ...actorTerms(record.actor),
    ...(record.kind === "reviewed" ? record.signInNames.map((name) => termOf("person", name)) : []),
    ...(outcome === null ? [] : [termOf("outcome", outcome)]),
  ];
}

/** What a request is found by: the same, of all that it is the sum of. They change as the request does. */
export const requestTerms = (request: ApprovalRequest): readonly Term[] =>
  unique([...placeTerms(request.id, request), ...ownRequestTerms(request)]);

/** A request's own terms: those beside its place. */
export function ownRequestTerms(request: ApprovalRequest): readonly Term[] {
  const outcome = outcomeOfRequest(request);
  const trouble = troubleOf(request);
  const actors = [
    ...(request.decision === null ? [] : [request.decision.by]),
    ...(request.ask?.reviews ?? []).map(({ by }) => by),
  ];
  return [
    termOf("state", request.state),
    ...(request.decision === null ? [] : [termOf("by", request.decision.by.kind)]),
    ...actors.flatMap(actorTerms),
    ...(request.ask?.reviews ?? []).flatMap(({ signInNames }) =>
      signInNames.map((name) => termOf("person", name)),
    ),
    ...(outcome === null ? [] : [termOf("outcome", outcome)]),
    ...(trouble === null ? [] : [termOf("trouble", trouble)]),
  ];
}

export type Place = Pick<
  ApprovalRequest,
  "connectionId" | "clusterId" | "privateEndpointId" | "consumerSubscription"
>;

/** By which connection to which cluster a request, and each of its records, is found. */
export function placeTerms(
  id: string,
  { connectionId, clusterId, privateEndpointId, consumerSubscription }: Place,
): Term[] {
  const [cluster, connection] = [armName(clusterId).name, connectionName(connectionId)];
  const endpoint = privateEndpointId === null ? null : armName(privateEndpointId).name;
  return [
    termOf("request", id),
    termOf("connection", connection),
    termOf("cluster", clusterId),
    termOf("cluster", cluster),
    ...(consumerSubscription === null ? [] : [termOf("consumer", consumerSubscription)]),
    ...(endpoint === null || privateEndpointId === null
      ? []
      : [termOf("endpoint", privateEndpointId), termOf("endpoint", endpoint)]),
    ...[cluster, endpoint ?? connection].flatMap((name) => wordsIn(name)).map((word) => termOf("word", word)),
  ];
}

/** A connection's id is that of its cluster, and its name there: nothing is found by the whole. */
export const connectionTerms = (id: ConnectionId): readonly Term[] => [
  termOf("cluster", clusterOf(id)),
  termOf("connection", connectionName(id)),
];

function actorTerms(actor: Actor): Term[] {
  switch (actor.kind) {
    case "person":
      return [termOf("person", actor.oid), termOf("person", actor.name)];
    case "integration":
      return [termOf("integration", actor.name)];
    case "rule":
      return actor.rules.map((rule) => termOf("rule", rule));
    case "system":
      return [];
  }
}

/** The first words of a name, of letters and digits. */
export const wordsIn = (text: string, max = MAX_WORDS): readonly string[] =>
  unique(fold(text.normalize("NFC")).match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, max);

const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];
