import type { InvocationContext } from "@azure/functions";
import { type Activities, createActivities } from "../shared/approval/work/activities.ts";
import { announce, apply, ask, assess, followUp } from "../shared/approval/work/contract.ts";
import { perform } from "./kit/activity.ts";
import { workNeedsOf } from "./kit/app.ts";

const work = (context: InvocationContext): Activities => createActivities(workNeedsOf(context));

perform(assess, (errand, context) => work(context).assess(errand));
perform(ask, ({ requestId }, context) => work(context).ask(requestId));
perform(followUp, (at, context) => work(context).followUp(at));
perform(apply, (errand, context) => work(context).apply(errand));
perform(announce, ({ requestId }, context) => work(context).announce(requestId));
