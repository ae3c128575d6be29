import type { InvocationContext } from "@azure/functions";
import type { TokenCredential } from "@azure/identity";
import { appCredential } from "../../shared/azure/credential.ts";
import type { Config } from "../../shared/config.ts";
import type { AtOnce } from "../../shared/notify/at-once.ts";
import type { Channel, Subscriber } from "../../shared/notify/channel.ts";
import { createPost } from "../../shared/notify/events/post.ts";
import { webhook } from "../../shared/notify/events/webhook.ts";
import { LOG_CHANNEL, logChannel, logTrial } from "../../shared/notify/log.ts";
import { recipientsOf } from "../../shared/notify/recipients.ts";
import { botChannel, type Conversation } from "../../shared/notify/teams/bot.ts";
import { botTrial } from "../../shared/notify/teams/bot-trial.ts";
import type { Connector } from "../../shared/notify/teams/connector.ts";
import { type Workflow, workflowChannel, workflowTrial } from "../../shared/notify/teams/workflows.ts";
import type { Trial } from "../../shared/notify/trial.ts";
import type { Change } from "../../shared/request/life.ts";
import { type Recipients, tellingsOf } from "../../shared/request/recipients.ts";
import type { Posted } from "../../shared/request/store.ts";
import { reasonOf } from "../../shared/text.ts";
import type { Log } from "./log-record.ts";
import { deliveriesOf } from "./orchestrations.ts";
import { putInto, topicBy, topicTrial } from "./topic.ts";

/** How people and other systems are told. */
export interface Telling {
  readonly recipients: Recipients;
  /** Names of all channels. */
  readonly names: readonly string[];
  /** @param posted what is known of messages that are brought up to date */
  channels(context: InvocationContext, posted: Posted): readonly Channel[];
  subscribers(context: InvocationContext): readonly Subscriber[];
  /** The same, of those that need no invocation. */
  readonly webhooks: readonly (Subscriber & Trial)[];
  isCalledHere(channel: string): boolean;
  /** How each channel is tried; one that is none of these cannot be. */
  trials(context: InvocationContext): readonly Trial[];
}

export function tellingBy(config: Config): Telling {
  const workflows = workflowsOf(config);
  const conversations = [...config.TEAMS_CONVERSATIONS].map(([name, id]) => ({ name, id }));
  const connector = connectorOf(config);
  const takesAnswers = config.TEAMS_ANSWERS === "on";
  const webhooks = webhooksBy(config);
  const topic = topicBy(config);
  const subscribers = topic === null ? webhooks : [...webhooks, topic];
  const { PUBLIC_URL: publicUrl, PORTAL_URL: portalUrl, TENANT_ID: homeTenant } = config;
  const place = { publicUrl, portalUrl, homeTenant };
  return {
    recipients: recipientsOf({
      channels: [{ name: LOG_CHANNEL }],
      named: [...workflows, ...conversations.map(upToDate)],
      subscribers,
    }),
    webhooks,
    isCalledHere: (channel) => webhooks.some(({ name }) => name === channel),
    names: [LOG_CHANNEL, ...[...workflows, ...conversations, ...subscribers].map(({ name }) => name)],
    channels: (context, posted) => {
      const info = (line: string): void => context.info(line);
      return [
        logChannel(publicUrl, info),
        ...workflows.map((workflow) => workflowChannel(workflow, { place, info })),
        ...conversations.map((one) => botChannel(one, { connector, place, posted, takesAnswers, info })),
      ];
    },
    subscribers: (context) =>
      topic === null ? webhooks : [...webhooks, { ...topic, send: putInto(context, publicUrl) }],
    trials: (context) => [
      logTrial((line) => context.info(line)),
      ...workflows.map((workflow) => workflowTrial(workflow, publicUrl)),
      ...conversations.map((one) => botTrial(one, connector, publicUrl)),
      ...webhooks,
      ...(topic === null ? [] : [topicTrial(context)]),
    ],
  };
}

const upToDate = ({ name }: Conversation) => ({ name, isUpToDate: true }) as const;

/** The bot is the app's identity, or another one that the app has. */
function connectorOf({ TEAMS_BOT_ID, TEAMS_SERVICE_URL: serviceUrl }: Config): Connector {
  const credential = appCredential(TEAMS_BOT_ID);
  return { serviceUrl, token: () => tokenFor(credential, "https://api.botframework.com") };
}

async function tokenFor(credential: TokenCredential, audience: string): Promise<string> {
  const got = await credential.getToken(`${audience}/.default`);
  if (got === null) throw new Error(`The app's identity got no token for ${audience}.`);
  return got.token;
}

/** A workflow whose address does not let us in by itself gets a token of the app's identity. */
function workflowsOf({
  TEAMS_WORKFLOWS,
  TEAMS_WORKFLOW_AUDIENCE,
  AZURE_CLIENT_ID,
}: Config): readonly Workflow[] {
  const credential = appCredential(AZURE_CLIENT_ID);
  const token = () => tokenFor(credential, String(TEAMS_WORKFLOW_AUDIENCE));
  return [...TEAMS_WORKFLOWS].map(([name, { url, isSigned }]) => ({
    name,
    url,
    token: isSigned ? null : token,
  }));
}

/** One for all invocations, since each knows what its receiver answered. */
function webhooksBy({ WEBHOOKS, WEBHOOK_PRIVATE, PUBLIC_URL }: Config): Telling["webhooks"] {
  const post = createPost({ allowsPrivate: WEBHOOK_PRIVATE === "on" });
  const needs = { publicUrl: PUBLIC_URL, post, now: Date.now, random: Math.random };
  return WEBHOOKS.map((settings) => webhook(settings, needs));
}

/**
 * Starts what brings out what a change put into the outbox: webhooks are called by this very process, for all else there is an
 * orchestration. What cannot be started is found by the timer within a minute.
 */
export async function startDeliveries(
  context: InvocationContext,
  log: Log,
  {
    recipients,
    atOnce,
    isCalledHere,
  }: Pick<Telling, "recipients" | "isCalledHere"> & { readonly atOnce: AtOnce },
  change: Pick<Change, "records" | "notices" | "request">,
): Promise<void> {
  const requestId = change.request.id;
  const byChannel = Map.groupBy(tellingsOf(change, recipients), ({ channel }) => channel);
  if (byChannel.size === 0) return;
  const deliveries = deliveriesOf(context);
  const record = change.records.at(-1);
  const last = record && { id: `${requestId}:${record.seq}`, record, request: change.request };
  try {
    for (const [channel, tellings] of byChannel) {
      const line = { requestId, channel };
      const seqs = new Set(tellings.map(({ seq }) => seq));
      // Nobody waits for it: a request goes on while others hear of it.
      if (isCalledHere(channel)) void atOnce.bringOut({ line, seqs, ...(last && { last }) }, deliveries);
      else await deliveries.start(line);
    }
  } catch (error) {
    log.warn(`${requestId}: telling was not started: ${reasonOf(error, 300)}`);
  }
}
