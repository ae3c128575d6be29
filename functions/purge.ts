import { app as host, type InvocationContext, type Timer } from "@azure/functions";
import * as df from "durable-functions";
import type { TriggerSettings } from "../shared/config.ts";
import { instant } from "../shared/connection/connection.ts";
import { purgeHistories } from "../shared/workflow/purge.ts";
import type { App } from "./kit/app.ts";
import { historiesOf } from "./kit/orchestrations.ts";

/** Two minutes less than host.json's functionTimeout, since the last window may take one. */
const TIME_MS = 3 * 60 * 1_000;

/** The timer that deletes what Durable Functions keeps of orchestrations which ended long ago. */
export function registerPurge(app: () => App, { PURGE_SCHEDULE }: TriggerSettings): void {
  host.timer("purgeHistories", {
    schedule: PURGE_SCHEDULE,
    extraInputs: [df.input.durableClient()],
    handler: async (_timer: Timer, context: InvocationContext) => purge(app(), context),
  });
}

async function purge({ config }: App, context: InvocationContext): Promise<void> {
  const { purged, broken, left } = await purgeHistories(historiesOf(context), {
    now: instant(Date.now()),
    days: config.HISTORY_DAYS,
    signal: AbortSignal.timeout(TIME_MS),
  });
  for (const trouble of broken) context.error(`Purge: ${trouble}`);
  context.info(`Purge: ${purged} orchestrations that ended are deleted`);
  if (left > 0) context.warn(`Purge: no time was left for ${left} windows; the next purge goes on.`);
  if (broken.length > 0) throw new Error(`${broken.length} windows could not be purged.`);
}
