import { isDeepStrictEqual } from "node:util";
import type { Instant } from "../connection/connection.ts";
import { isRequesterUnknown, type Verdict, withoutTelling } from "../policy/index.ts";
import { enumerate } from "../policy/text.ts";
import { actorName } from "../request/names.ts";
import type { AuditRecord, Entry } from "../request/record.ts";
import { type ApprovalRequest, type Ask, isAtRest, type Review } from "../request/request.ts";
import { SYSTEM } from "../request/terms.ts";
import { assessedEntry, type Judgement } from "./consequence.ts";
import { requesterEntries } from "./review.ts";

/** Whether another policy assessed the request than the one in force. */
export const isOutdated = ({ policyHash }: ApprovalRequest, inForce: string): boolean =>
  policyHash !== null && policyHash !== inForce;

/**
 * What it means for a request that another policy is in force than the one that assessed it; nothing where it means
 * nothing: what people decided stands, and what ARM took is brought to its end.
 *
 * A request that waits, or is deferred, goes on doing so with its deadline and its reviews where the new policy comes
 * to the same. Everything else that is open is assessed again.
 * @param judgement what the policy in force makes of it; null when it was not asked, or may not be
 */
export function policyChangeEntries(
  request: ApprovalRequest,
  inForce: string,
  judgement: Judgement | null = null,
): readonly Entry[] {
  const { policyHash: from } = request;
  if (from === null || from === inForce || !isTouched(request)) return [];
  const sentence = `Another policy is in force: ${short(inForce)} instead of ${short(from)}.`;
  const changed: Entry = { kind: "policyChanged", actor: SYSTEM, from, to: inForce, sentence };
  if (judgement === null || !comesToTheSame(request, judgement)) return [changed, resumed(request)];
  return [changed, assessedEntry(request, judgement), ...nowKnown(request, judgement)];
}

/** The policy in force may be the first to know who asked; the others' reviews may settle it then. */
function nowKnown(request: ApprovalRequest, { verdict }: Judgement): readonly Entry[] {
  const requester = verdict.kind === "ask" ? verdict.requirement.excludedReviewer : null;
  const isNews = request.state === "waiting" && isRequesterUnknown(request.ask.requirement);
  return isNews && requester !== null ? requesterEntries(request, requester) : [];
}

/** A rejection because nobody answered is the policy's word, too, and can never be taken back. */
function isTouched(request: ApprovalRequest): boolean {
  if (isAtRest(request)) return true;
  const isDecidedByRule = request.state === "applying" && request.decision.by.kind === "rule";
  return isDecidedByRule && request.application?.isTaken !== true;
}

/** Whether the policy in force leads to the same wait. Names and lines of the rules that decide make no difference. */
export function comesToTheSame(
  { verdict: before, ask }: ApprovalRequest,
  { verdict: after, unnamed }: Judgement,
): boolean {
  if (before?.kind === "ask" && after.kind === "ask")
    return !isAnothers(ask, after) && asksTheSame(before, after, unnamed);
  if (before?.kind === "wait" && after.kind === "wait")
    return Date.parse(before.until) === Date.parse(after.until);
  return before?.kind === "leave" && after.kind === "leave";
}

type Asking = Extract<Verdict, { kind: "ask" }>;

/** Whether somebody else asked for the connection than was found out while people were asked: it was made anew. */
function isAnothers(ask: Ask | null, { requirement }: Asking): boolean {
  const known = ask?.requirement.excludedReviewer ?? null;
  const { excludedReviewer } = requirement;
  return known !== null && excludedReviewer !== null && excludedReviewer !== known;
}

/**
 * Whether the same people are asked in the same way. A verdict holds the requirement as it was asked for: that it was
 * escalated since makes no difference. Nor does it that the requester has become known: the others go on being asked. Nor by
 * which channels they hear: who is asked already goes on hearing as before.
 * @param unnamed what the policy in force says when it does not know the requester
 */
function asksTheSame(before: Asking, after: Asking, unnamed: Verdict): boolean {
  const asked = untold(before.requirement);
  const asks = untold(after.requirement);
  if (isDeepStrictEqual(asked, asks)) return true;
  const hasBecomeKnown = asked.excludedReviewer === null && asks.excludedReviewer !== null;
  if (!hasBecomeKnown) return false;
  const isSameForOthers = isDeepStrictEqual(asked, { ...asks, excludedReviewer: null });
  // Not to know the requester may have been a reason to ask more people.
  return isSameForOthers || (unnamed.kind === "ask" && isDeepStrictEqual(asked, untold(unnamed.requirement)));
}

const untold = (requirement: Asking["requirement"]): Asking["requirement"] => ({
  ...requirement,
  requirements: requirement.requirements.map(withoutTelling),
});

function resumed({ application, ask }: ApprovalRequest): Entry {
  const given = application?.description
    ? ` ${application.answer} was about to be written; ARM still shows Pending.`
    : ` ${noLongerCounts(ask?.reviews ?? [])}`.trimEnd();
  const because = `Another policy is in force.${given}`;
  return { kind: "resumed", actor: SYSTEM, because, sentence: `Assessed again. ${because}` };
}

/** `Ana's review no longer counts.` Empty when there is none. */
function noLongerCounts(reviews: readonly Review[]): string {
  const names = reviews.map(({ by }) => `${actorName(by)}'s`);
  if (names.length === 0) return "";
  return `${enumerate(names, names.length)} ${names.length === 1 ? "review no longer counts" : "reviews no longer count"}.`;
}

/** Enough of a hash to tell two policies apart by eye. */
const short = (hash: string): string => hash.slice(0, 12);

/** Longer than two instances of the app take to see the same change. */
const TURN_MS = 15 * 60_000;

/** Why a request is not assessed again for now. */
export const TAKES_TURNS =
  "Policies take turns in assessing this request: an instance of the app has another policy than the rest.";

/** Longer than a judgement takes: one that this process began before it took another policy is written down after that. */
const UNDER_WAY_MS = 60_000;

/** The policy in force, and when this process put it in force. */
interface Turn {
  readonly hash: string;
  readonly since: Instant;
}

/**
 * Whether a policy would assess a request for the second time within a quarter of an hour, because another instance of
 * the app had another one assess it in between. Where the policy in force came into force here only after the other one
 * had its say, as when an edit is undone, it is news.
 */
export function takesTurns(trail: readonly AuditRecord[], { hash, since }: Turn, at: Instant): boolean {
  const said = trail.flatMap((record) => {
    const by = judgeOf(record);
    return by === null ? [] : [{ by, ms: Date.parse(record.at) }];
  });
  const other = said.findLast(({ by }) => by !== hash);
  const isFromElsewhere = other !== undefined && other.ms >= Date.parse(since) + UNDER_WAY_MS;
  return isFromElsewhere && said.some(({ by, ms }) => by === hash && Date.parse(at) - ms < TURN_MS);
}

/** Hash of the policy that had its say with a record; null when none had. */
function judgeOf(record: AuditRecord): string | null {
  if (record.kind === "policyChanged") return record.to;
  return record.kind === "assessed" ? record.policyHash : null;
}
