import { type Actor, type Entry, SYSTEM } from "../audit/record.ts";
import type { Instant } from "../connection/connection.ts";
import { nextReminder, whoIsAsked } from "./assess.ts";
import { resumedEntries } from "./defer.ts";
import { escalatesAt, escalationEntries } from "./escalate.ts";
import type { ApprovalRequest } from "./request.ts";

/**
 * What is due for a request that waits for people: its expiry, or its escalation, or a reminder, or nothing; and for
 * one that is deferred, that it is taken up again.
 *
 * A timeout leaves the connection Pending; only a policy that says `onTimeout: reject` in words rejects, because a
 * rejected connection can never be approved again.
 * @param now the orchestrator's clock, by which its timers fire
 */
export function dueEntries(request: ApprovalRequest, now: Instant): readonly Entry[] {
  const { state, deadline, requirement, remindAt, verdict } = request;
  const nowMs = Date.parse(now);
  if (state === "deferred") return resumedEntries(request.deferredUntil, nowMs);
  if (state !== "waiting" || deadline === null || requirement === null) return [];
  if (nowMs >= Date.parse(deadline)) {
    if (requirement.onTimeout === "expire") return [expired(deadline)];
    const rules: Actor =
      verdict === null ? SYSTEM : { kind: "rule", rules: verdict.decidedBy.map(({ name }) => name) };
    return [rejectedBySilence(rules, deadline)];
  }
  const escalation = escalationEntries(request, nowMs);
  if (escalation.length > 0) return escalation;
  if (remindAt !== null && nowMs >= Date.parse(remindAt)) {
    const next = nextReminder(requirement, nowMs, Date.parse(deadline));
    const sentence = `Reminder: waits for ${whoIsAsked(requirement)}, until ${deadline}.`;
    return [{ kind: "reminded", actor: SYSTEM, remindAt: next, sentence }];
  }
  return [];
}

const expired = (deadline: Instant): Entry => ({
  kind: "expired",
  actor: SYSTEM,
  deadline,
  sentence: `Nobody answered by ${deadline}. The connection stays Pending; an approver can reopen the request.`,
});

const rejectedBySilence = (by: Actor, deadline: Instant): Entry => {
  const reason = `Nobody answered by ${deadline}, and the policy rejects then.`;
  return { kind: "decided", actor: by, decision: "reject", reason, sentence: `To be rejected: ${reason}` };
};

/** When a request that is at rest next needs a look, at the latest; null when no moment of its own wakes it. */
export function wakeAt(request: ApprovalRequest): Instant | null {
  const { state, deadline, remindAt, deferredUntil } = request;
  if (state === "deferred") return deferredUntil;
  if (state !== "waiting") return null;
  const moments = [remindAt, escalatesAt(request), deadline].filter((moment) => moment !== null);
  return moments.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}
