import { delayEntries, failureEntries } from "../approval/fail.ts";
import { GONE_AFTER_MS } from "../approval/snapshot.ts";
import { pauseWhileLeft, pauseWhileUnknown } from "../approval/wait.ts";
import { type Instant, instant } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import { countFault, pauseBeforeRetry } from "../connection/retry.ts";
import { factsUsed } from "../policy/index.ts";
import { amend, currentRequest } from "../request/ledger.ts";
import { type ApprovalRequest, isLeft, type RequestIn } from "../request/request.ts";
import { type Attempt, type Progress, type RoundStatus, statusOf } from "./contract.ts";
import { type ActivityNeeds, inTurnOf } from "./needs.ts";
import { waitsForRequester } from "./requester.ts";

/** Does `work` when it is this state's turn; turns ARM's troubles into a pause or, in the end, into a failure. */
export async function attemptIn<S extends "assessing" | "applying">(
  needs: ActivityNeeds,
  state: S,
  { requestId, round, tries: before }: Attempt,
  work: (needs: ActivityNeeds, request: RequestIn<S>) => Promise<ApprovalRequest>,
): Promise<Progress> {
  const { ledger, random, warn } = needs;
  const stands = async (after: ApprovalRequest): Promise<Progress> => ({
    kind: "stands",
    status: await statusNow(needs, after, { round, now: ledger.now() }),
  });
  const request = await currentRequest(ledger, requestId);
  if (request.round !== round || !isIn(request, state)) return stands(request);
  try {
    return await stands(await work(inTurnOf(needs, request, PURPOSE[state]), request));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { tries, attempt } = countFault(before, error);
    // Another run may have gone on meanwhile; its state is not this one's to fail.
    const isItsTurn = (now: ApprovalRequest) => now.round === round && now.state === state;
    const afterMs = pauseBeforeRetry(error, attempt, random());
    if (afterMs !== null) {
      const seconds = Math.round(afterMs / 1_000);
      warn(`${requestId}: ${error.armCode ?? error.code}: ${error.message} Trying again in ${seconds} s.`);
      const delay = (now: ApprovalRequest) =>
        isItsTurn(now) ? delayEntries(now, error, { at: ledger.now(), afterMs }) : [];
      await amend(ledger, requestId, delay);
      return { kind: "tryAgain", afterMs, tries };
    }
    const fail = (now: ApprovalRequest) => (isItsTurn(now) ? failureEntries(now, error, ledger.now()) : []);
    return stands((await amend(ledger, requestId, fail)).request);
  }
}

const PURPOSE = { assessing: "look", applying: "answer" } as const;

const isIn = <S extends ApprovalRequest["state"]>(
  request: ApprovalRequest,
  state: S,
): request is RequestIn<S> => request.state === state;

/**
 * Where a request stands, and when it next needs a look. What is left alone needs one from time to time, and so does a
 * question that waits for Azure to know who asked.
 */
export async function statusNow(
  { policies }: Pick<ActivityNeeds, "policies">,
  request: ApprovalRequest,
  { round, now }: { readonly round: number; readonly now: Instant },
): Promise<RoundStatus> {
  const plain = statusOf(request, round);
  if (plain.state === "closed") return plain;
  const status = request.missing === null ? plain : wokenWithin(plain, LOOK_FOR_MISSING_MS, now);
  if (waitsForRequester(request)) return wokenWithin(status, pauseWhileUnknown(request, now), now);
  if (!isLeft(request)) return status;
  return wokenWithin(status, pauseWhileLeft(request, factsUsed(await policies.current())), now);
}

/**
 * What ARM did not show is looked for again soon: a minute later than the look counts, whose clock may be another. Counted
 * from now, not from the first look: however the clocks differ, no look follows another at once.
 */
const LOOK_FOR_MISSING_MS = GONE_AFTER_MS + 60_000;

/** At the latest then. */
function wokenWithin(status: RoundStatus, pauseMs: number, now: Instant): RoundStatus {
  const latest = instant(Date.parse(now) + pauseMs);
  const isSooner = status.wakeAt !== null && Date.parse(status.wakeAt) < Date.parse(latest);
  return isSooner ? status : { ...status, wakeAt: latest };
}
