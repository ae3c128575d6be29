import { isOutdated } from "../approval/policy-change.ts";
import { type ReviewAnswer, type ReviewRefusal, refusalOf, reviewEntries } from "../approval/review.ts";
import type { RequestId } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import { amend, currentRequest } from "../request/ledger.ts";
import { type ApprovalRequest, isAtRest } from "../request/request.ts";
import type { Approver } from "../request/self-review.ts";
import { type PeopleNeeds, wakeEventually } from "./people.ts";
import { reassess } from "./reassess.ts";
import { findRequester, waitsForRequester } from "./requester.ts";

/** What came of a review, and the request as it is afterwards. */
export interface Reviewed {
  readonly request: ApprovalRequest;
  /** Null when the review counts. */
  readonly refusal: ReviewRefusal | null;
}

/**
 * Takes a person's review, by the policy in force: a request that another policy assessed is reassessed first, so that
 * no person approves what a stricter policy, which has not looked yet, would not leave to them.
 *
 * The store answers: the first to write wins. Throws a `Fault`, and counts nothing, when it cannot be reassessed now.
 * @returns null when there is no such request
 */
export async function review(
  needs: PeopleNeeds,
  id: RequestId,
  person: Approver,
  answer: ReviewAnswer,
): Promise<Reviewed | null> {
  const seen = await needs.ledger.store.read(id);
  if (seen === null) return null;
  const reviewed = await storeReview(needs, seen, person, answer);
  const { request } = reviewed;
  // Also when the review is refused: the app may have been killed right after the one that settled the request.
  if (!isAtRest(request) && request.state !== "closed") await wakeEventually(needs, request);
  return reviewed;
}

async function storeReview(
  needs: PeopleNeeds,
  seen: ApprovalRequest,
  person: Approver,
  answer: ReviewAnswer,
): Promise<Reviewed> {
  await reassess(needs, seen);
  if (waitsForRequester(seen)) {
    const now = await currentRequest(needs.ledger, seen.id);
    if (waitsForRequester(now)) await findRequester(needs, now);
  }
  const { hash } = await needs.policies.current();
  const at = needs.ledger.now();
  const isReady = (request: ApprovalRequest) => request.state !== "waiting" || !isOutdated(request, hash);
  const { request, records } = await amend(needs.ledger, seen.id, (now) =>
    isReady(now) ? reviewEntries(now, person, answer, at) : [],
  );
  const counts = records.some(({ kind }) => kind === "reviewed" || kind === "withdrawn");
  if (counts) return { request, refusal: null };
  if (!isReady(request)) throw new Fault("BUSY", "Another policy has just come into force.");
  const refusal = refusalOf(request, person, answer, at) ?? { code: "notWaiting", state: request.state };
  return { request, refusal };
}
