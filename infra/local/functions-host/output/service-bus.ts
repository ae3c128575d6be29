import { ServiceBusClient, type ServiceBusMessage, type ServiceBusSender } from "@azure/service-bus";
import * as z from "zod";
import { StartError } from "../errors.ts";
import { connectionString } from "../service-bus/connection.ts";
import { fixedName } from "../settings.ts";
import type { OutputBinding, Target } from "./target.ts";
import { itemsOf } from "./values.ts";

/**
 * A broker that does not answer has about twenty seconds; one that refuses the connection has none. Then the invocation
 * has failed, and its trigger decides what comes next.
 */
const RETRIES = { maxRetries: 3, retryDelayInMs: 250, timeoutInMs: 5_000 };

const QueueOutput = z.object({
  queueName: z.string({ error: "only queues are supported; topics are not" }),
  connection: z.string().default("AzureWebJobsServiceBus"),
});

/** Opens the queues that functions send to; one connection for each namespace. */
export function createQueueTargets() {
  const clients = new Map<string, ServiceBusClient>();

  function clientOf(connection: string): ServiceBusClient {
    const client = clients.get(connection) ?? new ServiceBusClient(connection, { retryOptions: RETRIES });
    clients.set(connection, client);
    return client;
  }

  return {
    /** Throws a StartError for what a queue output asks and this host cannot do. */
    open({ fn, binding }: OutputBinding): Target {
      const options = QueueOutput.safeParse(binding);
      if (!options.success) throw new StartError(`${fn}: ${z.prettifyError(options.error)}`);
      const { queueName, connection } = options.data;
      const client = clientOf(connectionString(fn, connection));
      return queueTarget(client.createSender(fixedName(queueName, fn)));
    },
    close: async (): Promise<void> => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

function queueTarget(sender: ServiceBusSender): Target {
  return {
    send: async (data) => {
      const messages = itemsOf(data).map(toMessage);
      // Together: either all of them are accepted, or none.
      if (messages.length > 0) await sender.sendMessages(messages);
    },
  };
}

/**
 * A message of a body and nothing else. Azure ignores members such as `messageId` of an object as well, they become
 * part of the body (azure-functions-nodejs-worker issue 293).
 * @see azure-sdk-for-net, StringToMessageConverter.cs and ByteArrayToMessageConverter.cs
 */
function toMessage(item: unknown): ServiceBusMessage {
  if (item instanceof Uint8Array) return { body: Buffer.from(item), contentType: "application/octet-stream" };
  return { body: Buffer.from(textOf(item)), contentType: "text/plain" };
}

/** As .NET writes it: booleans begin with a capital, and null is empty. */
function textOf(item: unknown): string {
  if (typeof item === "string") return item;
  if (typeof item === "boolean") return item ? "True" : "False";
  return item === null || item === undefined ? "" : JSON.stringify(item);
}
