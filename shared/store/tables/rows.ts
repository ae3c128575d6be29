import type { RequestId } from "../../connection/connection.ts";
import { type AuditRecord, outcomeOf } from "../../request/record.ts";
import { type ApprovalRequest, isAtRest } from "../../request/request.ts";
import type { Closing } from "../../search/closing.ts";
import { recordSummary, requestSummary } from "../../search/summaries.ts";
import { recordTerms, requestTerms } from "../../search/terms.ts";
import { ascending, descending, hashOf, keyOf, seqDescending, seqKey, shardOf } from "./keys.ts";
import { hashesOf, postingsOf } from "./postings.ts";
import type { Key, Row } from "./table.ts";

/**
 * The first part of the key of every row of the table of views, by what it is for.
 *
 * A row is found by what comes next in its key: a place, a term, a moment.
 */
export const KINDS = {
  /** An append that is under way, or that was cut off: what it did to the views is not certain. */
  note: "n",
  /** What is known of a request: which of its records the views know, and by which terms it is found. */
  head: "h",
  /** A request that may be open. */
  open: "a",
  /** The same by cluster, by connection and by endpoint. */
  openAt: "o",
  /** A record that closed a request as approved, by consumer. */
  approval: "p",
  /** A record by a term, newest first. */
  record: "s",
  /** A request by a term, received last first. */
  newest: "q",
  /** A request, received first first. */
  oldest: "r",
  /** A request that waits for people, the nearest deadline first. */
  deadline: "d",
  /** How a request ended, oldest first. */
  closing: "c",
  /** What a channel has not told yet. */
  notice: "x",
  /** What was given up, by channel. */
  givenUp: "g",
  /** The message that a line brings up to date. */
  posted: "m",
} as const;

/** Stands for the term that everything meets. */
export const EVERYTHING = "all";

const rowAt = (id: RequestId, ...parts: readonly string[]): Key => ({
  partitionKey: shardOf(id),
  rowKey: keyOf(...parts),
});

export const headKey = (id: RequestId): Key => rowAt(id, KINDS.head, id);

export const noteKey = (id: RequestId, seq: number, append: string): Key =>
  rowAt(id, KINDS.note, id, seqKey(seq), append);

/**
 * What finds a request while it is open. Each round has rows of its own: those of a round that ended are never needed
 * again, so that whoever removes them, however late, takes nothing from the next one.
 */
export function openKeys({
  id,
  round,
  clusterId,
  connectionId,
  privateEndpointId,
}: Pick<
  ApprovalRequest,
  "id" | "round" | "clusterId" | "connectionId" | "privateEndpointId"
>): readonly Key[] {
  const places = [clusterId, connectionId, ...(privateEndpointId === null ? [] : [privateEndpointId])];
  return [
    rowAt(id, KINDS.open, id, String(round)),
    ...places.map((place) => rowAt(id, KINDS.openAt, hashOf(place), id, String(round))),
  ];
}

/** The row from which `atRest` and the clusters are read. */
export const openRow = (request: ApprovalRequest): Row => ({
  ...rowAt(request.id, KINDS.open, request.id, String(request.round)),
  cluster: request.clusterId,
  ...(isAtRest(request) && { restsUnder: request.policyHash ?? "" }),
});

/** By what a record is found. */
export function recordRows(record: AuditRecord): readonly Row[] {
  const { requestId: id, seq, at } = record;
  const terms = recordTerms(record);
  const said = { summary: JSON.stringify(recordSummary(record)), terms: hashesOf(terms) };
  return [EVERYTHING, ...postingsOf(terms)].map((term) => ({
    ...rowAt(id, KINDS.record, term, descending(at), id, seqDescending(seq)),
    ...said,
  }));
}

/** By what a request is found as it is now. */
export function requestRows(request: ApprovalRequest): readonly Row[] {
  const { id, receivedAt, state } = request;
  const terms = requestTerms(request);
  const summary = requestSummary(request);
  const said = { summary: JSON.stringify(summary), terms: hashesOf(terms) };
  const keys = [
    ...[EVERYTHING, ...postingsOf(terms)].map((term) => [KINDS.newest, term, descending(receivedAt), id]),
    ...[EVERYTHING, hashOf(`state:${state}`)].map((term) => [KINDS.oldest, term, ascending(receivedAt), id]),
    ...(summary.deadline === null ? [] : [[KINDS.deadline, EVERYTHING, ascending(summary.deadline), id]]),
  ];
  return keys.map((parts) => ({ ...rowAt(id, ...parts), ...said }));
}

/** What a record that closed its request as approved leaves. */
export function approvalRow(record: AuditRecord, said: string, sealBefore: string): Row | null {
  const { requestId: id, seq, consumerSubscription: consumer, seal } = record;
  if (consumer === null || outcomeOf(record) !== "approved") return null;
  return { ...rowAt(id, KINDS.approval, hashOf(consumer), id, seqKey(seq)), said, seal, sealBefore };
}

export const closingRow = (closing: Closing): Row => ({
  ...rowAt(closing.requestId, KINDS.closing, ascending(closing.at), closing.requestId, seqKey(closing.seq)),
  closing: JSON.stringify(closing),
});

export const noticeKey = (id: RequestId, channel: string, seq: number): Key =>
  rowAt(id, KINDS.notice, id, hashOf(channel), seqKey(seq));

export const givenUpKey = (id: RequestId, channel: string, seq: number): Key =>
  rowAt(id, KINDS.givenUp, hashOf(channel), id, seqKey(seq));

export const postedKey = (id: RequestId, channel: string): Key =>
  rowAt(id, KINDS.posted, id, hashOf(channel));
