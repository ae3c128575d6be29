import type { ServiceBusSender } from "@azure/service-bus";
import type { Quarantine } from "../intake/port.ts";
import { appCredential } from "./credential.ts";

export interface QuarantineOptions {
  readonly queue: string;
  readonly connectionString: string | undefined;
  readonly fullyQualifiedNamespace: string | undefined;
  readonly clientId: string | undefined;
}

/** The quarantine queue, opened when it is first needed: most apps never see a bad message. */
export function serviceBusQuarantine(options: QuarantineOptions): Quarantine {
  let sender: Promise<ServiceBusSender> | undefined;
  return {
    put: async ({ body, messageId, because }) => {
      sender ??= open(options);
      const message = { body: Buffer.from(body), messageId, applicationProperties: { reason: because } };
      await (await sender).sendMessages(message);
    },
  };
}

/** The SDK is loaded here and not at the app's start, where it would cost a third of the time. */
async function open(options: QuarantineOptions): Promise<ServiceBusSender> {
  const { ServiceBusClient } = await import("@azure/service-bus");
  const { queue, connectionString, fullyQualifiedNamespace, clientId } = options;
  // A send that is waiting when the broker goes away hangs until its time is up; the trigger delivers the message again.
  const settings = { retryOptions: { maxRetries: 1, retryDelayInMs: 500, timeoutInMs: 10_000 } };
  const client =
    connectionString === undefined
      ? new ServiceBusClient(fullyQualifiedNamespace ?? "", appCredential(clientId), settings)
      : new ServiceBusClient(connectionString, settings);
  return client.createSender(queue);
}
