import { failureEntries } from "../approval/fail.ts";
import { pauseWhileLeft } from "../approval/wait.ts";
import { type Instant, instant, type RequestId } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import { countFault, pauseBeforeRetry } from "../connection/retry.ts";
import { factsUsed } from "../policy/index.ts";
import { amend } from "../request/ledger.ts";
import { type ApprovalRequest, isAtRest, isLeft, type RequestState, whoKnows } from "../request/request.ts";
import { apply } from "./apply.ts";
import { assess } from "./assess.ts";
import {
  type Errand,
  type FollowUp,
  type GiveUp,
  type Progress,
  type Standing,
  standingOf,
} from "./contract.ts";
import { followUp } from "./follow-up.ts";
import { type ActivityNeeds, current } from "./needs.ts";

/**
 * The work of a request's life. Each may run twice, or again after a crash in its middle: it first looks where the
 * request stands, and does only what is left to do.
 */
export interface Activities {
  assess(errand: Errand): Promise<Progress>;
  /** Tells the approvers that a request waits for them. */
  ask(requestId: RequestId): Promise<null>;
  followUp(at: FollowUp): Promise<Standing>;
  apply(errand: Errand): Promise<Progress>;
  /** Tells those who were asked what became of it; nothing when a later round is under way. */
  announce(requestId: RequestId): Promise<null>;
  /** Records that an orchestration broke, so that the sweep does not start it over and over without a pause. */
  giveUp(errand: GiveUp): Promise<null>;
}

export function createActivities(needs: ActivityNeeds): Activities {
  const { ledger, notifier } = needs;
  return {
    assess: (errand) => inState(needs, "assessing", errand, (request) => assess(needs, request)),
    apply: (errand) => inState(needs, "applying", errand, (request) => apply(needs, request)),
    ask: async (requestId) => {
      const request = await current(ledger, requestId);
      if (request.state === "waiting") await notifier.asked(request);
      return null;
    },
    followUp: async ({ requestId, round, now }) => {
      const request = await current(ledger, requestId);
      const isItsTurn = request.round === round && isAtRest(request);
      return standing(needs, isItsTurn ? await followUp(needs, request, now) : request, { round, now });
    },
    announce: async (requestId) => {
      const request = await current(ledger, requestId);
      if (request.state === "closed" && whoKnows(request) !== null) await notifier.closed(request);
      return null;
    },
    giveUp: async ({ requestId, round }) => {
      await amend(ledger, requestId, (now) =>
        now.round === round ? failureEntries(now, BROKEN, ledger.now()) : [],
      );
      return null;
    },
  };
}

/** What exactly broke is in the app's log, for those who may read it. */
const BROKEN = new Fault("BROKEN", "The app could not go on with this request; its log says why.");

/** Does `work` when it is this state's turn; turns ARM's troubles into a pause or, in the end, into a failure. */
async function inState(
  needs: ActivityNeeds,
  state: RequestState,
  { requestId, round, tries: before }: Errand,
  work: (request: ApprovalRequest) => Promise<ApprovalRequest>,
): Promise<Progress> {
  const { ledger, random, warn } = needs;
  const stands = async (after: ApprovalRequest): Promise<Progress> => ({
    kind: "stands",
    standing: await standing(needs, after, { round, now: ledger.now() }),
  });
  const request = await current(ledger, requestId);
  if (request.round !== round || request.state !== state) return stands(request);
  try {
    return await stands(await work(request));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { tries, attempt } = countFault(before, error);
    const afterMs = pauseBeforeRetry(error, attempt, random());
    if (afterMs !== null) {
      const seconds = Math.round(afterMs / 1_000);
      warn(`${requestId}: ${error.armCode ?? error.code}: ${error.message} Trying again in ${seconds} s.`);
      return { kind: "tryAgain", afterMs, tries };
    }
    // Another run may have gone on meanwhile; its state is not this one's to fail.
    const fail = (now: ApprovalRequest) =>
      now.round === round && now.state === state ? failureEntries(now, error, ledger.now()) : [];
    return stands(await amend(ledger, requestId, fail));
  }
}

/** Where a request stands, and when it next needs a look; what is left alone needs one from time to time. */
async function standing(
  { policies }: ActivityNeeds,
  request: ApprovalRequest,
  { round, now }: { readonly round: number; readonly now: Instant },
): Promise<Standing> {
  const plain = standingOf(request, round);
  if (plain.state === "closed" || !isLeft(request)) return plain;
  const pauseMs = pauseWhileLeft(request, factsUsed(await policies.current()));
  return { ...plain, wakeAt: instant(Date.parse(now) + pauseMs) };
}
