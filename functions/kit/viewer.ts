import * as z from "zod";
import { reopenRefusalOf } from "../../shared/approval/reopen.ts";
import { retryRefusalOf } from "../../shared/approval/retry.ts";
import { answerRefusalOf, reviewBy } from "../../shared/approval/review.ts";
import type { Instant } from "../../shared/connection/connection.ts";
import { type ApprovalRequest, Review } from "../../shared/request/request.ts";
import { lackOf, type Settings } from "./authorize.ts";
import { type Problem, problemCodes } from "./problem.ts";
import { reviewProblem } from "./refusals.ts";
import type { Caller } from "./sign-in.ts";

/** What whoever looks at a request may do about it. */
export const Viewer = z
  .object({
    mayReview: z.boolean().describe("Whether they may approve or reject it now."),
    code: z
      .enum(["mayReview", ...problemCodes])
      .describe(
        "mayReview, or the code of the problem that an approval would be answered with: claimsRequired where they may, after another sign-in.",
      ),
    because: z.string().describe("The same in a sentence for people."),
    review: Review.nullable().describe("Their own review, as long as it counts."),
    mayWithdraw: z.boolean().describe("Whether they may take their review back, or reject after all."),
    mayReopen: z.boolean(),
    mayRetry: z.boolean(),
  })
  .meta({ id: "Viewer" });
type Viewer = z.infer<typeof Viewer>;

/**
 * What this person may do about a request, by the rules by which it is done. It is as the request stands: what is done
 * may still be refused, since the policy in force is asked first, and Azure may know by then who asked for the connection.
 */
export function viewerOf(request: ApprovalRequest, caller: Caller, settings: Settings, at: Instant): Viewer {
  const lack = lackOf(caller, "Approver", settings);
  const may = (refusal: object | null): boolean => lack === null && refusal === null;
  const asked = request.ask?.seq ?? 0;
  const obstacle = lack ?? approvalProblem(request, caller, asked, at);
  return {
    // A stronger sign-in is asked for on the way, when they answer.
    mayReview: obstacle === null || obstacle.code === "claimsRequired",
    code: obstacle?.code ?? "mayReview",
    because: obstacle?.message ?? "You are one of those who are asked.",
    review: request.ask === null ? null : (reviewBy(caller, request.ask) ?? null),
    mayWithdraw: may(answerRefusalOf(request, caller, { review: "withdraw", asked }, at)),
    mayReopen: may(reopenRefusalOf(request, caller)),
    mayRetry: may(retryRefusalOf(request, caller)),
  };
}

function approvalProblem(
  request: ApprovalRequest,
  caller: Caller,
  asked: number,
  at: Instant,
): Problem | null {
  const refusal = answerRefusalOf(request, caller, { review: "approve", asked }, at);
  return refusal === null ? null : reviewProblem(refusal);
}
