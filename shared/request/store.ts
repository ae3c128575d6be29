import * as z from "zod";
import type { ClusterId, ConnectionId, PrivateEndpointId } from "../connection/arm-id.ts";
import type { Instant, RequestId } from "../connection/connection.ts";
import type { Change } from "./life.ts";
import type { Line } from "./notice.ts";
import type { AuditRecord } from "./record.ts";
import type { ApprovalRequest } from "./request.ts";
import type { Sealed } from "./seal.ts";

/** A record as it is stored, which need not be as it was written. */
export interface StoredRecord {
  readonly seq: number;
  /** What it says, as canonical JSON without its seal; unless somebody else wrote it. */
  readonly said: string;
  readonly seal: string;
}

/** A record that closed a request as approved, with the seal of the one before it, as they are stored. */
export interface StoredApproval extends Omit<StoredRecord, "seq"> {
  readonly sealBefore: string;
}

/** A request, and what may prove that it is the sum of its records without adding them up. */
export interface SealedRequest {
  readonly request: ApprovalRequest;
  /** Its text and seal; null where the store keeps no request, or one that nobody sealed. */
  readonly sealed: Sealed | null;
  /** Number and seal of its last record, as they are stored; null when it has none. */
  readonly head: Pick<StoredRecord, "seq" | "seal"> | null;
}

/** A request and its records, oldest first, before anybody looked whether they fit together. */
export interface Whole {
  readonly request: ApprovalRequest | null;
  readonly records: readonly StoredRecord[];
}

/** The same, for those who look at many: the request is read when it is asked for, since that takes long. */
export interface SealedWhole extends Whole {
  /** The text of the request and its seal; null where the store keeps no request, or one that nobody sealed. */
  readonly sealed: Sealed | null;
}

/** What was found under an id, unless it is another's: what somebody means for one request must not reach the other. */
export const ownOf = (id: string, request: ApprovalRequest | null): ApprovalRequest | null =>
  request?.id === id ? request : null;

/** Puts one together. @param read reads the request */
export function sealedWhole(
  records: readonly StoredRecord[],
  sealed: Sealed | null,
  read: () => ApprovalRequest | null,
): SealedWhole {
  let request: ApprovalRequest | null | undefined;
  return {
    records,
    sealed,
    get request() {
      if (request === undefined) request = read();
      return request;
    },
  };
}

/**
 * The audit trails, append-only, and the requests that are their sums. Nothing here is proof: who can write to the store
 * can write anything (`account.ts` tells), and what they made unreadable is left out, so that the rest can be read.
 *
 * The key of a record is its request and its `seq`, so the same record written twice is one, and two writers who both
 * saw the same trail cannot both add to it. Whatever else is kept, to find requests, may be behind: `open`, `atRest` and
 * `clustersWithOpenRequests` leave nothing out, but may find too much, so their callers look again.
 */
export interface RequestStore {
  /**
   * Takes all of a change or none of it: false when the request has other records than those it was made from. The
   * request comes in the place of the one that is stored, whatever that says. Its notices are put into the outbox in the
   * same act, once for each channel that its recipients are told by.
   */
  append(change: Change): Promise<boolean>;

  read(id: RequestId): Promise<ApprovalRequest | null>;

  /** The same, with what may prove it. */
  readSealed(id: RequestId): Promise<SealedRequest | null>;

  /** All records of a request, oldest first; empty when there is none. */
  trail(id: RequestId): Promise<readonly AuditRecord[]>;

  /** A request and all its records, as they are stored at one moment. */
  whole(id: RequestId): Promise<Whole>;

  /** The requests that are not closed, of one cluster, one connection or one private endpoint. */
  open(
    of: { cluster: ClusterId } | { connection: ConnectionId } | { endpoint: PrivateEndpointId },
  ): Promise<readonly ApprovalRequest[]>;

  /** The requests at rest that another policy than the one of this hash assessed last. */
  atRest(exceptAssessedBy: string): Promise<readonly RequestId[]>;

  /** The clusters that have requests which are not closed. */
  clustersWithOpenRequests(): Promise<readonly ClusterId[]>;

  /** The records that closed a request of a consumer's subscription, in lower case, as approved. */
  approvals(consumerSubscription: string): Promise<readonly StoredApproval[]>;
}

/** A notice that is not delivered yet. */
export interface OutboxItem {
  /** Number of the record that people must be told of. */
  readonly seq: number;
  /** How often its delivery has failed. */
  readonly attempts: number;
  /** When it is to be tried (again). */
  readonly dueAt: Instant;
}

/** How a channel does. */
export interface ChannelFigures {
  readonly channel: string;
  /** Notices that are not delivered yet. */
  readonly pending: number;
  /** Since when the oldest of them is; null when there are none. */
  readonly oldestPendingAt: Instant | null;
  /** Notices whose delivery was given up. */
  readonly givenUp: number;
}

/** What people must be told and have not been told yet. `append` puts it here; every other verb may be said twice. */
export interface Outbox {
  /** What a line has left to tell, in order. */
  pending(line: Line): Promise<readonly OutboxItem[]>;

  /** The lines whose first notice was due before a moment, the longest due first; at most `limit`. */
  due(before: Instant, limit: number): Promise<readonly Line[]>;

  /** The notice is with the channel, or need not go there any more. */
  done(line: Line, seq: number): Promise<void>;

  /** Its delivery failed, so often by now, and is tried again then. */
  postpone(line: Line, seq: number, again: Pick<OutboxItem, "attempts" | "dueAt">): Promise<void>;

  /** It is not tried any more; only the figures keep it. */
  giveUp(line: Line, seq: number): Promise<void>;

  /** One entry for each channel that has something left to tell, or gave something up, by name. */
  figures(): Promise<readonly ChannelFigures[]>;
}

/** A message that is brought up to date. */
export const PostedMessage = z.object({
  /** As the other side calls it. */
  id: z.string().min(1).max(500),
  /** Number of the record that asks, of which the message tells. */
  asked: z.int().positive(),
});
export type PostedMessage = z.infer<typeof PostedMessage>;

/** The messages that are brought up to date, one for each line. Where one is lost, another is posted. */
export interface Posted {
  of(line: Line): Promise<PostedMessage | null>;
  keep(line: Line, message: PostedMessage): Promise<void>;
}
