import type { ServiceBusSender } from "@azure/service-bus";
import type { Quarantine } from "../intake/port.ts";
import { appCredential } from "./credential.ts";

export interface QuarantineOptions {
  readonly queue: string;
  readonly connectionString: string | undefined;
  readonly fullyQualifiedNamespace: string | undefined;
  readonly clientId: string | undefined;
}

/** How long one attempt to send may take; there are two. */
const TIME_LIMIT_MS = 10_000;

/**
 * What of a body is kept. A message may have 256 KB in all, properties included, and an event may be larger than that.
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas
 */
const MAX_BODY_BYTES = 240 * 1024;

/** The quarantine queue, opened when it is first needed: most apps never see a bad message. */
export function serviceBusQuarantine(options: QuarantineOptions): Quarantine {
  let sender: Promise<ServiceBusSender> | undefined;
  return {
    put: async ({ body, messageId, because }) => {
      sender ??= open(options);
      const isCut = body.byteLength > MAX_BODY_BYTES;
      await (await sender).sendMessages({
        body: Buffer.from(body.subarray(0, MAX_BODY_BYTES)),
        messageId,
        applicationProperties: { reason: because, ...(isCut && { cutFromBytes: body.byteLength }) },
      });
    },
  };
}

/** The SDK is loaded here and not at the app's start, where it would cost a third of the time. */
async function open(options: QuarantineOptions): Promise<ServiceBusSender> {
  const { ServiceBusClient } = await import("@azure/service-bus");
  const { queue, connectionString, fullyQualifiedNamespace, clientId } = options;
  // A send that is waiting when the broker goes away hangs until its time is up; the trigger delivers the message again.
  const settings = { retryOptions: { maxRetries: 1, retryDelayInMs: 500, timeoutInMs: TIME_LIMIT_MS } };
  const client =
    connectionString === undefined
      ? new ServiceBusClient(fullyQualifiedNamespace ?? "", appCredential(clientId), settings)
      : new ServiceBusClient(connectionString, settings);
  return client.createSender(queue);
}
