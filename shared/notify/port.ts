import type { ApprovalRequest } from "../request/request.ts";

/** Tells people. Every verb may be called twice for the same occasion, after a crash. */
export interface Notifier {
  /** A request waits for the approvers it names. */
  asked(request: ApprovalRequest): Promise<void>;
  /** It still does. */
  reminded(request: ApprovalRequest): Promise<void>;
  /** Too few answered in time, so that more approvers may: the request names them, too. */
  escalated(request: ApprovalRequest): Promise<void>;
  /** Nobody is asked any more, since the policy or the connection changed: `lastAsked` need not look. */
  withdrawn(request: ApprovalRequest): Promise<void>;
  /** Those who were asked need not look any more. */
  closed(request: ApprovalRequest): Promise<void>;
}
