import * as df from "durable-functions";
import { type Instant, instant } from "../shared/connection/connection.ts";
import { NO_TRIES } from "../shared/connection/retry.ts";
import { settledEvent } from "../shared/request/request.ts";
import { ACTIVITIES, type Activity } from "../shared/workflow/activities.ts";
import { type Attempt, type Progress, Round, type RoundStatus } from "../shared/workflow/contract.ts";
import { call } from "./kit/activity.ts";
import { APPROVE_CONNECTION } from "./kit/orchestrations.ts";

type Context = df.OrchestrationContext;
type Steps<T> = Generator<df.Task, T, unknown>;

/** No timer is longer: above six days durable-functions 3.5 breaks when one is cancelled. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1_000;
/** Pause between looks once the event of a wait is spent without having settled it, which no part of this app does. */
const SPENT_EVENT_PAUSE_MS = 15 * 60 * 1_000;

/** What the orchestration knows of its request; null before the first answer. */
interface Known {
  status: RoundStatus | null;
}

/**
 * A request's whole life: assess it, wait for people if the policy asks them or for a better time if it says so, apply
 * the decision.
 *
 * The store says where the request stands and this follows, so an orchestration that is started anew goes on where the
 * last one stopped.
 */
function* approveConnection(context: Context, round: Round, known: Known): Steps<string> {
  known.status ??= yield* persist(context, ACTIVITIES.assess, round);
  for (;;) {
    switch (known.status.state) {
      case "assessing":
        known.status = yield* persist(context, ACTIVITIES.assess, round);
        break;
      case "waiting":
      case "deferred":
        known.status = yield* rest(context, round, known.status);
        break;
      case "applying":
        known.status = yield* persist(context, ACTIVITIES.apply, round);
        break;
      case "closed":
        return known.status.state;
    }
  }
}

/**
 * Waits until people have settled the request, or until a deferred one is taken up again; reminding, escalating and
 * expiring on the way.
 *
 * One event task for the whole wait, a fresh timer in every `Task.any`, and `isCompleted` looked at before each: the
 * only shape that survives every race of event, timer and activity. A task that is yielded twice is scheduled twice
 * (azure-functions-durable-js#574), and a second wait for the same name swallows the event. The event itself says
 * nothing: after every wake an activity asks the store.
 */
function* rest(context: Context, round: Round, begun: RoundStatus): Steps<RoundStatus> {
  const settled = context.df.waitForExternalEvent(settledEvent(begun.waitSeq ?? 0));
  let status = begun;
  for (let isSpent = false; ; ) {
    if (isSpent) {
      yield context.df.createTimer(new Date(nowMs(context) + SPENT_EVENT_PAUSE_MS));
    } else if (!settled.isCompleted) {
      const timer = context.df.createTimer(nextWake(context, status.wakeAt));
      yield context.df.Task.any([settled, timer]);
      if (!timer.isCompleted) timer.cancel();
    }
    isSpent = settled.isCompleted;
    status = yield* call(context, ACTIVITIES.followUp, { ...round, now: instant(nowMs(context)) });
    if (status.state !== begun.state || status.waitSeq !== begun.waitSeq) return status;
  }
}

/** Attempts an activity until it is done; the pauses that ARM asks for are durable timers, and the activity bounds them. */
function* persist(context: Context, activity: Activity<Attempt, Progress>, round: Round): Steps<RoundStatus> {
  for (let tries = NO_TRIES; ; ) {
    const progress = yield* call(context, activity, { ...round, tries });
    if (progress.kind === "stands") return progress.status;
    tries = progress.tries;
    yield context.df.createTimer(new Date(nowMs(context) + progress.afterMs));
  }
}

const nowMs = (context: Context): number => context.df.currentUtcDateTime.getTime();

const nextWake = (context: Context, wakeAt: Instant | null): Date => {
  const latest = nowMs(context) + LONGEST_WAIT_MS;
  return new Date(wakeAt === null ? latest : Math.min(Date.parse(wakeAt), latest));
};

/**
 * Ends an orchestration that broke with a record and with a message: without the record the sweep would start it again
 * and again, and an error without a message would fail it without a word of why (durable-functions 3.5). A request that is at
 * rest stays as it is, with all that people were asked and said.
 */
function* orGiveUp(context: Context): Steps<string> {
  const round = Round.parse(context.df.getInput());
  for (const known: Known = { status: null }; ; ) {
    try {
      return yield* approveConnection(context, round, known);
    } catch (error) {
      const before = known.status;
      known.status = yield* call(context, ACTIVITIES.giveUp, { ...round, status: before });
      // People may have decided while the store came back: then there is something to do, and nothing of it broke.
      if (before !== null && hasMovedOn(before, known.status)) continue;
      throw new Error(
        error instanceof Error && error.message !== "" ? error.message : "The orchestrator failed.",
      );
    }
  }
}

/** Whether the request went on to something else, other than to its end by what broke. */
const hasMovedOn = (before: RoundStatus, now: RoundStatus): boolean =>
  now.state !== "closed" && (now.state !== before.state || now.waitSeq !== before.waitSeq);

/** The orchestrator that carries a request. */
export const registerApproveConnection = (): void => {
  df.app.orchestration(APPROVE_CONNECTION, orGiveUp);
};
