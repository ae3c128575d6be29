import { ACTIVITIES } from "../shared/workflow/activities.ts";
import { perform } from "./kit/activity.ts";
import type { App } from "./kit/app.ts";

/** The activities of the orchestrators. */
export function registerActivities(app: () => App): void {
  for (const activity of Object.values(ACTIVITIES))
    perform(activity, (context) => app().activityNeeds(context));
}
