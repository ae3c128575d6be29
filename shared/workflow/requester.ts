import { requesterEntries } from "../approval/review.ts";
import { requesterIdOf } from "../facts/requester.ts";
import { isRequesterUnknown } from "../policy/index.ts";
import { amendIfUnchanged } from "../request/ledger.ts";
import type { ApprovalRequest, RequestIn } from "../request/request.ts";
import type { JudgingNeeds } from "./needs.ts";

/** Whether people are asked who must not be the requester, and nobody knows yet who that is. */
export const waitsForRequester = (request: ApprovalRequest): request is RequestIn<"waiting"> =>
  request.state === "waiting" && isRequesterUnknown(request.ask.requirement);

/**
 * Asks again who asked for the connection: Azure may know minutes later. The others' reviews may settle it then.
 * @returns the request as it is afterwards
 */
export async function findRequester(
  { ledger, facts }: Pick<JudgingNeeds, "ledger" | "facts">,
  request: RequestIn<"waiting">,
): Promise<ApprovalRequest> {
  const found = await requesterIdOf(facts, request);
  return found.kind === "value"
    ? amendIfUnchanged(ledger, request, requesterEntries(request, found.value))
    : request;
}
