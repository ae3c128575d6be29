import type { ReopenRefusal } from "../../shared/approval/reopen.ts";
import type { RetryRefusal } from "../../shared/approval/retry.ts";
import type { NotAsked, ReviewRefusal } from "../../shared/approval/review.ts";
import type { Fault } from "../../shared/connection/fault.ts";
import { inUtc } from "../../shared/text.ts";
import { claimsFor } from "./claims-challenge.ts";
import { TOO_MANY_GROUPS } from "./missing.ts";
import { Problem, type ProblemKind } from "./problem.ts";

const NOT_AN_APPROVER = "Your token lists none of the groups that were asked about this request.";

const MUST_SAY_WHY = "In the body: reason must say why: the policy demands it here.";
const mustProve = (contexts: readonly string[]): string =>
  `The policy wants a stronger sign-in for this: sign in again, with ${contexts.join(" and ")}.`;
const MAY_NOT_REJECT =
  "The policy lets this integration approve only: a rejection is for good. Have it ask a person, or give it reject under may.";
const SELF_REVIEW = "You asked for this connection yourself; another approver must review it.";

/** All problems of those who review, of those who reopen, and of those who retry. */
export const REVIEW_PROBLEMS = [
  "claims-required",
  "already-decided",
  "already-reviewed",
  "changed",
  "not-reviewed",
  "deadline-passed",
  "not-waiting",
  "try-later",
] as const satisfies readonly ProblemKind[];
export const REOPEN_PROBLEMS = ["not-expired"] as const satisfies readonly ProblemKind[];
export const RETRY_PROBLEMS = ["not-failed"] as const satisfies readonly ProblemKind[];

/** What a person is told whose review cannot be taken for now: nothing of it is kept. */
export const notReassessedProblem = ({ armCode, code, message }: Fault): Problem =>
  new Problem(
    "tryLater",
    code === "HELD"
      ? `Another policy is in force than the one that asked you. ${message} Your review does not count.`
      : `Another policy is in force than the one that asked you, and it cannot judge the request for now (${armCode ?? code}). Your review does not count; try again.`,
  );

/** Of the groups that were asked, the token lists none, or no group at all. */
const notAsked = ({ code }: NotAsked): Problem =>
  new Problem(code, code === "tooManyGroups" ? TOO_MANY_GROUPS : NOT_AN_APPROVER);

/** What those who were asked can do about a request that ended without an answer; empty for every other. */
function wayOn(state: string): string {
  if (state === "expired") return " Reopen it to be asked again.";
  if (state === "failed") return " Have it tried again.";
  return "";
}

/** What a person is told who may not reopen a request. */
export function reopenProblem(refusal: ReopenRefusal): Problem {
  if (refusal.code !== "notExpired") return notAsked(refusal);
  return new Problem(
    refusal.code,
    `Only a request that expired can be reopened; this one is ${refusal.state}.${wayOn(refusal.state)}`,
  );
}

/** What a person is told who may not have a request tried again. */
export function retryProblem(refusal: RetryRefusal): Problem {
  if (refusal.code !== "notFailed") return notAsked(refusal);
  return new Problem(
    refusal.code,
    `Only a request that failed can be tried again; this one is ${refusal.state}.${wayOn(refusal.state)}`,
  );
}

/** What a person is told whose review does not count. */
export function reviewProblem(refusal: ReviewRefusal): Problem {
  switch (refusal.code) {
    case "notAnApprover":
    case "tooManyGroups":
      return notAsked(refusal);
    case "selfReview":
      return new Problem(refusal.code, SELF_REVIEW);
    case "mayNotReject":
      return new Problem(refusal.code, MAY_NOT_REJECT);
    case "claimsRequired":
      return new Problem(refusal.code, mustProve(refusal.contexts), { claims: claimsFor(refusal.contexts) });
    case "reasonRequired":
      return new Problem(refusal.code, MUST_SAY_WHY);
    case "alreadyDecided":
      return new Problem(
        refusal.code,
        `It was decided already: ${refusal.decision}, by ${refusal.by} at ${inUtc(refusal.at)}.`,
        {
          decidedBy: refusal.by,
          decidedAt: refusal.at,
        },
      );
    case "alreadyReviewed":
      return new Problem(
        refusal.code,
        "Your review counts already; the request waits for others. Until it is decided you may reject, or withdraw your review.",
      );
    case "notReviewed":
      return new Problem(refusal.code, "There is no review of yours to withdraw.");
    case "changed":
      return new Problem(
        refusal.code,
        `What is asked has changed since you looked: read the request again, then review it with asked ${refusal.asked}.`,
        { asked: refusal.asked },
      );
    case "neverAsked":
      return new Problem(
        refusal.code,
        `In the body: asked must be the number of the record that asks, ask.seq of the request; it is ${refusal.asked}.`,
      );
    case "deadlinePassed":
      return new Problem(refusal.code, `The time to answer was over at ${inUtc(refusal.deadline)}.`);
    case "notWaiting":
      return new Problem(
        refusal.code,
        `The request does not wait for people; it is ${refusal.state}.${wayOn(refusal.state)}`,
      );
  }
}
