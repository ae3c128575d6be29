import { type RetryRefusal, retryByPersonEntries, retryRefusalOf } from "../approval/retry.ts";
import type { RequestId } from "../connection/connection.ts";
import { amend } from "../request/ledger.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { Approver } from "../request/self-review.ts";
import { type PeopleNeeds, wakeEventually } from "./people.ts";

/** What came of it, and the request as it is afterwards. */
export interface Retried {
  readonly request: ApprovalRequest;
  /** Null when it is tried again. */
  readonly refusal: RetryRefusal | null;
}

/**
 * A person has a request that failed tried again at once, instead of when its pause is over.
 * @returns null when there is no such request
 */
export async function retry(needs: PeopleNeeds, id: RequestId, person: Approver): Promise<Retried | null> {
  const seen = await needs.ledger.store.read(id);
  if (seen === null) return null;
  const { request, records } = await amend(needs.ledger, seen, (now) => retryByPersonEntries(now, person));
  if (records.length === 0) {
    const refusal = retryRefusalOf(request, person) ?? { code: "notFailed", state: request.state };
    return { request, refusal };
  }
  await wakeEventually(needs, request);
  return { request, refusal: null };
}
