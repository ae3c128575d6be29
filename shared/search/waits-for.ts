import type { Approver } from "../request/self-review.ts";
import { isRequester } from "../request/self-review.ts";
import type { RequestSummary } from "./summaries.ts";

/** Whether a request waits for this person: they are asked, have said nothing yet, and are not kept out. */
export function waitsFor({ oid, groups }: Approver, { asked }: RequestSummary): boolean {
  if (asked === null || asked.reviewers.includes(oid) || isRequester({ oid }, asked.excluded)) return false;
  // Ids of groups are GUIDs; their case means nothing.
  const mine = new Set(groups.map((group) => group.toLowerCase()));
  return asked.groups.some((group) => mine.has(group.toLowerCase()));
}
