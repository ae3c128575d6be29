import type { ClusterId, ConnectionId, PrivateEndpointId } from "../connection/arm-id.ts";
import type { Instant, RequestId } from "../connection/connection.ts";
import type { Change } from "./life.ts";
import type { Line } from "./notice.ts";
import type { AuditRecord } from "./record.ts";
import type { ApprovalRequest } from "./request.ts";
import type { Outcome, RequestState } from "./terms.ts";

/** Some of a long answer, and where the rest begins. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; null on the last page. Pages stay stable while records are added. */
  readonly nextCursor: string | null;
}

export interface Paging {
  readonly limit: number;
  readonly cursor: string | null;
}

export interface RequestQuery extends Paging {
  readonly state?: RequestState | undefined;
  readonly outcome?: Outcome | undefined;
}

export interface RecordQuery extends Paging {
  /** Not before. */
  readonly from?: Instant | undefined;
  /** Before. */
  readonly to?: Instant | undefined;
  /** ARM id or name of a cluster, any case. */
  readonly cluster?: string | undefined;
  /** Subscription of the private endpoint, any case. */
  readonly consumer?: string | undefined;
  /** A person's object id, sign-in name or name, a rule's name, or `system`, in any case. */
  readonly actor?: string | undefined;
  /** Only records that closed a request with this outcome. */
  readonly outcome?: Outcome | undefined;
}

/** A record as it is stored, which need not be as it was written. */
export interface StoredRecord {
  readonly seq: number;
  /** JSON, unless somebody else wrote it. */
  readonly body: string;
}

/** A record that closed a request as approved, with the one before it, as they are stored. */
export interface StoredApproval {
  readonly body: string;
  readonly bodyBefore: string;
}

/** A request and its records, oldest first, before anybody looked whether they fit together. */
export interface Whole {
  readonly request: ApprovalRequest | null;
  readonly records: readonly StoredRecord[];
}

/**
 * The audit trails, append-only, and the requests that are their sums. Nothing here is proof: who can write to the store
 * can write anything (`account.ts` tells), and what they made unreadable is left out, so that the rest can be read.
 *
 * The key of a record is its request and its `seq`, so the same record written twice is one, and two writers who both
 * saw the same trail cannot both add to it.
 */
export interface RequestStore {
  /**
   * Takes all of a change or none of it: false when the request has other records than those it was made from. The
   * request comes in the place of the one that is stored, whatever that says. Its notices are put into the outbox in the
   * same act, once for each channel of the store.
   */
  append(change: Change): Promise<boolean>;

  read(id: RequestId): Promise<ApprovalRequest | null>;

  /** All records of a request, oldest first; empty when there is none. */
  trail(id: RequestId): Promise<readonly AuditRecord[]>;

  /** A request and all its records, as they are stored at one moment. */
  whole(id: RequestId): Promise<Whole>;

  /** The requests that are not closed, of one cluster, one connection or one private endpoint. */
  open(
    of: { cluster: ClusterId } | { connection: ConnectionId } | { endpoint: PrivateEndpointId },
  ): Promise<readonly ApprovalRequest[]>;

  /** The clusters that have requests which are not closed. */
  clustersWithOpenRequests(): Promise<readonly ClusterId[]>;

  /** How many requests of a consumer's subscription, in any case, were closed as approved at least once. */
  approvedBefore(consumerSubscription: string): Promise<number>;

  /** The records that closed a request of a consumer's subscription, in lower case, as approved. */
  approvals(consumerSubscription: string): Promise<readonly StoredApproval[]>;

  /** Newest received first. Throws a `CursorError` when the cursor is not one of ours. */
  requests(query: RequestQuery): Promise<Page<ApprovalRequest>>;

  /** Newest first. Throws a `CursorError` when the cursor is not one of ours. */
  records(query: RecordQuery): Promise<Page<AuditRecord>>;
}

/** A cursor that this store did not give out. */
export class CursorError extends Error {
  override readonly name = "CursorError";
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
