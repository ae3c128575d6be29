import type { Instant } from "../connection/connection.ts";
import type { Approver } from "../request/self-review.ts";
import { isRequester } from "../request/self-review.ts";
import type { RequestSummary } from "./summaries.ts";

/** Whether a request waits for this person: they are asked, have said nothing yet, are not kept out, and still have time. */
export function waitsFor(
  { oid, groups }: Approver,
  { asked, deadline }: RequestSummary,
  now: Instant,
): boolean {
  if (deadline === null || Date.parse(deadline) <= Date.parse(now)) return false;
  if (asked === null || asked.reviewers.includes(oid) || isRequester({ oid }, asked.excluded)) return false;
  // Ids of groups are GUIDs; their case means nothing.
  const mine = new Set(groups.map((group) => group.toLowerCase()));
  return asked.groups.some((group) => mine.has(group.toLowerCase()));
}
