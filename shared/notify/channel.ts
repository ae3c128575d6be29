import type { RequestId } from "../connection/connection.ts";
import type { ApprovalRequirement } from "../policy/index.ts";
import type { NoticeKind } from "../request/notice.ts";
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
}

/** A way to people. */
export interface Channel {
  /** Of lower-case letters, digits and hyphens; the outbox keeps it, so it never changes. */
  readonly name: string;

  /**
   * Hands a notice over. May be called again with the same notice, after a crash. What is thrown is tried again later,
   * ever more rarely, for more than a day.
   */
  send(notice: Notice): Promise<void>;
}

/** Brings notices out in the background: one orchestration for each line that has something to tell. */
export interface Deliveries {
  /** Makes sure that the line's notices are brought out; nothing happens when they are being brought out already. */
  start(line: { readonly requestId: RequestId; readonly channel: string }): Promise<void>;
}
