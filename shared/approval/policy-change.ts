import { isDeepStrictEqual } from "node:util";
import type { Instant } from "../connection/connection.ts";
import type { Verdict } from "../policy/index.ts";
import { type AuditRecord, type Entry, SYSTEM } from "../request/record.ts";
import { type ApprovalRequest, isAtRest } from "../request/request.ts";
import { assessedEntry, type Judgement } from "./consequence.ts";

/** Whether another policy judged the request than the one in force. */
export const isOutdated = ({ policyHash }: ApprovalRequest, inForce: string): boolean =>
  policyHash !== null && policyHash !== inForce;

/**
 * What it means for a request that another policy is in force than the one that judged it; nothing where it means
 * nothing: what people decided stands, and what ARM took is brought to its end.
 *
 * A request that waits, or is deferred, goes on doing so with its deadline and its reviews where the new policy comes
 * to the same. Everything else that is open is judged anew.
 * @param judgement what the policy in force makes of it; null when it was not asked, or may not be
 */
export function policyChangeEntries(
  request: ApprovalRequest,
  inForce: string,
  judgement: Judgement | null = null,
): readonly Entry[] {
  const { policyHash: from, verdict } = request;
  if (from === null || from === inForce || !isTouched(request)) return [];
  const sentence = `Another policy is in force: ${short(inForce)} instead of ${short(from)}.`;
  const changed: Entry = { kind: "policyChanged", actor: SYSTEM, from, to: inForce, sentence };
  const isSame = judgement !== null && comesToTheSame(verdict, judgement);
  return [changed, isSame ? assessedEntry(request, judgement) : anew(request)];
}

/** A rejection because nobody answered is the policy's word, too, and can never be taken back. */
function isTouched(request: ApprovalRequest): boolean {
  const { state, decision, applied } = request;
  const isDecidedByRule = state === "applying" && decision?.by.kind === "rule";
  return isAtRest(request) || (isDecidedByRule && !applied);
}

/**
 * The verdict holds the requirement as it was asked for: that it was escalated since makes no difference. Names and
 * lines of the rules make none either, nor does it that who asked for the connection has become known: who was asked
 * goes on being asked, and only that person is kept out.
 */
function comesToTheSame(before: Verdict | null, { verdict: after, unnamed }: Judgement): boolean {
  if (before?.kind === "ask" && after.kind === "ask") {
    const { requirement } = after;
    if (isDeepStrictEqual(before.requirement, requirement)) return true;
    if (before.requirement.excludedReviewer !== null || requirement.excludedReviewer === null) return false;
    const asBefore = [
      { ...requirement, excludedReviewer: null },
      unnamed.kind === "ask" ? unnamed.requirement : null,
    ];
    return asBefore.some((one) => isDeepStrictEqual(before.requirement, one));
  }
  if (before?.kind === "wait" && after.kind === "wait")
    return Date.parse(before.until) === Date.parse(after.until);
  return before?.kind === "leave" && after.kind === "leave";
}

function anew({ intent, reviews }: ApprovalRequest): Entry {
  const given = intent === null ? "" : ` ${intent.answer} was about to be written; ARM still shows Pending.`;
  const who = reviews.map(({ by }) => by.name).join(", ");
  const voided = reviews.length === 0 || intent !== null ? "" : ` What ${who} said counts no more.`;
  const because = `Another policy is in force.${given}${voided}`;
  return { kind: "resumed", actor: SYSTEM, because, sentence: `Judged anew. ${because}` };
}

/** Enough of a hash to tell two policies apart by eye. */
const short = (hash: string): string => hash.slice(0, 12);

/** Longer than two instances of the app take to see the same change. */
const TURN_MS = 15 * 60_000;

/** Why a request is not judged anew for now. */
export const TAKES_TURNS =
  "Policies take turns in judging this request: an instance of the app has another policy than the rest.";

/** Whether a policy would judge a request for the second time within a quarter of an hour, another one in between. */
export const takesTurns = (trail: readonly AuditRecord[], inForce: string, at: Instant): boolean =>
  trail.some(
    (record) =>
      Date.parse(at) - Date.parse(record.at) < TURN_MS &&
      ((record.kind === "policyChanged" && record.to === inForce) ||
        (record.kind === "assessed" && record.policyHash === inForce)),
  );
