import * as z from "zod";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const ISO_DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** An ISO 8601 duration in days and smaller, such as `PT1M`, read as milliseconds. */
const DurationMs = z.string().transform((text, context) => {
  const parts = ISO_DURATION.exec(text);
  if (!parts || !/\d/.test(text)) {
    context.addIssue({ code: "custom", message: `"${text}" is not an ISO 8601 duration such as PT1M` });
    return z.NEVER;
  }
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return (
    (days ?? 0) * DAY_MS + (hours ?? 0) * 60 * MINUTE_MS + (minutes ?? 0) * MINUTE_MS + (seconds ?? 0) * 1000
  );
});

function durationUpTo(maxMs: number, maxText: string): z.ZodType<number, string> {
  return DurationMs.refine(
    (ms) => ms > 0 && ms <= maxMs,
    `must be longer than nothing and at most ${maxText}`,
  );
}

const Properties = z
  .strictObject({
    LockDuration: durationUpTo(5 * MINUTE_MS, "PT5M").prefault("PT1M"),
    MaxDeliveryCount: z.int().min(1).max(2000).default(10),
    RequiresDuplicateDetection: z.boolean().default(false),
    DuplicateDetectionHistoryTimeWindow: durationUpTo(7 * DAY_MS, "P7D").prefault("PT10M"),
    DefaultMessageTimeToLive: DurationMs.optional(),
    DeadLetteringOnMessageExpiration: z.boolean().default(false),
    RequiresSession: z.literal(false, "sessions are not imitated").default(false),
    ForwardTo: z.literal("", "forwarding is not imitated").default(""),
    ForwardDeadLetteredMessagesTo: z.literal("", "forwarding is not imitated").default(""),
  })
  .prefault({});

const Queue = z
  .strictObject({
    // A dollar sign would let a queue pass for a sub-queue or a management node.
    Name: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,258}[A-Za-z0-9])?$/, "is not a queue name"),
    Properties,
  })
  .transform(({ Name, Properties: p }) => ({
    name: Name,
    lockMs: p.LockDuration,
    maxDeliveryCount: p.MaxDeliveryCount,
    duplicateWindowMs: p.RequiresDuplicateDetection ? p.DuplicateDetectionHistoryTimeWindow : null,
    timeToLiveMs: p.DefaultMessageTimeToLive ?? null,
    deadLetterExpired: p.DeadLetteringOnMessageExpiration,
  }));

const Config = z
  .strictObject({ Queues: z.array(Queue).min(1) })
  .transform((config) => config.Queues)
  .refine(
    (queues) => new Set(queues.map((queue) => queue.name.toLowerCase())).size === queues.length,
    "two queues have the same name; names ignore case",
  );

/** One queue as declared; `null` means the feature is off. */
export type QueueConfig = z.infer<typeof Queue>;

/**
 * Reads a queue declaration that uses the property names of Microsoft's emulator.
 *
 * The defaults are those of a queue created in Azure, not the emulator's (which are shorter). A lock may be shorter
 * than Azure's 5 seconds.
 * @throws Error that lists every problem, when there is any.
 * @see https://github.com/Azure/azure-service-bus-emulator-installer (ServiceBus-Emulator/Config, Config-schema.json)
 */
export function parseQueues(declaration: unknown): readonly QueueConfig[] {
  const parsed = Config.safeParse(declaration);
  if (!parsed.success) throw new Error(`The queue declaration is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
