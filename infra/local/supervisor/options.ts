import * as z from "zod";
import type { LimitName, Throttling } from "../arm/throttling.ts";
import { UsageError } from "../kit/errors.ts";
import { DEFAULT_DATA } from "./data-folder.ts";
import { STORES, type StoreKind } from "./settings.ts";

const DEFAULT_APP_PORT = "7071";

/** `--help` of npm start. */
export const START_HELP = `Starts the app and stand-ins of the cloud services it needs, all on 127.0.0.1.

Usage: npm start -- [options]

  --port N             port of the app (default ${DEFAULT_APP_PORT}; 0 = any free one)
  --data DIR           where everything is kept (default ${DEFAULT_DATA}/); the next start continues from there
  --store STORE        what keeps the audit trail: sqlite, a file, or tables, which is Azure's Table storage as Azurite
                       plays it (default: sqlite, later that with which the folder was begun)
  --empty              no sample clusters and requests, in this folder for good
  --arm-rate B/S       what ARM allows before it throttles: bursts of B calls, S per second after that
                       (default: Azure's own limits)
  --chaos SEED         the app's orchestrations meet the troubles that Azure may make: activities run twice, results
                       are lost, messages come twice or in another order; a seed makes the same again
  --virtual-clock      time can be put forward, for the app and the stand-ins alike: npm run clock -- advance 4h;
                       a folder whose time was put forward keeps it, also without this option
  --strict             an orchestration fails where otherwise a warning says that it would do harm in Azure
  --app DIR            folder of the functions app to run (default: this repository)
  --verbose            say more
  --help               this text

Environment: POLICY, POLICY_SCHEDULE, NOTICE_SCHEDULE, DIGEST_SCHEDULE, DIGEST_MAX_AGE, HISTORY_DAYS, PURGE_SCHEDULE,
KILL_SWITCH, POLICY_MODE, WRITES, POLICY_KEYS, POLICY_SIGNATURES, SWEEP_SCHEDULE, REJECTION_DELAY, WEBHOOK_PRIVATE, OTEL_EXPORTER_OTLP_ENDPOINT (and the
other three of OTEL_) and, for a webhook that you call x,
WEBHOOK_URL_X, WEBHOOK_KEYS_X and WEBHOOK_FILTER_X are handed to the app. Here a policy rejects at once (REJECTION_DELAY=0s), where in Azure it waits for ten
minutes after a change.
POLICY=azurite is the blob policy/policy.json of the Azurite of --store tables, to which npm run policy -- publish
publishes; a policy must be there before the app starts.
Ctrl-C stops everything.`;

/** The options of npm start, in the form `parseArgs` wants. */
export const START_OPTIONS = {
  port: { type: "string", default: DEFAULT_APP_PORT },
  data: { type: "string", default: DEFAULT_DATA },
  store: { type: "string" },
  empty: { type: "boolean", default: false },
  "arm-rate": { type: "string" },
  chaos: { type: "string" },
  "virtual-clock": { type: "boolean", default: false },
  strict: { type: "boolean", default: false },
  app: { type: "string" },
  verbose: { type: "boolean", default: false },
} as const;

/** A bucket of `burst` calls that refills with `perSecond`. */
export interface ArmRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Reads a port; 0 is one. */
export function parsePort(text: string): number {
  const port = z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .safeParse(text.trim() === "" ? undefined : text);
  if (port.success) return port.data;
  throw new UsageError(`--port must be a number from 0 to 65535, not "${text}".`);
}

/** Reads what keeps the audit trail. */
export function parseStore(text: string): StoreKind {
  const store = STORES.find((one) => one === text);
  if (store !== undefined) return store;
  throw new UsageError(`--store must be ${STORES.join(" or ")}, not "${text}".`);
}

/** Reads `BURST/PER_SECOND`. */
export function parseArmRate(text: string): ArmRate {
  const [, burst, perSecond] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  const rate = { burst: Number(burst), perSecond: Number(perSecond) };
  if (rate.burst > 0 && rate.perSecond > 0) return rate;
  throw new UsageError(`--arm-rate must be BURST/PER_SECOND, such as 250/25, not "${text}".`);
}

const ARM_LIMITS = [
  "armReads",
  "armWrites",
  "armDeletes",
  "clusterGet",
  "clusterListBySubscription",
  "clusterListByResourceGroup",
  "aksOther",
] as const satisfies readonly LimitName[];

/** The same rate for every limit of ARM and of its resource providers. */
export function armLimits(rate: ArmRate): Throttling {
  return Object.fromEntries(ARM_LIMITS.map((limit) => [limit, rate]));
}
