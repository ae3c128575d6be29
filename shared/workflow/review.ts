import { isOutdated } from "../approval/policy-change.ts";
import { type ReviewAnswer, type ReviewRefusal, refusalOf, reviewEntries } from "../approval/review.ts";
import type { RequestId } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import { requesterNameOf } from "../facts/requester.ts";
import { amend, currentRequest } from "../request/ledger.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { Answerer, Approver, ProvedIntegration } from "../request/self-review.ts";
import { type PeopleNeeds, wakeIfMoving } from "./people.ts";
import { reassess } from "./reassess.ts";
import { findRequester, waitsForRequester } from "./requester.ts";

/** What came of a review, and the request as it is afterwards. */
export interface Reviewed {
  readonly request: ApprovalRequest;
  /** Null when the review counts. */
  readonly refusal: ReviewRefusal | null;
}

/** An integration before it is known for whom it may not speak. */
export type AnsweringIntegration = Omit<ProvedIntegration, "requesterNames">;
/** Who can answer. */
type Answering = Approver | AnsweringIntegration;

/**
 * Takes the review of a person or of an integration, by the policy in force: a request that another policy assessed is reassessed first, so that
 * nobody approves what a stricter policy, which has not looked yet, would not leave to them.
 *
 * The store answers: the first to write wins. Throws a `Fault`, and counts nothing, when it cannot be reassessed now.
 * @returns null when there is no such request
 */
export async function review(
  needs: PeopleNeeds,
  id: RequestId,
  person: Answering,
  answer: ReviewAnswer,
): Promise<Reviewed | null> {
  const seen = await needs.ledger.store.read(id);
  if (seen === null) return null;
  const reviewed = await storeReview(needs, seen, person, answer);
  // Also when the review is refused: the app may have been killed right after the one that settled the request.
  await wakeIfMoving(needs, reviewed.request);
  return reviewed;
}

async function storeReview(
  needs: PeopleNeeds,
  seen: ApprovalRequest,
  person: Answering,
  answer: ReviewAnswer,
): Promise<Reviewed> {
  await reassess(needs, seen);
  if (waitsForRequester(seen)) {
    const now = await currentRequest(needs.ledger, seen.id);
    if (waitsForRequester(now)) await findRequester(needs, now);
  }
  const answerer = await readyToAnswer(needs, seen, person);
  const { hash } = await needs.policies.current();
  const at = needs.ledger.now();
  const isReady = (request: ApprovalRequest) => request.state !== "waiting" || !isOutdated(request, hash);
  const { request, records } = await amend(needs.ledger, seen.id, (now) =>
    isReady(now) ? reviewEntries(now, answerer, answer, at) : [],
  );
  const counts = records.some(({ kind }) => kind === "reviewed" || kind === "withdrawn");
  if (counts) return { request, refusal: null };
  if (!isReady(request)) throw new Fault("BUSY", "Another policy has just come into force.");
  const refusal = refusalOf(request, answerer, answer, at) ?? { code: "notWaiting", state: request.state };
  return { request, refusal };
}

/** Only where an integration names somebody does it matter by what names the requester is known. */
async function readyToAnswer(
  { facts }: PeopleNeeds,
  request: ApprovalRequest,
  person: Answering,
): Promise<Answerer> {
  if (person.kind === "person") return person;
  const found = person.onBehalfOf === null ? null : await requesterNameOf(facts, request);
  return { ...person, requesterNames: found?.kind === "value" ? [found.value] : [] };
}
