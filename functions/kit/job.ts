import { instant } from "../../shared/connection/connection.ts";
import type { Job } from "../../shared/health/port.ts";
import { count } from "../../shared/telemetry/metrics.ts";
import { reasonOf } from "../../shared/text.ts";
import type { App } from "./app.ts";
import type { Log } from "./log-record.ts";

/** Does a job of a timer, and keeps how it ended. @param work whether it ended well; where it throws it did not */
export async function keeping(
  { store }: App,
  job: Job,
  log: Log,
  work: () => Promise<boolean>,
): Promise<void> {
  let isWell = false;
  try {
    isWell = await work();
  } finally {
    if (!isWell) count("job.failures", { job });
    await store.runs
      .ended(job, instant(Date.now()), isWell)
      .catch((error: unknown) => log.warn(`How it ended could not be kept: ${reasonOf(error, 300)}`));
  }
}
