import type { InvocationContext } from "@azure/functions";
import type { Config } from "../../shared/config.ts";
import type { RequestId } from "../../shared/connection/connection.ts";
import type { Channel, Subscriber } from "../../shared/notify/channel.ts";
import { LOG_CHANNEL, logChannel } from "../../shared/notify/log.ts";
import { recipientsOf } from "../../shared/notify/recipients.ts";
import type { Change } from "../../shared/request/life.ts";
import { type Recipients, tellingsOf } from "../../shared/request/recipients.ts";
import { reasonOf } from "../../shared/text.ts";
import type { Log } from "./log-record.ts";
import { deliveriesOf } from "./orchestrations.ts";

/** How people and other systems are told. */
export interface Telling {
  readonly recipients: Recipients;
  /** Names of all channels. */
  readonly names: readonly string[];
  channels(context: InvocationContext): readonly Channel[];
  subscribers(context: InvocationContext): readonly Subscriber[];
}

export function tellingBy({ PUBLIC_URL }: Config): Telling {
  const subscribers: readonly Subscriber[] = [];
  return {
    recipients: recipientsOf({ channels: [{ name: LOG_CHANNEL }], subscribers }),
    names: [LOG_CHANNEL, ...subscribers.map(({ name }) => name)],
    channels: (context) => [logChannel(PUBLIC_URL, (line) => context.info(line))],
    subscribers: () => subscribers,
  };
}

/** Starts what brings out what a change put into the outbox. What cannot be started is found by the timer within a minute. */
export async function startDeliveries(
  context: InvocationContext,
  log: Log,
  recipients: Recipients,
  change: Pick<Change, "records" | "notices"> & { readonly request: { readonly id: RequestId } },
): Promise<void> {
  const requestId = change.request.id;
  const channels = new Set(tellingsOf(change, recipients).map(({ channel }) => channel));
  if (channels.size === 0) return;
  const { start } = deliveriesOf(context);
  try {
    for (const channel of channels) await start({ requestId, channel });
  } catch (error) {
    log.warn(`${requestId}: telling was not started: ${reasonOf(error, 300)}`);
  }
}
