import type { ApprovalRequest } from "../request/request.ts";

/** The orchestrations that carry requests. */
export interface Orchestrations {
  /** Makes sure that the request's orchestration runs; nothing happens when it does already. */
  start(request: ApprovalRequest): Promise<void>;
  /** Ends the wait that `askedSeq` began: something in the store settled it. May be said twice. */
  settle(request: ApprovalRequest, askedSeq: number): Promise<void>;
}
