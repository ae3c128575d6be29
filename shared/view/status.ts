import type { Instant } from "../connection/connection.ts";
import { describeDemands } from "../policy/engine/demands.ts";
import { actorName } from "../request/names.ts";
import type { ApprovalRequest, Failure, RequestIn } from "../request/request.ts";
import type { Outcome, RequestState } from "../request/terms.ts";
import { type Trouble, troubleOf } from "../request/trouble.ts";
import { inUtc } from "../text.ts";
import { demandsOf } from "./demands.ts";
import { isOver, relative } from "./relative.ts";
import { capital, ended, type Tone } from "./words.ts";

/** Where a request stands, in a word for lists and in a sentence that says what happens next. */
export interface Status {
  readonly tone: Tone;
  readonly word: string;
  readonly sentence: string;
}

type Badge = Pick<Status, "tone" | "word">;

/** By the states of what is open and the outcomes of what is closed, which are words for people as they stand. */
const TONES: Readonly<Record<Exclude<RequestState, "closed"> | Outcome, Tone>> = {
  assessing: "neutral",
  waiting: "waiting",
  deferred: "neutral",
  applying: "neutral",
  approved: "good",
  rejected: "bad",
  expired: "neutral",
  superseded: "neutral",
  refused: "neutral",
  failed: "bad",
};

/** The word of a state, with what stands in the way, or of the outcome of what is closed. */
export function badgeOf(state: RequestState, outcome: Outcome | null, trouble: Trouble | null): Badge {
  const word = state === "closed" ? (outcome ?? "failed") : state;
  return trouble === null || state === "closed"
    ? { tone: TONES[word], word: capital(word) }
    : { tone: "bad", word: `${capital(word)}, ${trouble}` };
}

export function statusOf(request: ApprovalRequest, now: Instant): Status {
  const { tone, word } = badgeOf(request.state, request.closure?.outcome ?? null, troubleOf(request));
  return { tone, word, sentence: [whereItStands(request, now), ...troubles(request, now)].join(" ") };
}

function whereItStands(request: ApprovalRequest, now: Instant): string {
  switch (request.state) {
    case "assessing":
      return "The app looks the connection up and asks the policy. That takes some seconds.";
    case "waiting":
      return waiting(request, now);
    case "deferred":
      return deferred(request, now);
    case "applying":
      return applying(request);
    case "closed":
      return closed(request, now);
  }
}

function waiting({ ask, verdict }: RequestIn<"waiting">, now: Instant): string {
  const { requirement, deadline } = ask;
  const isRejected = requirement.onTimeout === "reject";
  if (isOver(deadline, now))
    return `The time to answer is over. In a moment it ${isRejected ? "is rejected for good" : "expires"}.`;
  const missing = demandsOf(ask, verdict).flatMap(({ demand, needed, approvals }) =>
    approvals.length < needed ? [{ ...demand, quorum: demand.quorum - approvals.length }] : [],
  );
  if (missing.length === 0)
    return "It has all the approvals that it needs. The decision follows in a moment.";
  const who = describeDemands({ ...requirement, requirements: missing });
  const end = isRejected ? "is rejected for good" : "expires, and the connection stays Pending";
  return `It waits for ${who}. ${capital(relative(deadline, now))}, if too few have answered, it ${end}.`;
}

function deferred({ deferral: { until }, verdict }: RequestIn<"deferred">, now: Instant): string {
  if (until !== null) {
    const when = isOver(until, now) ? "shortly" : `${relative(until, now)}, at ${inUtc(until)}`;
    return `A freeze${freezes(verdict)} keeps it from being approved. It is assessed again ${when}; nobody needs to do anything.`;
  }
  const because = verdict === null ? "" : ` ${ended(verdict.because)}`;
  return `The policy leaves it alone.${because} The connection stays Pending until the policy or the connection changes.`;
}

/** ` (year-end)`; nothing where the verdict does not name any. */
const freezes = (verdict: ApprovalRequest["verdict"]): string =>
  verdict?.kind === "wait" ? ` (${verdict.decidedBy.map(({ name }) => name).join(", ")})` : "";

const ANSWERED = { approve: "Approved", reject: "Rejected" } as const;

function applying({ application, decision }: RequestIn<"applying">): string {
  const decided = `It was decided to ${decision.decision}, by ${actorName(decision.by)}.`;
  const answer = ANSWERED[decision.decision];
  if (application === null) return `${decided} The app looks once more, then writes ${answer} to Azure.`;
  if (!application.isTaken) return `${decided} The app writes ${answer} to Azure now.`;
  return `${decided} Azure took ${answer}; it is done when Azure shows it.`;
}

function closed({ closure, decision }: RequestIn<"closed">, now: Instant): string {
  const by = decision === null ? "" : `, by ${actorName(decision.by)}`;
  switch (closure.outcome) {
    case "approved":
      return `Approved${by}: Azure shows it. Whoever owns the endpoint can connect until the connection is removed.`;
    case "rejected":
      return `Rejected${by}, for good: Azure shows it. To ask again, the consumer needs a new private endpoint.`;
    case "expired":
      return "Too few answered in time. The connection stays Pending; reopen the request to ask again.";
    case "superseded":
      return "The connection is gone, or was answered elsewhere; the timeline says which. Should it be Pending again, so is this request.";
    case "refused":
      return "It is, or may be, the cluster's own connection. The app leaves it alone for good.";
    case "failed":
      return failed(closure.failure, now);
  }
}

const failed = (failure: Failure, now: Instant): string =>
  `${told("The app gave up for now", failure)} It tries again ${next(failure, now)}; retry it to be sooner.`;

/** What stands in the way for the moment, and when it is tried again. */
function troubles({ delay, interruption, missing }: ApprovalRequest, now: Instant): readonly string[] {
  return [
    ...(missing === null
      ? []
      : [
          `Azure does not show the connection any more (since ${relative(missing.since, now)}). The app looks again; if it stays gone for some minutes, the request is closed.`,
        ]),
    ...(delay === null ? [] : [`${told("The app has to wait", delay)} It tries again ${next(delay, now)}.`]),
    ...(interruption === null
      ? []
      : [
          `${told("The app cannot look after it right now", interruption)} It goes on ${next(interruption, now)}; what people answered stays.`,
        ]),
  ];
}

const told = (what: string, { code, message, hint }: Failure): string =>
  `${what} (${code}): ${ended(message)}${hint === null ? "" : ` ${ended(hint)}`}`;

/** When it is tried again: at once, where the moment has come and the next look has not. */
const next = ({ retryAt }: Failure, now: Instant): string =>
  isOver(retryAt, now) ? "shortly" : relative(retryAt, now);
