import type { ReopenRefusal } from "../../shared/approval/reopen.ts";
import type { ReviewRefusal } from "../../shared/approval/review.ts";
import type { Fault } from "../../shared/connection/fault.ts";
import { Problem } from "./problem.ts";

const NOT_AN_APPROVER =
  "Your token lists none of the groups that were asked about this request. (Entra leaves all groups out of a token when a person is in too many.)";

const MUST_SAY_WHY = "In the body: reason must say why: the policy demands it here.";
const SELF_REVIEW = "Whoever asked for the connection may not review it; another approver must.";
const NO_SIGN_IN_NAME =
  "Your token does not say your sign-in name, so it cannot be told that this was not you.";

/** What a person is told whose review cannot be taken for now: nothing of it is kept. */
export const notReassessedProblem = ({ armCode, code }: Fault): Problem =>
  new Problem(
    "try-later",
    `Another policy is in force than the one that asked you, and it cannot judge the request for now (${armCode ?? code}). Your review does not count; try again.`,
  );

/** What a person is told who may not reopen a request. */
export function reopenProblem(refusal: ReopenRefusal): Problem {
  if (refusal.code === "notAnApprover") return new Problem("forbidden", NOT_AN_APPROVER);
  return new Problem(
    "conflict",
    `Only a request that expired can be reopened; this one is ${refusal.state}.`,
  );
}

/** What a person is told whose review does not count. */
export function reviewProblem(refusal: ReviewRefusal): Problem {
  switch (refusal.code) {
    case "notAnApprover":
      return new Problem("forbidden", NOT_AN_APPROVER);
    case "selfReview":
      return new Problem("forbidden", SELF_REVIEW);
    case "noSignInName":
      return new Problem("forbidden", `${SELF_REVIEW} ${NO_SIGN_IN_NAME}`);
    case "reasonRequired":
      return new Problem("bad-request", MUST_SAY_WHY);
    case "alreadyDecided":
      return new Problem("conflict", `It was decided already, by ${refusal.by} at ${refusal.at}.`, {
        decidedBy: refusal.by,
        decidedAt: refusal.at,
      });
    case "alreadyReviewed":
      return new Problem("conflict", "You have reviewed this request already; others are waited for.");
    case "deadlinePassed":
      return new Problem("conflict", `The time to answer was over at ${refusal.deadline}.`);
    case "notWaiting":
      return new Problem("conflict", `The request does not wait for people; it is ${refusal.state}.`);
  }
}
