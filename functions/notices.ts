import { app as host, type InvocationContext, type Timer } from "@azure/functions";
import * as df from "durable-functions";
import * as z from "zod";
import type { TriggerSettings } from "../shared/config.ts";
import { instant } from "../shared/connection/connection.ts";
import { Line } from "../shared/request/notice.ts";
import type { ChannelFigures } from "../shared/request/store.ts";
import { reasonOf } from "../shared/text.ts";
import { ACTIVITIES, PUT_OUT } from "../shared/workflow/activities.ts";
import type { DeliverAt } from "../shared/workflow/contract.ts";
import { call, callOnce } from "./kit/activity.ts";
import type { App } from "./kit/app.ts";
import { DELIVER_NOTICES, deliveriesOf } from "./kit/orchestrations.ts";
import { route } from "./kit/route.ts";

/** What is due for less is left to the work that recorded it: that delivers or starts the delivery itself, unless it is killed. */
const GRACE_MS = 20_000;
/** No pause between attempts is longer; a moment further ahead is that of a clock that was wrong. */
const LONGEST_PAUSE_MS = 60 * 60_000;
/** Lines that one run of the timer starts; the next one goes on. */
const MAX_LINES = 500;

/**
 * Brings out what one request has to tell by one channel, in order, and ends when nothing is left.
 *
 * The outbox says what is due and when, so that a delivery that is started anew goes on where the last one stopped. No
 * pause is longer than an hour.
 */
function* deliverNotices(context: df.OrchestrationContext): Generator<df.Task, string, unknown> {
  const line = Line.parse(context.df.getInput());
  for (let putOut: DeliverAt["putOut"]; ; ) {
    const nowMs = context.df.currentUtcDateTime.getTime();
    const at = { ...line, now: instant(nowMs) };
    const left = yield* call(context, ACTIVITIES.deliver, putOut === undefined ? at : { ...at, putOut });
    putOut = undefined;
    if (left.kind === "empty") return left.kind;
    if (left.kind === "putOut") {
      const { seq } = left;
      putOut = { seq, error: yield* callOnce(context, PUT_OUT, { ...line, seq }) };
    }
    if (left.kind === "pause") {
      const latestMs = context.df.currentUtcDateTime.getTime() + LONGEST_PAUSE_MS;
      yield context.df.createTimer(new Date(Math.min(Date.parse(left.until), latestMs)));
    }
  }
}

/** The orchestrator that tells people. */
export const registerDelivery = (): void => {
  df.app.orchestration(DELIVER_NOTICES, deliverNotices);
};

/** The timer that starts the deliveries which a crash kept from being started. */
export function registerNoticeTimer(app: () => App, { NOTICE_SCHEDULE }: TriggerSettings): void {
  host.timer("deliverDueNotices", {
    schedule: NOTICE_SCHEDULE,
    extraInputs: [df.input.durableClient()],
    handler: async (_timer: Timer, context: InvocationContext) => startDue(app(), context),
  });
}

async function startDue({ store }: App, context: InvocationContext): Promise<void> {
  const deliveries = deliveriesOf(context);
  for (const line of await store.outbox.due(instant(Date.now() - GRACE_MS), MAX_LINES)) {
    try {
      await deliveries.start(line);
    } catch (error) {
      context.warn(`${line.requestId}: ${line.channel} was not started: ${reasonOf(error, 300)}`);
    }
  }
}

const Figures = z.object({
  channel: z.string(),
  pending: z
    .int()
    .min(0)
    .describe(
      "Those that the channel has not taken yet. What a workflow of Teams took it accepted; only its run history says whether it was posted.",
    ),
  oldestPendingAt: z.iso.datetime().nullable(),
  givenUp: z.int().min(0),
});

/** Those of every channel, and of channels that the app has no more, as long as they have something left. */
function figuresOf(channels: readonly string[], stored: readonly ChannelFigures[]): ChannelFigures[] {
  const idle = channels.filter((name) => !stored.some(({ channel }) => channel === name));
  const nothing = { pending: 0, oldestPendingAt: null, givenUp: 0 };
  return [...stored, ...idle.map((channel) => ({ channel, ...nothing }))];
}

export const noticeRoutes = [
  route({
    operationId: "getNotices",
    method: "GET",
    path: "notices",
    summary: "How many notices each channel has still to deliver, and how many were given up",
    role: "Reader",
    replySchema: z.object({ channels: z.array(Figures) }),
    problems: [],
    handle: async ({ store, channels }) => ({ channels: figuresOf(channels, await store.outbox.figures()) }),
  }),
];
