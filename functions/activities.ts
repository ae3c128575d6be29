import type { InvocationContext } from "@azure/functions";
import * as z from "zod";
import { type Activities, createActivities } from "../shared/approval/work/activities.ts";
import { Errand, FollowUp, Progress, Standing } from "../shared/approval/work/contract.ts";
import { RequestId } from "../shared/connection/connection.ts";
import { type Activity, perform } from "./kit/activity.ts";
import { workNeedsOf } from "./kit/app.ts";

const OfRequest = z.object({ requestId: RequestId });
type OfRequest = z.infer<typeof OfRequest>;

export const assess: Activity<Errand, Progress> = { name: "assess", input: Errand, output: Progress };
export const ask: Activity<OfRequest, null> = { name: "ask", input: OfRequest, output: z.null() };
export const followUp: Activity<FollowUp, Standing> = { name: "followUp", input: FollowUp, output: Standing };
export const apply: Activity<Errand, Progress> = { name: "apply", input: Errand, output: Progress };
export const announce: Activity<OfRequest, null> = { name: "announce", input: OfRequest, output: z.null() };

const work = (context: InvocationContext): Activities => createActivities(workNeedsOf(context));

perform(assess, (errand, context) => work(context).assess(errand));
perform(ask, ({ requestId }, context) => work(context).ask(requestId));
perform(followUp, (at, context) => work(context).followUp(at));
perform(apply, (errand, context) => work(context).apply(errand));
perform(announce, ({ requestId }, context) => work(context).announce(requestId));
