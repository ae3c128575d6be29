import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { StartError } from "./errors.ts";
import { LOG_LEVELS, type LogLevel } from "./log.ts";
import { parseTimeSpan } from "./time-span.ts";

const Milliseconds = z.string().transform((text, context) => {
  const value = parseTimeSpan(text);
  if (value !== null) return value;
  context.addIssue({ code: "custom", message: `"${text}" is not a time span such as 00:05:00` });
  return z.NEVER;
});

const Level = z
  .string()
  .toLowerCase()
  .transform((text) => (text === "info" ? "information" : text))
  .pipe(z.enum(LOG_LEVELS));

const Http = z.object({ routePrefix: z.string().default("api") });

/** Defaults: https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus#hostjson-settings */
const ServiceBus = z.object({
  autoCompleteMessages: z.boolean().default(true),
  maxConcurrentCalls: z.int().min(1).default(16),
  maxAutoLockRenewalDuration: Milliseconds.default(300_000),
});

/** Defaults: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-bindings#host-json */
const DurableTask = z.object({
  hubName: z.string().default("TestHubName"),
  maxConcurrentOrchestratorFunctions: z.int().min(1).default(10),
  maxConcurrentActivityFunctions: z.int().min(1).default(10),
});

/**
 * The part of host.json that this host heeds; other members are for Azure and pass unread.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-host-json
 */
const HostJson = z.object({
  version: z.literal("2.0", { error: 'must be "2.0"' }),
  /** Milliseconds; null means unbounded. The default is the Flex Consumption plan's. */
  functionTimeout: z.union([z.literal("-1").transform(() => null), Milliseconds]).default(1_800_000),
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
  const parsed = HostJson.safeParse(readJson(join(appDir, "host.json")));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join(".") || "(root)"}: ${issue.message}`,
  );
  throw new StartError(`host.json cannot be used:\n${problems.join("\n")}`);
}

/** Parses a JSON file of the app folder. Throws a StartError when it is missing or no JSON. */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new StartError(`Cannot read ${file}. Is its folder the root of a Functions app?`, { cause: error });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new StartError(`${file} is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
}
