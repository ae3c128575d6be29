import { app as host, type InvocationContext, type Timer } from "@azure/functions";
import * as df from "durable-functions";
import type { TriggerSettings } from "../shared/config.ts";
import { instant } from "../shared/connection/connection.ts";
import { sweep } from "../shared/intake/sweep.ts";
import { reasonOf } from "../shared/text.ts";
import type { App } from "./kit/app.ts";
import { keeping } from "./kit/job.ts";
import { measureStanding } from "./kit/measure.ts";

/** A minute less than host.json's functionTimeout, so that a sweep of very many clusters says what it left. */
const TIME_MS = 4 * 60 * 1_000;

/** The timer that looks through every cluster. */
export function registerSweep(app: () => App, { SWEEP_SCHEDULE }: TriggerSettings): void {
  host.timer("sweep", {
    schedule: SWEEP_SCHEDULE,
    extraInputs: [df.input.durableClient()],
    handler: async (_timer: Timer, context: InvocationContext) =>
      keeping(app(), "sweep", context, () => sweepAll(app(), context)),
  });
}

/** @returns whether everything could be looked at */
async function sweepAll(app: App, context: InvocationContext): Promise<boolean> {
  // Before the sweep, so that what keeps it from ending keeps nobody from seeing that; figures are not what it is for.
  await measureStanding(app.store, instant(Date.now())).catch((error: unknown) =>
    context.warn(`Figures could not be told: ${reasonOf(error, 300)}`),
  );
  const { clusters, seen, opened, reassessed, missed, troubles, broken } = await sweep(
    app.intakeNeeds(context),
    {
      startAt: Math.random(),
      signal: AbortSignal.timeout(TIME_MS),
    },
  );
  for (const trouble of troubles) context.warn(`Sweep: ${trouble}`);
  for (const trouble of broken) context.error(`Sweep: ${trouble}`);
  context.info(`Sweep: ${clusters} clusters, ${seen} connections, ${opened} new requests`);
  if (reassessed > 0) context.info(`Sweep: ${reassessed} requests had been assessed by another policy`);
  // The invocation counts as failed, for those who watch the host's figures.
  if (broken.length > 0) throw new Error(`The sweep failed at ${broken.length} places.`);
  return missed === 0;
}
