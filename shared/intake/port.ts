import type { ApprovalRequest } from "../approval/request.ts";

/** The orchestrations that carry requests. */
export interface Orchestrations {
  /** Makes sure that the request's orchestration runs; nothing happens when it does already. */
  start(request: ApprovalRequest): Promise<void>;
  /** Ends the wait that `askedSeq` began: something in the store settled it. May be said twice. */
  settle(request: ApprovalRequest, askedSeq: number): Promise<void>;
}

/** Where messages go that cannot be understood, for people to look at. */
export interface Quarantine {
  /** Keeps the body, as much as fits a message, and the message id as they came, with the reason beside them. */
  put(message: {
    readonly body: Uint8Array;
    readonly messageId: string;
    readonly because: string;
  }): Promise<void>;
}
