import type { TriggerSettings } from "../shared/config.ts";
import { ACTIVITIES, PUT_OUT } from "../shared/workflow/activities.ts";
import { perform } from "./kit/activity.ts";
import type { App } from "./kit/app.ts";
import { TOPIC } from "./kit/topic.ts";

/** The activities of the orchestrators; one more where there is a topic, since an output must have its settings. */
export function registerActivities(app: () => App, settings: TriggerSettings): void {
  for (const activity of Object.values(ACTIVITIES))
    perform(activity, (context) => app().activityNeeds(context));
  if (settings.EventGridOut__topicEndpointUri !== undefined)
    perform(PUT_OUT, (context) => app().activityNeeds(context), [TOPIC]);
}
