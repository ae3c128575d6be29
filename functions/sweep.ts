import { app as host, type InvocationContext, type Timer } from "@azure/functions";
import * as df from "durable-functions";
import type { TriggerSettings } from "../shared/config.ts";
import { sweep } from "../shared/intake/sweep.ts";
import type { App } from "./kit/app.ts";
import { keeping } from "./kit/job.ts";

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
