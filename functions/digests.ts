import { app as host, type InvocationContext, type Timer } from "@azure/functions";
import type { TriggerSettings } from "../shared/config.ts";
import { writeDigests } from "../shared/evidence/write-digests.ts";
import { gauge } from "../shared/telemetry/metrics.ts";
import type { App } from "./kit/app.ts";
import { keeping } from "./kit/job.ts";

/** The timer that writes down where the trails end, so that nobody can cut them off unnoticed. */
export function registerDigestTimer(app: () => App, { DIGEST_SCHEDULE }: TriggerSettings): void {
  host.timer("writeDigest", {
    schedule: DIGEST_SCHEDULE,
    handler: async (_timer: Timer, context: InvocationContext) =>
      keeping(app(), "digests", context, () => write(app(), context)),
  });
}

/** What is wrong with the digests so far fails the invocation, for those who watch the host's figures; the next one is written all the same. */
async function write({ digestNeeds }: App, context: InvocationContext): Promise<boolean> {
  const { written, troubles } = await writeDigests(digestNeeds);
  gauge("audit.chain.verify", troubles.length === 0 ? 1 : 0);
  for (const { number, trails, records, until } of written)
    context.info(`Digest ${number}: ${trails} trails of ${records} records, until ${until}`);
  for (const trouble of troubles)
    context.error(
      `Digests: ${trouble} Run "npm run audit -- verify", and find out who can write to the store and to the digests.`,
    );
  if (troubles.length > 0) throw new Error(`The digests have faults (${troubles.length}): ${troubles[0]}`);
  return true;
}
