import * as z from "zod";
import { Delivery, deliverNext, sendEvent } from "../notify/deliver.ts";
import { apply } from "./apply.ts";
import { assess } from "./assess.ts";
import { attemptIn } from "./attempt.ts";
import { Attempt, Broken, DeliverAt, FollowUp, Progress, RoundStatus, ToPutOut } from "./contract.ts";
import { followUp } from "./follow-up.ts";
import { giveUp } from "./give-up.ts";
import type { ActivityNeeds } from "./needs.ts";

/** An activity: what the orchestrators know of it, and its work. Orchestrations outlive deployments: names never change. */
export interface Activity<I, O> {
  readonly name: string;
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  /** Does the work. Both ends are parsed: Durable history is a border like any other. */
  execute(needs: ActivityNeeds, raw: unknown): Promise<O>;
}

function activity<I, O>(
  name: string,
  input: z.ZodType<I>,
  output: z.ZodType<O>,
  work: (needs: ActivityNeeds, input: I) => Promise<O>,
): Activity<I, O> {
  return {
    name,
    input,
    output,
    execute: async (needs, raw) => output.parse(await work(needs, input.parse(raw))),
  };
}

/**
 * All activities. Each may run twice, or again after a crash in its middle: it first looks where the request stands, and
 * does only what is left to do.
 */
export const ACTIVITIES = {
  assess: activity("assess", Attempt, Progress, (needs, attempt) =>
    attemptIn(needs, "assessing", attempt, assess),
  ),
  followUp: activity("followUp", FollowUp, RoundStatus, followUp),
  apply: activity("apply", Attempt, Progress, (needs, attempt) =>
    attemptIn(needs, "applying", attempt, apply),
  ),
  /** Records that an orchestration broke, so that the sweep does not start it over and over without a pause. */
  giveUp: activity("giveUp", Broken, RoundStatus, giveUp),
  /** Tells people what there is to tell. */
  deliver: activity("deliver", DeliverAt, Delivery, ({ delivery }, { now, putOut, ...line }) =>
    deliverNext(delivery, line, now, putOut),
  ),
} as const;

/** Lays an event ready for the host to put out: it has failed where the host cannot. Only an app with such an output has it. */
export const PUT_OUT = activity("putOut", ToPutOut, z.object({}), async ({ delivery }, { seq, ...line }) => {
  await sendEvent(delivery, line, seq);
  return {};
});
