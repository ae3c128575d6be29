import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Description } from "./arm/described.ts";
import { startArm } from "./arm/index.ts";
import { TENANT_ID } from "./entra/constants.ts";
import {
  BOT_CLIENT,
  DEMO_DIRECTORY,
  INBOX_CLIENT,
  MANAGED_IDENTITY,
  withSpaRedirects,
} from "./entra/directory.ts";
import { startEntra } from "./entra/index.ts";
import { startEventGrid } from "./event-grid/index.ts";
import { parseCommandLine, report } from "./kit/command.ts";
import { CommandError } from "./kit/errors.ts";
import { openClock } from "./kit/kept-clock.ts";
import { LOOPBACK } from "./kit/listen.ts";
import { loadOrCreateTls } from "./kit/tls.ts";
import { whenUnread } from "./kit/unread.ts";
import type { VirtualClock } from "./kit/virtual-clock.ts";
import { tellTimeOf } from "./kit/virtual-date.ts";
import { parseQueues, startServiceBus } from "./service-bus/index.ts";
import { addressesOf } from "./supervisor/addresses.ts";
import { type DataFolder, DEFAULT_DATA, dataFolder } from "./supervisor/data-folder.ts";
import { armLimits, parseArmRate } from "./supervisor/options.ts";
import { PROVIDER_SUBSCRIPTION } from "./supervisor/places.ts";
import { readSettings } from "./supervisor/settings.ts";
import { DEMO_CHANNELS } from "./teams/demo.ts";
import { startTeams } from "./teams/index.ts";
import type { Organisation } from "./teams/schemas.ts";

/** Where the app listens for Event Grid; the extension's path, the function's name. */
const WEBHOOK = "/runtime/webhooks/eventgrid?functionName=eventHint";

/** Where the app listens for Teams; the path that bots are registered with. */
const BOT_ENDPOINT = "/api/messages";

const QUEUES = join(import.meta.dirname, "service-bus/queues.json");

interface CloudOptions {
  readonly folder: DataFolder;
  /** `BURST/PER_SECOND`, or nothing for Azure's limits. */
  readonly armRate: string | undefined;
  /** The time of everything in this process, which the app's host puts forward before its own. */
  readonly clock: VirtualClock | undefined;
  readonly verbose: boolean;
}

/** Starts the five services in one process. Resolves to what stops them, callers before those they call. */
async function startCloud({ folder, armRate, clock, verbose }: CloudOptions): Promise<() => Promise<void>> {
  const { ports, keys, addresses, tls } = await prepare(folder);
  if (clock !== undefined) tellTimeOf(clock);
  const chat = verbose ? say : () => undefined;
  const entra = await startEntra({
    file: join(folder.cloud, "entra-key.json"),
    port: ports.entra,
    identityHeader: keys.identityHeader,
    controlKey: keys.armControl,
    directory: withSpaRedirects(DEMO_DIRECTORY, INBOX_CLIENT, inboxUrls(ports.app)),
    log: (line) => chat(`entra: ${line}`),
  });
  const serviceBus = await startServiceBus({
    file: join(folder.cloud, "service-bus.sqlite"),
    port: ports.serviceBus,
    queues: parseQueues(JSON.parse(readFileSync(QUEUES, "utf8"))),
    key: keys.serviceBus,
    ...(clock && { clock }),
    log: (level, message) => (level === "error" ? say : chat)(message),
  });
  const eventGrid = startEventGrid({
    file: join(folder.cloud, "event-grid.sqlite"),
    subscriptions: [
      {
        name: "approvals",
        schema: "EventGridSchema",
        destination: { kind: "webhook", url: addresses.app + WEBHOOK },
      },
    ],
    ...(clock && { clock }),
    log: chat,
  });
  const arm = await startArm({
    file: join(folder.cloud, "arm.sqlite"),
    port: ports.arm,
    tls,
    issuer: entra.issuer,
    jwksUrl: entra.jwksUrl,
    controlKey: keys.armControl,
    events: eventGrid,
    described: eventsOf(PROVIDER_SUBSCRIPTION),
    clock,
    log: say,
    ...(armRate !== undefined && { throttling: armLimits(parseArmRate(armRate)) }),
  });
  const teams = await startTeams({
    file: join(folder.cloud, "teams.sqlite"),
    keysFile: join(folder.cloud, "teams-keys.json"),
    port: ports.teams,
    pagePort: ports.teamsPage,
    tls,
    organisation: organisationWith(addresses.app + BOT_ENDPOINT),
    issuer: entra.issuer,
    jwksUrl: entra.jwksUrl,
    workflowKey: keys.workflows,
    controlKey: keys.armControl,
    log: chat,
  });
  for (const { unrest } of [arm, eventGrid]) clock?.watch(unrest);
  return async () => {
    await teams.close();
    await arm.close();
    await eventGrid.close();
    await serviceBus.close();
    await entra.close();
  };
}

/** How ARM shows that the app hears of a subscription's events, which Event Grid here tells it anyway. */
function eventsOf(subscription: string): Description[] {
  const topic = `/subscriptions/${subscription}/resourceGroups/rg-events/providers/Microsoft.EventGrid/systemTopics/approvals`;
  return [
    {
      id: topic,
      properties: {
        source: `/subscriptions/${subscription}`,
        topicType: "Microsoft.Resources.Subscriptions",
        provisioningState: "Succeeded",
      },
    },
    {
      id: `${topic}/eventSubscriptions/private-endpoint-hints`,
      properties: {
        provisioningState: "Succeeded",
        destination: {
          endpointType: "AzureFunction",
          properties: {
            resourceId: `/subscriptions/${subscription}/resourceGroups/rg-approvals/providers/Microsoft.Web/sites/func-approvals/functions/eventHint`,
          },
        },
        filter: {
          includedEventTypes: [
            "Microsoft.Resources.ResourceWriteSuccess",
            "Microsoft.Resources.ResourceDeleteSuccess",
          ],
        },
      },
    },
  ];
}

/** The inbox, by both names that people type for this machine. */
const inboxUrls = (port: number): string[] =>
  [LOOPBACK, "localhost"].map((host) => `http://${host}:${port}/inbox/`);

/** The tenant's people, and the app's bot in every channel: by its managed identity, or by a client secret. */
const organisationWith = (endpoint: string): Organisation => ({
  ...DEMO_CHANNELS,
  tenantId: TENANT_ID,
  people: DEMO_DIRECTORY.people,
  bots: [MANAGED_IDENTITY, BOT_CLIENT].map(({ clientId }) => ({ id: clientId, name: "Approvals", endpoint })),
});

async function prepare(folder: DataFolder) {
  const settings = readSettings(folder);
  if (settings === undefined)
    throw new CommandError(`Nothing was started on ${folder.root}; npm start does it.`);
  const tls = await loadOrCreateTls(folder.tls);
  return { ...settings, tls, addresses: addressesOf(settings, tls.caFile) };
}

/** One line, with the time of day as the app's lines have it. */
function say(line: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 23)} info  [cloud] ${line}\n`);
}

async function main(): Promise<void> {
  // The supervisor cannot tell of that end either, and stops everything.
  whenUnread(() => process.exit(0));
  const { values } = parseCommandLine(process.argv.slice(2), {
    data: { type: "string", default: DEFAULT_DATA },
    "arm-rate": { type: "string" },
    "virtual-clock": { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  });
  const folder = dataFolder(values.data);
  const stop = await startCloud({
    folder,
    // The app's host keeps the same file: it goes on where this process is, whichever of the two is restarted.
    clock: openClock(folder.app, values["virtual-clock"]),
    armRate: values["arm-rate"],
    verbose: values.verbose,
  });
  process.once("SIGTERM", () => void stop().then(() => process.exit(0)));
  process.send?.({ kind: "ready" });
}

// What has been started so far would keep the process alive.
await main().catch((error: unknown) => process.exit(report(error)));
