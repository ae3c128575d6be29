import { type Instant, instant, type PrivateEndpointConnection } from "../connection/connection.ts";
import type { Fault } from "../connection/fault.ts";
import { pauseAfterFailureMs, pauseAfterInterruptionMs } from "../connection/retry.ts";
import { RECORDS_ALTERED } from "../request/account.ts";
import type { Entry } from "../request/record.ts";
import { type ApprovalRequest, type Failure, isAtRest } from "../request/request.ts";
import { type Actor, type HintSource, SYSTEM } from "../request/terms.ts";
import { inUtc, oneLine } from "../text.ts";
import { hintFor } from "./fault-hint.ts";
import { compareSnapshot } from "./snapshot.ts";

/**
 * The app gives up for now. A request that is open fails, and is taken up again by the sweep; one that is at rest stays
 * as it is, with everything that people were asked and said: only nothing looks after it until then.
 */
export function failureEntries(request: ApprovalRequest, fault: Fault, at: Instant): readonly Entry[] {
  if (request.state === "closed") return [];
  const trouble = troubleOf(fault);
  const { code, message } = trouble;
  if (isAtRest(request)) {
    const pauseMs = pauseAfterInterruptionMs((request.interruption?.count ?? 0) + 1);
    const retryAt = instant(Date.parse(at) + pauseMs);
    const sentence = `Interrupted by ${code}: ${ended(message)} The request stays as it is; the app goes on after ${inUtc(retryAt)}.`;
    return [{ kind: "interrupted", ...trouble, retryAt, sentence }];
  }
  const retryAt = instant(Date.parse(at) + pauseAfterFailureMs(request.failures + 1));
  const { hint } = trouble;
  const toDo = hint === null ? "" : ` ${hint}`;
  const sentence = `Failed with ${code}: ${ended(message)} It is tried again after ${inUtc(retryAt)}.${toDo}`;
  return [{ kind: "failed", ...trouble, retryAt, sentence }];
}

/** What a record says of a fault. */
const troubleOf = (fault: Fault) => ({
  actor: SYSTEM,
  correlationId: fault.correlationId ?? null,
  code: fault.armCode ?? fault.code,
  message: oneLine(fault.message, 500),
  hint: hintFor(fault),
});

/** Shorter pauses are told nobody: what passes so soon need not be in the trail. */
const WORTH_TELLING_MS = 10_000;
/** The same trouble is told again when it has gone on for twice as long as when it was told last, and no sooner. */
const TOLD_AGAIN_MS = 5 * 60_000;

/** ARM is in trouble, and the same is tried again after a pause: told when that is long, or another trouble, or lasts. */
export function delayEntries(
  request: ApprovalRequest,
  fault: Fault,
  { at, afterMs }: { readonly at: Instant; readonly afterMs: number },
): readonly Entry[] {
  const trouble = troubleOf(fault);
  const { code, message } = trouble;
  const { delay, updatedAt } = request;
  if (delay === null && afterMs < WORTH_TELLING_MS) return [];
  if (delay?.code === code && Date.parse(at) < toldAgainAtMs(delay.since, updatedAt)) return [];
  const retryAt = instant(Date.parse(at) + afterMs);
  const sentence = `Delayed by ${code}: ${ended(message)} It is tried again after ${inUtc(retryAt)}.`;
  return [{ kind: "delayed", ...trouble, retryAt, sentence }];
}

/** So that what goes on for weeks makes a dozen records. @param toldAt of the last record, which told of it */
function toldAgainAtMs(since: Instant, toldAt: Instant): number {
  const lastedMs = Date.parse(toldAt) - Date.parse(since);
  return Date.parse(since) + Math.max(2 * lastedMs, TOLD_AGAIN_MS);
}

/** Whether a request waits for the end of an interruption, until which no orchestration is started for it. */
export const isInterrupted = ({ interruption }: ApprovalRequest, now: Instant): boolean =>
  interruption !== null && Date.parse(now) < Date.parse(interruption.retryAt);

/** Takes up a request that failed although its write took effect: ARM shows the answer, and only the proof is missing. */
export function proofEntries(
  request: ApprovalRequest,
  connection: PrivateEndpointConnection,
  now: Instant,
): readonly Entry[] {
  const { application, closure, decision } = request;
  const { status } = connection;
  const isOurs = application?.answer === status || compareSnapshot(request, connection).kind === "answered";
  if (closure?.outcome !== "failed" || !isOurs || isDistrusted(closure.failure, now)) return [];
  const resume = decision === null ? "assessing" : "applying";
  const sentence = `ARM shows ${status} after all.`;
  return [{ kind: "reopened", actor: SYSTEM, reason: "answered", resume, sentence }];
}

/** An altered trail stays so, and each look at it is one more record that alarms people: only a person has it looked at sooner. */
const isDistrusted = ({ code, retryAt }: Failure, now: Instant): boolean =>
  code === RECORDS_ALTERED && Date.parse(now) < Date.parse(retryAt);

/**
 * A hint may come right after a person mended what was wrong; one that comes again and again must wear out neither ARM nor
 * those who read the request's records: after ten failures they may do less and less, down to once an hour.
 */
const HINT_RETRY = { pauseMs: 60_000, maxMs: 60 * 60_000, failures: 10 } as const;

const pauseOfHintsMs = (failures: number): number =>
  Math.min(HINT_RETRY.pauseMs * 2 ** Math.max(0, failures - HINT_RETRY.failures), HINT_RETRY.maxMs);

/**
 * Takes up a failed request again: when its pause is over, or a minute after it failed where somebody points at it. A
 * decision that came of asking people stands.
 */
export function retryEntries(request: ApprovalRequest, now: Instant, source: HintSource): readonly Entry[] {
  const { closure } = request;
  if (closure?.outcome !== "failed" || isDistrusted(closure.failure, now)) return [];
  const retryAtMs = Date.parse(closure.failure.retryAt);
  const dueMs =
    source === "sweep"
      ? retryAtMs
      : Math.min(retryAtMs, Date.parse(closure.at) + pauseOfHintsMs(request.failures));
  return Date.parse(now) < dueMs ? [] : [retried(request, SYSTEM, "Tried again after a failure.")];
}

/** The entry that takes a failed request up again. */
export const retried = ({ ask, decision }: ApprovalRequest, actor: Actor, sentence: string): Entry => ({
  kind: "reopened",
  actor,
  reason: "retry",
  resume: decision !== null && ask !== null ? "applying" : "assessing",
  sentence,
});

/** Somebody else's words may come without a full stop, and a sentence of ours follows. */
const ended = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`);
