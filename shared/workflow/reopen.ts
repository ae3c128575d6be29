import { type ReopenRefusal, reopenEntries, reopenRefusalOf } from "../approval/reopen.ts";
import type { RequestId } from "../connection/connection.ts";
import { amend } from "../request/ledger.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { Approver } from "../request/self-review.ts";
import { type PeopleNeeds, wakeEventually } from "./people.ts";

/** What came of it, and the request as it is afterwards. */
export interface Reopened {
  readonly request: ApprovalRequest;
  /** Null when it is reopened. */
  readonly refusal: ReopenRefusal | null;
}

/**
 * An approver takes up a request that expired: it is assessed again, and people are asked again.
 * @returns null when there is no such request
 */
export async function reopen(needs: PeopleNeeds, id: RequestId, person: Approver): Promise<Reopened | null> {
  const seen = await needs.ledger.store.read(id);
  if (seen === null) return null;
  const { request, records } = await amend(needs.ledger, seen, (now) => reopenEntries(now, person));
  if (!records.some(({ kind }) => kind === "reopened")) {
    const refusal = reopenRefusalOf(request, person) ?? { code: "notExpired", state: request.state };
    return { request, refusal };
  }
  await wakeEventually(needs, request);
  return { request, refusal: null };
}
