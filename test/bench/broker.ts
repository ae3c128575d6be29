import { randomUUID } from "node:crypto";
import { ServiceBusClient } from "@azure/service-bus";
import type { Endpoints } from "../../infra/local/supervisor/endpoints.ts";

/** Messages that do not count: the code of both sides is compiled meanwhile. */
const WARM_UP = 5_000;
const MESSAGES = 20_000;
const AT_A_TIME = 50;

/**
 * Messages per second through the broker: sent one by one, received and completed, all at once, 50 in flight each way.
 *
 * One process with two connections, as an app has them, against the broker's process. The real client needs about 1.4
 * times the processor time of the broker, so on an idle machine this is the speed of the client.
 */
export async function measureBroker(endpoints: Endpoints): Promise<number> {
  const queue = `${endpoints.queue}-quarantine`;
  const clients = [
    new ServiceBusClient(endpoints.serviceBus),
    new ServiceBusClient(endpoints.serviceBus),
  ] as const;
  const sender = clients[0].createSender(queue);
  const receiver = clients[1].createReceiver(queue);
  let completed = 0;
  let goal: { count: number; reach(): void } | undefined;
  const failed = Promise.withResolvers<never>();
  receiver.subscribe(
    {
      async processMessage(message) {
        await receiver.completeMessage(message);
        completed += 1;
        if (completed === goal?.count) goal.reach();
      },
      processError: async ({ error }) => failed.reject(error),
    },
    { maxConcurrentCalls: AT_A_TIME, autoCompleteMessages: false },
  );
  const pass = async (messages: number): Promise<void> => {
    const done = new Promise<void>((reach) => {
      goal = { count: completed + messages, reach };
    });
    let left = messages;
    const worker = async () => {
      while (left-- > 0) await sender.sendMessages({ body: { n: left }, messageId: randomUUID() });
    };
    await Promise.race([failed.promise, Promise.all([done, ...Array.from({ length: AT_A_TIME }, worker)])]);
  };

  await pass(WARM_UP);
  const startedAt = performance.now();
  await pass(MESSAGES);
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const client of clients) await client.close();
  return MESSAGES / seconds;
}
