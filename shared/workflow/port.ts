import type { ApprovalRequest } from "../request/request.ts";

/** The orchestrations that carry requests. */
export interface Orchestrations {
  /** Makes sure that the request's orchestration runs; nothing happens when it does already. */
  start(request: ApprovalRequest): Promise<void>;
  /** Ends the wait that the record `waitSeq` began: something in the store settled it. May be said twice. */
  settle(request: ApprovalRequest, waitSeq: number): Promise<void>;
}

/**
 * Lets the orchestration know that the wait which `waitSeq` began is over; and starts it where it does not run, since one
 * that broke meanwhile hears no event. In this order, because nearly all of them run and only have to hear.
 */
export async function wake(
  orchestrations: Orchestrations,
  request: ApprovalRequest,
  waitSeq: number | null,
): Promise<void> {
  if (waitSeq !== null) await orchestrations.settle(request, waitSeq);
  if (request.state !== "closed") await orchestrations.start(request);
}
