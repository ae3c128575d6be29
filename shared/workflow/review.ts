import { isOutdated } from "../approval/policy-change.ts";
import { type ReviewAnswer, type ReviewRefusal, refusalOf, reviewEntries } from "../approval/review.ts";
import { Fault } from "../connection/fault.ts";
import { amendWithRecords } from "../request/ledger.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { Approver } from "../request/self-review.ts";
import { type ReassessNeeds, reassess } from "./reassess.ts";

/** What came of a review, and the request as it is afterwards. */
export interface ReviewTaken {
  readonly request: ApprovalRequest;
  /** Null when the review counts. */
  readonly refusal: ReviewRefusal | null;
}

/**
 * Takes a person's review, by the policy in force: a request that another policy judged is reassessed first, so that
 * nobody approves what a stricter policy, that has not looked yet, would not leave to them.
 *
 * The store answers: whoever writes first wins. Throws a `Fault`, and counts nothing, when it cannot be reassessed now.
 */
export async function takeReview(
  needs: ReassessNeeds,
  seen: ApprovalRequest,
  person: Approver,
  answer: ReviewAnswer,
): Promise<ReviewTaken> {
  await reassess(needs, seen);
  const { hash } = await needs.policies.current();
  const at = needs.ledger.now();
  const isReady = (request: ApprovalRequest) => request.state !== "waiting" || !isOutdated(request, hash);
  const { request, records } = await amendWithRecords(needs.ledger, seen.id, (before) =>
    isReady(before) ? reviewEntries(before, person, answer, at) : [],
  );
  if (records.length > 0) return { request, refusal: null };
  if (!isReady(request)) throw new Fault("BUSY", "Another policy has just come into force.");
  const refusal = refusalOf(request, person, answer, at) ?? { code: "notWaiting", state: request.state };
  return { request, refusal };
}
