import type { InvocationContext } from "@azure/functions";
import { type Activities, createActivities } from "../shared/workflow/activities.ts";
import { announce, apply, ask, assess, followUp, giveUp } from "../shared/workflow/contract.ts";
import { perform } from "./kit/activity.ts";
import { activityNeedsOf } from "./kit/app.ts";

const work = (context: InvocationContext): Activities => createActivities(activityNeedsOf(context));

perform(assess, (errand, context) => work(context).assess(errand));
perform(ask, ({ requestId }, context) => work(context).ask(requestId));
perform(followUp, (at, context) => work(context).followUp(at));
perform(apply, (errand, context) => work(context).apply(errand));
perform(giveUp, (errand, context) => work(context).giveUp(errand));
perform(announce, ({ requestId }, context) => work(context).announce(requestId));
