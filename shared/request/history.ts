import { accountOf, type Books } from "./account.ts";
import { outcomeOf, recordIn } from "./record.ts";
import type { ApprovalRequest } from "./request.ts";
import type { RequestStore } from "./store.ts";

/** What was approved, or is about to be, as far as it is proved: rules may count it, so none of it may be made up. */
export interface History {
  /** How many requests of a consumer's subscription, in any case, were closed as approved at least once. */
  approvedBefore(consumerSubscription: string): Promise<number>;

  /** The requests of a cluster that are not closed. Those that are decided are the sums of their records. */
  open: RequestStore["open"];
}

export const provedHistory = (
  books: Books & { readonly store: Pick<RequestStore, "open" | "approvals"> },
): History => ({
  approvedBefore: async (consumerSubscription) => {
    const consumer = consumerSubscription.toLowerCase();
    const proved = new Set<string>();
    for (const approval of await books.store.approvals(consumer)) {
      const record = recordIn(approval);
      if (record?.consumerSubscription !== consumer || outcomeOf(record) !== "approved") continue;
      if (books.seals.doubtOf(approval.sealBefore, approval) === null) proved.add(record.requestId);
    }
    return proved.size;
  },
  open: async (of) => {
    const requests: ApprovalRequest[] = [];
    for (const request of await books.store.open(of)) {
      const account = request.decision === null ? null : await accountOf(books, request.id);
      if (account === null) requests.push(request);
      // One that was altered is never written to ARM, so it is not about to be approved.
      else if (account.kind === "sound") requests.push(account.request);
    }
    return requests;
  },
});
