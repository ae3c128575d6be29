import type { Instant, RequestId } from "../connection/connection.ts";
import type { ApprovalRequirement, Facts } from "../policy/index.ts";
import type { NoticeKind } from "../request/notice.ts";
import type { AuditRecord } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";

/** One thing that people are told. */
export interface Notice {
  /** `<request>:<seq>:<channel>`: the same notice always has the same, so that a repeat can be told. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly requestId: RequestId;
  /** Those who are asked, or were. */
  readonly audience: ApprovalRequirement;
  /** The request right after the record that the notice is about. */
  readonly request: ApprovalRequest;
  /** What the policy's word on it stood on then; null before any. */
  readonly facts: Facts | null;
  /** When the record was written. */
  readonly at: Instant;
}

/** A way to people. */
export interface Channel {
  /** Of lower-case letters, digits and hyphens; the outbox keeps it, so it never changes. */
  readonly name: string;

  /** Whether it brings its message up to date, and so hears of each review as well. */
  readonly isUpToDate?: true;

  /**
   * Hands a notice over. May be called again with the same notice, after a crash. What is thrown is tried again later,
   * ever more rarely, for more than a day.
   */
  send(notice: Notice): Promise<void>;
}

/** What happened to a request, for other systems. */
export interface RequestEvent {
  /** `<request>:<seq>`: the same event always has the same, so that a repeat can be told. */
  readonly id: string;
  readonly record: AuditRecord;
  /** The request right after the record. */
  readonly request: ApprovalRequest;
}

/** A way to another system. */
export interface Subscriber {
  /** As a channel's: the two share the outbox. */
  readonly name: string;
  /** Whether it hears of such a record at all. */
  wants(record: AuditRecord): boolean;
  /** As `Channel.send`. */
  send(event: RequestEvent): Promise<void>;
  /**
   * Whether `send` only lays the event ready for the host, which puts it out after the function and makes the function fail
   * where that cannot be done. So it happens in a function of its own.
   */
  readonly isPutOutByHost?: true;
  /** The pause after so many failures, in ms; null gives up. Absent: as for people. */
  readonly pauseAfter?: (failures: number) => number | null;
}

/** Thrown where the other side said when to come back. @param pauseMs is heeded where it is longer than the usual pause */
export class TryLater extends Error {
  override readonly name = "TryLater";
  readonly pauseMs: number;
  constructor(message: string, pauseMs: number) {
    super(message);
    this.pauseMs = pauseMs;
  }
}

/** Thrown where nothing was sent, since this process has too much to do: no attempt is counted. @param pauseMs until it has its turn */
export class Busy extends Error {
  override readonly name = "Busy";
  readonly pauseMs: number;
  constructor(message: string, pauseMs: number) {
    super(message);
    this.pauseMs = pauseMs;
  }
}

/** Thrown where another attempt would end as this one did: the notice is given up. */
export class Undeliverable extends Error {
  override readonly name = "Undeliverable";
}

/** Brings notices out in the background: one orchestration for each line that has something to tell. */
export interface Deliveries {
  /** Makes sure that the line's notices are brought out; nothing happens when they are being brought out already. */
  start(line: { readonly requestId: RequestId; readonly channel: string }): Promise<void>;
}
