import { type Actor, type Entry, SYSTEM } from "../audit/record.ts";
import type { Instant } from "../connection/connection.ts";
import { nextReminder, whoIsAsked } from "./assess.ts";
import type { ApprovalRequest } from "./request.ts";

/**
 * What is due for a request that waits for people: its expiry, or a reminder, or nothing.
 *
 * A timeout leaves the connection Pending; only a policy that says `onTimeout: reject` in words rejects, because a
 * rejected connection can never be approved again.
 * @param now the orchestrator's clock, by which its timers fire
 */
export function dueEntries(request: ApprovalRequest, now: Instant): readonly Entry[] {
  const { state, deadline, requirement, remindAt, verdict } = request;
  if (state !== "waiting" || deadline === null || requirement === null) return [];
  const nowMs = Date.parse(now);
  if (nowMs >= Date.parse(deadline)) {
    if (requirement.onTimeout === "expire") return [expired(deadline)];
    const rules: Actor =
      verdict === null ? SYSTEM : { kind: "rule", rules: verdict.decidedBy.map(({ name }) => name) };
    return [rejectedBySilence(rules, deadline)];
  }
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

/** When a waiting request next needs a look, at the latest; null when it does not wait. */
export function wakeAt({ state, deadline, remindAt }: ApprovalRequest): Instant | null {
  if (state !== "waiting") return null;
  return remindAt ?? deadline;
}
