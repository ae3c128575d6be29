import { type Instant, instant, type RequestId } from "../connection/connection.ts";
import { afterQuietHours, describeDemands, type FactName, quorumNow } from "../policy/index.ts";
import { actorName } from "../request/names.ts";
import type { EntryOf } from "../request/record.ts";
import type { ApprovalRequest, Ask, RequestIn } from "../request/request.ts";
import { type Actor, SYSTEM } from "../request/terms.ts";
import { inUtc, oneLine } from "../text.ts";
import { nextReminder } from "./consequence.ts";
import { resumedEntries } from "./defer.ts";
import { escalatesAt, escalationEntries } from "./escalate.ts";

/**
 * What is due for a request that waits for people: its expiry, or its escalation, or a reminder, or nothing; and for
 * one that is deferred, that it is taken up again.
 *
 * A timeout leaves the connection Pending; only a policy that says `onTimeout: reject` in words rejects, because a
 * rejected connection can never be approved again.
 * @param now the orchestrator's clock, by which its timers fire
 */
export function dueEntries(
  request: RequestIn<"waiting" | "deferred">,
  now: Instant,
): readonly EntryOf<DueKind>[] {
  const nowMs = Date.parse(now);
  return request.state === "deferred"
    ? resumedEntries(request.deferral.until, nowMs)
    : dueOfAsk(request, nowMs);
}

type DueKind = "resumed" | "expired" | "decided" | "escalated" | "reminded";

/** Who answered how far: nobody, or too few. */
function soFar({ deadline, requirement, reviews }: Ask): string {
  const approvals = reviews.filter(({ review }) => review === "approve");
  if (approvals.length === 0) return `Nobody answered by ${inUtc(deadline)}`;
  const needed = requirement.requirements.reduce((sum, demand) => sum + quorumNow(demand, requirement), 0);
  const names = approvals.map(({ by }) => actorName(by)).join(", ");
  return `${approvals.length} of ${needed} approved (${oneLine(names, 200)}); too few by ${inUtc(deadline)}`;
}

function dueOfAsk({ ask, verdict }: RequestIn<"waiting">, nowMs: number): readonly EntryOf<DueKind>[] {
  const { deadline, requirement } = ask;
  if (nowMs >= Date.parse(deadline)) {
    if (requirement.onTimeout === "expire") return [expired(ask)];
    const rules: Actor =
      verdict === null ? SYSTEM : { kind: "rule", rules: verdict.decidedBy.map(({ name }) => name) };
    return [rejectedBySilence(rules, ask)];
  }
  const escalation = escalationEntries(ask, nowMs);
  if (escalation.length > 0) return escalation;
  const remindAt = remindsAt(ask);
  if (remindAt !== null && nowMs >= Date.parse(remindAt)) {
    const next = nextReminder(requirement, nowMs, Date.parse(deadline));
    const sentence = `Reminder: waits for ${describeDemands(requirement)}, until ${inUtc(deadline)}.`;
    return [{ kind: "reminded", actor: SYSTEM, remindAt: next, sentence }];
  }
  return [];
}

/** When people are reminded next: those who came in since it was planned may have quiet hours then. Null when they are not. */
function remindsAt({ remindAt, requirement, deadline }: Ask): Instant | null {
  if (remindAt === null) return null;
  const at = afterQuietHours(requirement, Date.parse(remindAt), Date.parse(deadline));
  return at === null ? null : instant(at);
}

const expired = (ask: Ask): EntryOf<"expired"> => ({
  kind: "expired",
  actor: SYSTEM,
  deadline: ask.deadline,
  sentence: `${soFar(ask)}. The connection stays Pending; an approver can reopen the request.`,
});

const rejectedBySilence = (by: Actor, ask: Ask): EntryOf<"decided"> => {
  const reason = `${soFar(ask)}, and the policy rejects then.`;
  return {
    kind: "decided",
    actor: by,
    decision: "reject",
    reason,
    sentence: `The policy decided: reject. ${reason}`,
  };
};

/** How soon the policy looks again at what it leaves alone. */
const LOOK_DAILY_MS = 24 * 60 * 60_000;
const LOOK_HOURLY_MS = 60 * 60_000;

/**
 * How soon a request that is left alone is assessed again, in ms: hourly where the hour, or what could not be read, may
 * make a difference.
 */
export function pauseWhileLeft({ verdict }: ApprovalRequest, used: ReadonlySet<FactName>): number {
  const isUnsure = verdict !== null && (verdict.undecided.length > 0 || verdict.unknownFacts.length > 0);
  return isUnsure || used.has("time") ? LOOK_HOURLY_MS : LOOK_DAILY_MS;
}

/** Azure's records are some minutes late, and seldom much more. */
const UNKNOWN = { firstMs: 5 * 60_000, maxMs: LOOK_HOURLY_MS } as const;

/** How soon it is asked again who asked for the connection, in ms: the longer people have been asked, the later. */
export function pauseWhileUnknown({ ask }: RequestIn<"waiting">, now: Instant): number {
  const askedAtMs = Date.parse(ask.deadline) - ask.requirement.timeoutMs;
  const halfMs = (Date.parse(now) - askedAtMs) / 2;
  return Math.min(Math.max(halfMs, UNKNOWN.firstMs), UNKNOWN.maxMs);
}

/** Over so long are those spread who wait for the same moment: ARM gives few calls a second to all of them together. */
const SPREAD_MS = 3 * 60_000;

/** The same for the same request, always: an orchestrator that is replayed must come to the same. */
const spreadMs = (id: RequestId): number => Number.parseInt(id.slice(-8), 16) % SPREAD_MS;

/** When a request next needs a look, at the latest; null when no moment of its own wakes it. */
export function wakeAt({ id, ask, deferral, state }: ApprovalRequest): Instant | null {
  if (deferral !== null)
    return deferral.until === null ? null : instant(Date.parse(deferral.until) + spreadMs(id));
  if (state !== "waiting") return null;
  const moments = [remindsAt(ask), escalatesAt(ask), ask.deadline].filter((moment) => moment !== null);
  return moments.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}
