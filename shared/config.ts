import * as z from "zod";
import { DigestsAddress, digestsBeside } from "./digests-address.ts";
import { INTEGRATION_KEYS, readIntegrationKeys } from "./integration-keys.ts";
import { LinkKeysText } from "./link-keys.ts";
import { EVERYTHING, EventFilterText } from "./notify/events/filter.ts";
import { WEBHOOK_SETTINGS, webhooksIn } from "./notify/events/settings.ts";
import { Mode } from "./policy/index.ts";
import { PolicyAddress } from "./policy-address.ts";
import { PolicyKeys } from "./policy-keys.ts";
import { HOW_TO_MAKE_KEYS, RecordKeys } from "./record-keys.ts";
import {
  days,
  delay,
  fewOf,
  httpsUrl,
  onOrOff,
  rate,
  type SettingProblem,
  schedule,
  scopes,
} from "./setting-kinds.ts";
import { SIGN_IN_SETTINGS } from "./sign-in-settings.ts";
import { StoreAddress } from "./store-address.ts";
import { TEAMS_NAMED, TEAMS_SETTINGS, teamsIn } from "./teams.ts";
import { TELEMETRY_SETTINGS } from "./telemetry-settings.ts";

/** The app's settings: one environment variable each. Their descriptions are the README's table. */
const Settings = z.object({
  CLUSTER_SCOPES: scopes.describe(
    "Where our clusters are: ARM ids of subscriptions, resource groups or clusters, separated by commas. Hints about clusters elsewhere are ignored.",
  ),
  TENANT_ID: z.guid("must be a GUID").toLowerCase().describe("The Entra tenant whose people may sign in."),
  ...SIGN_IN_SETTINGS,
  AUDIT_STORE: StoreAddress.describe(
    "Where the audit store is. The path of a SQLite file, which one process at a time may write; or, for as many as there are, `https://ACCOUNT.table.core.windows.net`, Table storage by the app's identity; or the connection string of an Azurite on this machine.",
  ),
  RECORD_KEYS: RecordKeys.describe(
    `Keys that seal the audit records, so that nobody who can write to the store can make one up: ${HOW_TO_MAKE_KEYS}, e.g. \`main:<key>\`. The first one seals, all are known: to replace a key put the new one in front and keep the old one.`,
  ),
  DIGESTS: DigestsAddress.optional().describe(
    "Where the digests of the trails are kept, best where the store's administrator can change nothing: `https://ACCOUNT.blob.core.windows.net/CONTAINER`, by the app's identity, with an immutability policy on the container; a folder; or the connection string of an Azurite on this machine with `;Container=NAME` at its end. Must be set where the store is Table storage in Azure. Default: a folder beside the store's file, named like it with `.digests`.",
  ),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "must be a URL" })
    .transform((text) => text.replace(/\/+$/, ""))
    .describe("Where people reach this app; used in what they are sent."),
  LINK_KEYS: LinkKeysText.optional().describe(
    "Keys by which links are signed that show a request without a sign-in: each at least 32 bytes in base64, as `openssl rand -base64 32` makes one. The first one signs, both are known: to replace a key put the new one in front, separated by a comma, and take the old one away three days later; to end all links at once, take it away at once. Absent: nobody can make links.",
  ),
  ...TEAMS_SETTINGS,
  POLICY: PolicyAddress.prefault("policy.yaml").describe(
    "Where the policy is. The path of a file, relative to the folder in which the app is started; one that ends in `.json` was made by `policy build`. Or the address of a blob that holds a built policy: `https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.json`, read by the app's identity; or the connection string of an Azurite on this machine with `;Container=NAME;Blob=NAME.json` at its end. A change takes effect within seconds. Default: `policy.yaml`.",
  ),
  POLICY_KEYS: PolicyKeys.optional().describe(
    "Who may sign the policy, as `name:key` separated by commas: a policy then counts only when it was built and signed (`policy sign`). Each key is an Ed25519 public key, as `openssl pkey -in KEY.pem -pubout -outform DER | openssl base64 -A` prints it; two of one name count as one. Absent: no policy needs a signature.",
  ),
  POLICY_SIGNATURES: fewOf
    .optional()
    .describe(
      "By how many of the names in `POLICY_KEYS` a policy must be signed: `2` takes two people for a change. Default: `1`, where there are `POLICY_KEYS`.",
    ),
  KILL_SWITCH: onOrOff
    .default("off")
    .describe(
      '`on`: no connection is approved by policy; every approve asks people instead. So does `"killSwitch":"on"` in `switches.json` beside the policy, without a restart. Default: `off`.',
    ),
  POLICY_MODE: z
    .enum(Mode.options, { error: `must be ${Mode.options.join(" or ")}` })
    .default("enforce")
    .describe(
      "The most that a policy may do, whatever `mode` it says: `enforce`, `approveOnly`, or `shadow`, in which it touches nothing and records what it would have done. Default: `enforce`.",
    ),
  WRITES: onOrOff
    .default("on")
    .describe(
      '`off`: nothing is written to ARM, neither by policy nor by people; what is decided waits, and goes on within minutes after `on`. Read anew at each write. So does `"writes":"off"` in `switches.json` beside the policy, without a restart. Default: `on`.',
    ),
  REJECTION_DELAY: delay
    .prefault("10m")
    .describe(
      "How long a policy must have been in force, unchanged, before it rejects anything, since that cannot be taken back: like `30s`, `10m` or `1h`, at most `1d`. People's rejections do not wait. Default: `10m`.",
    ),
  HINT_QUEUE: z
    .string()
    .regex(/^[\w.-]{1,240}$/, "must be a queue's name")
    .default("private-endpoint-hints")
    .describe(
      "The Service Bus queue of hints; `<name>-quarantine` takes what cannot be understood. Default: `private-endpoint-hints`.",
    ),
  ServiceBus: z
    .string()
    .optional()
    .describe(
      "Connection string of the Service Bus namespace; or set `ServiceBus__fullyQualifiedNamespace`.",
    ),
  ServiceBus__fullyQualifiedNamespace: z
    .string()
    .optional()
    .describe("Host name of the Service Bus namespace, reached with the app's identity."),
  SWEEP_SCHEDULE: schedule
    .default("0 */5 * * * *")
    .describe("When all clusters are looked through, as NCRONTAB in UTC. Default: `0 */5 * * * *`."),
  SWEEP_MAX_AGE: delay
    .prefault("30m")
    .describe(
      "How long ago the last sweep that ended well may be before `/api/health` says that it is late: some times the time between two, like `30m`, at most `1d`. Default: `30m`.",
    ),
  POLICY_SCHEDULE: schedule
    .default("0 * * * * *")
    .describe(
      "When the policy is looked at even if nobody asks, and what waits is assessed again by a new one, as NCRONTAB in UTC. Default: `0 * * * * *`.",
    ),
  NOTICE_SCHEDULE: schedule
    .default("*/30 * * * * *")
    .describe(
      "When the app looks for people who have not been told yet what they should know, as NCRONTAB in UTC. Default: `*/30 * * * * *`.",
    ),
  HISTORY_DAYS: days
    .prefault("30")
    .describe(
      "For how many days after its start an orchestration that has ended is kept in Durable Functions; 1 to 3650. Records are kept for good. Default: `30`.",
    ),
  PURGE_SCHEDULE: schedule
    .default("0 30 3 * * *")
    .describe(
      "When orchestrations that are older than `HISTORY_DAYS` and have ended are deleted, as NCRONTAB in UTC. Default: `0 30 3 * * *`.",
    ),
  DIGEST_SCHEDULE: schedule
    .default("0 0 * * * *")
    .describe(
      "When a digest is written of all trails that changed, as NCRONTAB in UTC. Default: `0 0 * * * *`, every hour.",
    ),
  DIGEST_MAX_AGE: delay
    .prefault("2h")
    .describe(
      "How old the newest digest may be before the next one counts as late, which is an alert: twice the time between two, like `2h`, at most `1d`. Default: `2h`.",
    ),
  ARM_ENDPOINT: httpsUrl
    .default("https://management.azure.com")
    .describe("Azure Resource Manager of your cloud. Default: `https://management.azure.com`."),
  ARM_AUDIENCE: z
    .url("must be a URL")
    .default("https://management.azure.com")
    .transform((text) => text.replace(/\/+$/, ""))
    .describe("What tokens for ARM are asked for. Default: `https://management.azure.com`."),
  AKS_RATE: rate
    .default({ burst: 60, perSecond: 1 })
    .describe(
      "What AKS allows in each of your subscriptions: calls about private endpoint connections at once, and a second after that. The app stays a tenth below. Default: `60/1`, AKS's own limit.",
    ),
  ARM_READ_RATE: rate
    .default({ burst: 250, perSecond: 25 })
    .describe(
      "What Azure Resource Manager allows in each subscription: reads at once, and a second after that. The app stays a tenth below. Default: `250/25`, its own limit.",
    ),
  WEBHOOK_PRIVATE: onOrOff
    .default("off")
    .describe(
      "`on`: webhooks may lead to private addresses, of a network of yours or of this machine, there also by http; never to those of platforms and their metadata. Default: `off`.",
    ),
  EventGridOut__topicEndpointUri: httpsUrl
    .optional()
    .describe(
      "Endpoint of an Event Grid topic for CloudEvents (`https://….eventgrid.azure.net/api/events`) that is told what happens, by the app's identity with the role EventGrid Data Sender. A user-assigned one is named by `EventGridOut__credential` = `managedidentity` and `EventGridOut__clientId`. Absent: none is.",
    ),
  EVENT_GRID_FILTER: EventFilterText.default(EVERYTHING).describe(
    "Of what the topic hears, as `WEBHOOK_FILTER_<NAME>`. Absent: everything.",
  ),
  AZURE_CLIENT_ID: z
    .guid("must be a GUID")
    .optional()
    .describe(
      "Client id of the user-assigned identity; absent: the system-assigned one. By it the app tells the events of its own writes, and spares a read for each; so give that identity to nothing else.",
    ),
  ...TELEMETRY_SETTINGS,
});

const Complete = Settings.refine(
  (given) => given.ServiceBus !== undefined || given.ServiceBus__fullyQualifiedNamespace !== undefined,
  {
    path: ["ServiceBus"],
    error: "or ServiceBus__fullyQualifiedNamespace must be set",
    // Also when other settings are missing, so that all problems are listed at once.
    when: () => true,
  },
)
  .refine(({ DIGESTS, AUDIT_STORE }) => DIGESTS !== undefined || digestsBeside(AUDIT_STORE) !== null, {
    path: ["DIGESTS"],
    error: "must be set where AUDIT_STORE is Table storage in Azure, or an Azurite without a BlobEndpoint",
  })
  .refine(({ POLICY_KEYS, POLICY_SIGNATURES = 0 }) => POLICY_SIGNATURES <= (POLICY_KEYS?.size ?? 0), {
    path: ["POLICY_SIGNATURES"],
    error: "must be at most as many as POLICY_KEYS has names",
  });

/** The app's configuration, complete and checked. */
export type Config = Readonly<ReturnType<typeof parseConfig>>;

/** Configuration that the app cannot start with; the message lists every problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** Without our stack: the reader wrote the settings, not the code that reads them. */
  override readonly stack = this.message;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Parses the environment. @throws a `ConfigError` that lists all problems, not the first */
export function parseConfig(environment: Environment) {
  const teams = teamsIn(environment);
  const { webhooks, problems } = webhooksIn(environment, {
    allowsPrivate: environment.WEBHOOK_PRIVATE === "on",
  });
  const integrations = readIntegrationKeys(environment);
  const others = [...teams.problems, ...problems, ...integrations.problems, ...renamedIn(environment)];
  const settings = parse(Complete, environment, others);
  const {
    REJECTION_DELAY: REJECTION_DELAY_MS,
    DIGEST_MAX_AGE: DIGEST_MAX_AGE_MS,
    SWEEP_MAX_AGE: SWEEP_MAX_AGE_MS,
    DIGESTS,
    TEAMS_WORKFLOW_URL: _secret,
    TEAMS_CONVERSATION: _link,
    POLICY_KEYS: keys,
    POLICY_SIGNATURES: needed = 1,
    ...plain
  } = settings;
  return Object.freeze({
    ...plain,
    TEAMS_WORKFLOWS: teams.workflows,
    TEAMS_CONVERSATIONS: teams.conversations,
    WEBHOOKS: webhooks,
    /** Null: no policy needs a signature. */
    POLICY_SIGNERS: keys === undefined ? null : { keys, needed },
    REJECTION_DELAY_MS,
    DIGEST_MAX_AGE_MS,
    SWEEP_MAX_AGE_MS,
    DIGESTS: settings.DIGESTS ?? digestsBeside(settings.AUDIT_STORE),
    API_ID_URI: settings.API_ID_URI ?? `api://${settings.SIGN_IN_AUDIENCE}`,
    SIGN_IN_CLIENTS: clientsOf(settings),
    SIGN_IN_ISSUER: settings.SIGN_IN_ISSUER ?? `https://login.microsoftonline.com/${settings.TENANT_ID}/v2.0`,
    INTEGRATION_KEYS: integrations.keys,
    QUARANTINE_QUEUE: `${settings.HINT_QUEUE}-quarantine`,
  });
}

/** Under its old name a setting would be left out, and its default would take its place. */
const renamedIn = ({ POLICY_FILE }: Environment): readonly SettingProblem[] =>
  POLICY_FILE ? [{ name: "POLICY_FILE", message: "is called POLICY now; rename it" }] : [];

/** Whose tokens count; empty where everybody's do. */
const clientsOf = ({ SIGN_IN_CLIENTS: clients, INBOX_CLIENT_ID: inbox }: z.infer<typeof Settings>) =>
  clients.length === 0 || inbox === undefined ? clients : [...new Set([...clients, inbox])];

type Shape = typeof Settings.shape;
type Parsed<N extends keyof Shape> = Pick<z.infer<typeof Settings>, N>;

/**
 * Parses only some settings, for tools that need no others. Each must be set that the app needs, but for those that the
 * tool can do without.
 *
 * @throws a `ConfigError` that lists all problems, not the first
 */
export function parseSettings<N extends keyof Shape, O extends keyof Shape = never>(
  environment: Environment,
  { needed = [], optional = [] }: { readonly needed?: readonly N[]; readonly optional?: readonly O[] },
): Parsed<N> & Partial<Parsed<O>> {
  const shape = Object.fromEntries([
    ...needed.map((name) => [name, Settings.shape[name]]),
    ...optional.map((name) => [name, Settings.shape[name].optional()]),
  ]);
  return parse(z.object(shape), environment) as Parsed<N> & Partial<Parsed<O>>;
}

/** @param others problems of settings that are no part of the schema */
function parse<S extends z.ZodType>(
  schema: S,
  environment: Environment,
  others: readonly SettingProblem[] = [],
): z.infer<S> {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, text]) => text !== "" && text !== undefined),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success && others.length === 0) return parsed.data;
  const found = [...(parsed.error?.issues ?? []).map(problemOf), ...others];
  const lines = found.map(({ name, message }) => `  ${name} ${message}`);
  throw new ConfigError(
    `The app's settings are not complete:\n${lines.join("\n")}\nREADME.md lists them all.`,
  );
}

function problemOf({ path, message, code }: z.core.$ZodIssue): SettingProblem {
  // What is to be done may be said with it.
  const isPlain = code === "invalid_type" && !message.startsWith("is not set");
  return { name: String(path[0]), message: isPlain ? "is not set" : message };
}

/** The settings by name with what they are for, in order; the README's table. */
export const describeSettings = (): { name: string; text: string }[] => [
  ...Object.entries(Settings.shape).map(([name, schema]) => ({ name, text: schema.description ?? "" })),
  ...TEAMS_NAMED,
  ...WEBHOOK_SETTINGS,
  INTEGRATION_KEYS,
];

/** The settings that functions are registered with. */
const Triggers = Settings.pick({
  HINT_QUEUE: true,
  SWEEP_SCHEDULE: true,
  POLICY_SCHEDULE: true,
  NOTICE_SCHEDULE: true,
  PURGE_SCHEDULE: true,
  DIGEST_SCHEDULE: true,
  EventGridOut__topicEndpointUri: true,
});
export type TriggerSettings = Readonly<z.infer<typeof Triggers>>;

/**
 * What functions are registered with, whatever the settings are: a wrong one counts as not set. `parseConfig` refuses it
 * when the app starts, and no function is called.
 */
export function parseTriggerSettings(environment: Environment): TriggerSettings {
  const sound = Object.entries(Triggers.shape).filter(
    ([name, schema]) => environment[name] !== "" && schema.safeParse(environment[name]).success,
  );
  return Triggers.parse(Object.fromEntries(sound.map(([name]) => [name, environment[name]])));
}

/** Whether anything may be written to ARM now; not when the setting is none that the app knows. */
export function areWritesOn({ WRITES }: Environment): boolean {
  const parsed = Settings.shape.WRITES.safeParse(WRITES === "" ? undefined : WRITES);
  return parsed.success && parsed.data === "on";
}

/** Read the process's environment: the only places that do. */
export const readConfig = (): Config => parseConfig(process.env);
export const readTriggerSettings = (): TriggerSettings => parseTriggerSettings(process.env);
/** Each time anew: where the platform changes the settings of a running process, it counts at once. */
export const readWrites = (): boolean => areWritesOn(process.env);
