import * as z from "zod";
import { RequestId } from "../connection/connection.ts";
import type { ApprovalRequirement } from "../policy/index.ts";
import { type AuditRecord, outcomeOf } from "./record.ts";
import type { ApprovalRequest } from "./request.ts";

/** The notices of one request that go out by one channel, one after the other. */
export const Line = z.object({ requestId: RequestId, channel: z.string() });
export type Line = z.infer<typeof Line>;

/** What people are told about a request. */
export const NoticeKind = z.enum(["asked", "reminded", "escalated", "reviewed", "withdrawn", "closed"]);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** Of which record people must be told, and which people: those who are asked, or were. */
export interface DueNotice {
  readonly seq: number;
  readonly audience: ApprovalRequirement;
  /** Those who were asked before others are, as the request was assessed again: they hear that they are asked no more. */
  readonly former?: ApprovalRequirement;
}

/** @param before the request without the record @param after with it */
export function dueNotice(
  before: ApprovalRequest,
  record: AuditRecord,
  after: ApprovalRequest,
): DueNotice | null {
  const audience = after.audience ?? before.audience;
  if (audience === null || noticeOf(before, record) === null) return null;
  const former = formerAudience(before, record);
  return { seq: record.seq, audience, ...(former !== null && { former }) };
}

/** Those who were asked, where a record asks anew after the request was assessed again; null where it does not. */
export const formerAudience = (
  { audience }: Pick<ApprovalRequest, "audience">,
  { kind }: Pick<AuditRecord, "kind">,
): ApprovalRequirement | null => (kind === "asked" ? audience : null);

/**
 * What people must be told because of a record; null when that is nothing.
 *
 * - asked, reminded, escalated: those who are asked
 * - reviewed: those who are asked, where they have a message that is brought up to date; also when a review is taken back, or
 *   falls out since it is known who asked
 * - withdrawn: those who were asked, when the request was assessed again and they are not asked any more; where others are
 *   asked in their place, `asked` is that to the channels of the former alone
 * - closed: those who were asked
 * @param before the request without the record
 */
export function noticeOf(before: ApprovalRequest, record: AuditRecord): NoticeKind | null {
  switch (record.kind) {
    case "asked":
    case "reminded":
    case "escalated":
      return record.kind;
    case "reviewed":
    case "withdrawn":
    case "requesterFound":
      return "reviewed";
    case "deferred":
    case "decided":
      return before.state === "assessing" && before.audience !== null ? "withdrawn" : null;
    default:
      return before.audience !== null && outcomeOf(record) !== null ? "closed" : null;
  }
}
