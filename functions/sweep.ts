import { app, type InvocationContext, type Timer } from "@azure/functions";
import * as df from "durable-functions";
import { sweep } from "../shared/intake/sweep.ts";
import { config, intakeNeedsOf } from "./kit/app.ts";

/** A minute less than host.json's functionTimeout, so that a sweep of very many clusters says what it left. */
const TIME_MS = 4 * 60 * 1_000;

app.timer("sweep", {
  schedule: config.SWEEP_SCHEDULE,
  extraInputs: [df.input.durableClient()],
  handler: async (_timer: Timer, context: InvocationContext) => {
    const { clusters, seen, opened, reassessed, troubles, broken } = await sweep(intakeNeedsOf(context), {
      startAt: Math.random(),
      signal: AbortSignal.timeout(TIME_MS),
    });
    for (const trouble of troubles) context.warn(`Sweep: ${trouble}`);
    for (const trouble of broken) context.error(`Sweep: ${trouble}`);
    context.info(`Sweep: ${clusters} clusters, ${seen} connections, ${opened} new requests`);
    if (reassessed > 0) context.info(`Sweep: ${reassessed} requests were judged by another policy before`);
    // The invocation counts as failed, for whoever watches the host's figures.
    if (broken.length > 0) throw new Error(`The sweep failed at ${broken.length} places.`);
  },
});
