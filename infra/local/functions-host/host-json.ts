import { join } from "node:path";
import * as z from "zod";
import { StartError } from "./errors.ts";
import { readJsonWithComments } from "./json-file.ts";
import { LOG_LEVELS, type LogLevel } from "./log.ts";
import { parseTimeSpan } from "./time-span.ts";

function readTimeSpan(text: string, context: z.RefinementCtx): number {
  const value = parseTimeSpan(text);
  if (value !== null) return value;
  context.addIssue({ code: "custom", message: `"${text}" is not a time span such as 00:05:00` });
  return z.NEVER;
}

const Milliseconds = z.string().transform(readTimeSpan);

const Level = z
  .string()
  .toLowerCase()
  .transform((text) => (text === "info" ? "information" : text))
  .pipe(z.enum(LOG_LEVELS));

/** One of `names`, in any case, as .NET reads its enumerations. */
const oneOf = <const Names extends readonly string[]>(...names: Names) =>
  z.string().transform((text, context): Names[number] => {
    const found = names.find((name) => name.toLowerCase() === text.toLowerCase());
    if (found !== undefined) return found;
    context.addIssue({ code: "custom", message: `"${text}" is none of ${names.join(", ")}` });
    return z.NEVER;
  });

const Http = z.object({ routePrefix: z.string().default("api") });

/** Defaults: https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus#hostjson-settings */
const ServiceBus = z.object({
  autoCompleteMessages: z.boolean().default(true),
  maxConcurrentCalls: z.int().min(1).default(16),
  maxAutoLockRenewalDuration: Milliseconds.default(300_000),
});

/** How long Azure Storage hides what a host has taken. */
const VISIBILITY_MS = { least: 60_000, most: 3_600_000 };
const Visibility = z.string().refine(
  (text) => {
    const span = parseTimeSpan(text);
    return span !== null && span >= VISIBILITY_MS.least && span <= VISIBILITY_MS.most;
  },
  { error: "must be between 00:01:00 and 01:00:00" },
);

/**
 * What keeps the extension from starting is refused here, too; nothing else of it is heeded.
 * @see AzureStorageOptions.Validate in the Durable extension
 */
const StorageProvider = z
  .object({
    partitionCount: z.int().min(1).max(16).optional(),
    controlQueueBatchSize: z.int().min(1).max(32).optional(),
    controlQueueBufferThreshold: z.int().min(1).max(1000).optional(),
    controlQueueVisibilityTimeout: Visibility.optional(),
  })
  .catchall(z.union([z.string(), z.number(), z.boolean()]));

/**
 * Defaults: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-bindings#host-json and
 * https://learn.microsoft.com/azure/azure-functions/durable/durable-orchestration-versioning
 */
const DurableTask = z.object({
  hubName: z.string().default("TestHubName"),
  maxConcurrentOrchestratorFunctions: z.int().min(1).default(10),
  maxConcurrentActivityFunctions: z.int().min(1).default(10),
  /** What new instances get; empty means none. */
  defaultVersion: z.string().default(""),
  versionMatchStrategy: oneOf("None", "Strict", "CurrentOrOlder").default("CurrentOrOlder"),
  versionFailureStrategy: oneOf("Reject", "Fail").default("Reject"),
  storageProvider: StorageProvider.default({}),
  /** Checked, so that a misspelt one is found here; this host sends no telemetry of its own. */
  tracing: z
    .object({
      distributedTracingEnabled: z.boolean().default(false),
      version: oneOf("None", "V1", "V2").default("V1"),
      traceInputsAndOutputs: z.boolean().default(false),
    })
    .prefault({}),
});

/**
 * The part of host.json that this host heeds; other members are for Azure and pass unread.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-host-json
 */
const HostJson = z.object({
  version: z.literal("2.0", { error: 'must be "2.0"' }),
  /** Milliseconds; null means unbounded. The default is the Flex Consumption plan's. */
  functionTimeout: z
    .string()
    .transform((text, context) => (text === "-1" ? null : readTimeSpan(text, context)))
    .default(1_800_000),
  telemetryMode: oneOf("ApplicationInsights", "OpenTelemetry").default("ApplicationInsights"),
  logging: z.object({ logLevel: z.record(z.string(), Level).default({}) }).prefault({}),
  extensions: z
    .object({
      http: Http.prefault({}),
      serviceBus: ServiceBus.prefault({}),
      durableTask: DurableTask.prefault({}),
    })
    .prefault({}),
});

export type HostJson = Omit<z.infer<typeof HostJson>, "logging"> & {
  logging: { logLevel: Record<string, LogLevel> };
};

/** Reads host.json of an app folder. Throws a StartError that lists every problem. */
export function readHostJson(appDir: string): HostJson {
  const parsed = HostJson.safeParse(readJsonWithComments(join(appDir, "host.json")));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join(".") || "(root)"}: ${issue.message}`,
  );
  throw new StartError(`host.json cannot be used:\n${problems.join("\n")}`);
}
