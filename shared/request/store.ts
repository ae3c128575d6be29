import type { ClusterId, ConnectionId, PrivateEndpointId } from "../connection/arm-id.ts";
import type { Instant, RequestId } from "../connection/connection.ts";
import type { AuditRecord } from "./record.ts";
import type { ApprovalRequest, Outcome, RequestState } from "./request.ts";

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
  /** A person's object id, a rule's name, or `system`. */
  readonly actor?: string | undefined;
  /** Only records that closed a request with this outcome. */
  readonly outcome?: Outcome | undefined;
}

/**
 * The audit trails, append-only, and the requests that are their sums.
 *
 * The key of a record is its request and its `seq`, so the same record written twice is one, and two writers who both
 * saw the same trail cannot both add to it.
 */
export interface AuditStore {
  /** Takes all of it or none: false when the request has other records than those `request` was made from. */
  append(records: readonly AuditRecord[], request: ApprovalRequest): Promise<boolean>;

  read(id: RequestId): Promise<ApprovalRequest | null>;

  /** All records of a request, oldest first; empty when there is none. */
  trail(id: RequestId): Promise<readonly AuditRecord[]>;

  /** The requests that are not closed, of one cluster, one connection or one private endpoint. */
  open(
    of: { cluster: ClusterId } | { connection: ConnectionId } | { endpoint: PrivateEndpointId },
  ): Promise<readonly ApprovalRequest[]>;

  /** The clusters that have requests which are not closed. */
  clustersWithOpenRequests(): Promise<readonly ClusterId[]>;

  /** How many requests of a consumer's subscription, in any case, were closed as approved at least once. */
  approvedBefore(consumerSubscription: string): Promise<number>;

  /** Newest received first. Throws a `CursorError` when the cursor is not one of ours. */
  requests(query: RequestQuery): Promise<Page<ApprovalRequest>>;

  /** Newest first. Throws a `CursorError` when the cursor is not one of ours. */
  records(query: RecordQuery): Promise<Page<AuditRecord>>;
}

/** A cursor that this store did not give out. */
export class CursorError extends Error {
  override readonly name = "CursorError";
}
