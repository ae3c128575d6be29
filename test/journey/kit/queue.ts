import { ServiceBusClient, type ServiceBusReceivedMessage } from "@azure/service-bus";
import type { Endpoints } from "../../../infra/local/supervisor/endpoints.ts";

/** A message of anybody who may write to the queue. */
export interface Sent {
  /** Sent as JSON unless it is bytes already. */
  readonly body: unknown;
  readonly messageId?: string;
}

/** The queue of hints, through the real client. */
export interface Queue {
  send(...messages: readonly Sent[]): Promise<void>;
  /** How many messages are not dealt with yet. */
  waiting(): Promise<number>;
  quarantined(): Promise<readonly ServiceBusReceivedMessage[]>;
  deadLettered(): Promise<readonly ServiceBusReceivedMessage[]>;
  close(): Promise<void>;
}

const MANY = 250;
/** A broker that was killed is back in seconds; the client's own minute would outlast a test. */
const RETRY = { maxRetries: 5, retryDelayInMs: 500, timeoutInMs: 5_000 };

/** The queue of the running stack. */
export function queueOf(endpoints: () => Endpoints, retryOptions = RETRY): Queue {
  let connected: ServiceBusClient | undefined;
  const client = (): ServiceBusClient => {
    connected ??= new ServiceBusClient(endpoints().serviceBus, { retryOptions });
    return connected;
  };
  /** Peeks with a fresh client, since one goes on where its last look ended. Bodies are bytes. */
  const peek = async (queue: string, subQueueType?: "deadLetter") => {
    const fresh = new ServiceBusClient(endpoints().serviceBus, { retryOptions });
    try {
      const as = { skipParsingBodyAsJson: true, ...(subQueueType && { subQueueType }) };
      return await fresh.createReceiver(queue, as).peekMessages(MANY);
    } finally {
      await fresh.close();
    }
  };

  return {
    send: async (...messages) => {
      const sender = client().createSender(endpoints().queue);
      for (const { body, messageId } of messages) {
        const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
        await sender.sendMessages({ body: bytes, ...(messageId !== undefined && { messageId }) });
      }
      await sender.close();
    },
    waiting: async () => (await peek(endpoints().queue)).length,
    quarantined: () => peek(`${endpoints().queue}-quarantine`),
    deadLettered: () => peek(endpoints().queue, "deadLetter"),
    close: async () => {
      await connected?.close();
      connected = undefined;
    },
  };
}
