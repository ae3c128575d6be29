import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import type { DataFolder } from "../local/supervisor/data-folder.ts";
import type { Endpoints } from "../local/supervisor/endpoints.ts";
import { readApi } from "../local/world/requests.ts";
import { startSweep } from "../local/world/sweep.ts";
import { type Finding, findingsOf } from "./findings.ts";
import type { Gateway } from "./gateway.ts";

interface Place {
  readonly folder: DataFolder;
  readonly endpoints: Endpoints;
  readonly gateway: Gateway;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The app asks AKS once a second while it works, so that it has ended when it asks nothing for so long. */
const QUIET_MS = 5_000;
/** Whoever waits wants to see that it goes on. */
const TELL_EVERY_MS = 10_000;
const POLL_MS = 500;

/** What the app found out. */
interface Looked {
  readonly findings: readonly Finding[];
  /** Whether a sweep has ended that could look at every cluster. */
  readonly isWhole: boolean;
}

const Health = z.object({ troubles: z.array(z.object({ code: z.string() })) });

/** Has all clusters looked through, and waits until every connection is assessed, as far as it can be. */
export async function look({ folder, endpoints, gateway, log, signal }: Place): Promise<Looked> {
  await startSweep(folder, endpoints);
  log("looking through the clusters");
  const startedAt = performance.now();
  let toldAt = startedAt;
  while (Math.min(gateway.quietMs(), performance.now() - startedAt) < QUIET_MS) {
    await pause(POLL_MS, undefined, { signal });
    if (performance.now() - toldAt < TELL_EVERY_MS) continue;
    toldAt = performance.now();
    log(`assessed ${(await findingsOf(endpoints)).filter(({ would }) => would !== null).length} so far`);
  }
  const { troubles } = Health.parse(await readApi(endpoints, "health"));
  const isWhole = !troubles.some(({ code }) => code === "sweepFailed");
  return { findings: await findingsOf(endpoints), isWhole };
}
