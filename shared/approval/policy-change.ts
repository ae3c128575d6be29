import { isDeepStrictEqual } from "node:util";
import { type Entry, SYSTEM } from "../audit/record.ts";
import type { Verdict } from "../policy/index.ts";
import { assessedEntry, type Judgement } from "./assess.ts";
import { type ApprovalRequest, isAtRest } from "./request.ts";

/** Whether another policy judged the request than the one in force. */
export const isOutdated = ({ policyHash }: ApprovalRequest, inForce: string): boolean =>
  policyHash !== null && policyHash !== inForce;

/**
 * What it means for a request that another policy is in force than the one that judged it; nothing where it means
 * nothing: what people decided stands, and what has been begun is brought to its end.
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
  const isSame = judgement !== null && comesToTheSame(verdict, judgement.verdict);
  return [changed, isSame ? assessedEntry(request, judgement) : ANEW];
}

/** A rejection because nobody answered is the policy's word, too, and can never be taken back. */
function isTouched(request: ApprovalRequest): boolean {
  const { state, decision, intent } = request;
  const isDecidedByRule = state === "applying" && decision?.by.kind === "rule";
  return isAtRest(request) || (isDecidedByRule && intent === null);
}

/**
 * The verdict holds the requirement as it was asked for: that it was escalated since makes no difference. Names and
 * lines of the rules make none either.
 */
function comesToTheSame(before: Verdict | null, after: Verdict): boolean {
  if (before?.kind === "ask" && after.kind === "ask")
    return isDeepStrictEqual(before.requirement, after.requirement);
  if (before?.kind === "wait" && after.kind === "wait")
    return Date.parse(before.until) === Date.parse(after.until);
  return before?.kind === "leave" && after.kind === "leave";
}

const because = "Another policy is in force.";
const ANEW: Entry = { kind: "resumed", actor: SYSTEM, because, sentence: `Judged anew. ${because}` };

/** Enough of a hash to tell two policies apart by eye. */
const short = (hash: string): string => hash.slice(0, 12);
