import { randomUUID } from "node:crypto";
import { ServiceBusClient } from "@azure/service-bus";
import type { Endpoints } from "../../infra/local/supervisor/endpoints.ts";

const MESSAGES = 10_000;
const AT_A_TIME = 50;

/** Messages per second through the broker: sent one by one, received and completed, both at once. */
export async function measureBroker(endpoints: Endpoints): Promise<number> {
  const queue = `${endpoints.queue}-quarantine`;
  const client = new ServiceBusClient(endpoints.serviceBus);
  const sender = client.createSender(queue);
  const receiver = client.createReceiver(queue);
  await sender.sendMessages({ body: "warm" });

  let completed = 0;
  const startedAt = performance.now();
  const done = new Promise<void>((resolve, reject) => {
    const processMessage = async () => {
      completed += 1;
      if (completed > MESSAGES) resolve();
    };
    const processError = async ({ error }: { error: Error }) => reject(error);
    receiver.subscribe({ processMessage, processError }, { maxConcurrentCalls: AT_A_TIME });
  });
  let left = MESSAGES;
  const worker = async () => {
    while (left-- > 0) await sender.sendMessages({ body: { n: left }, messageId: randomUUID() });
  };
  await Promise.all([done, ...Array.from({ length: AT_A_TIME }, worker)]);
  const seconds = (performance.now() - startedAt) / 1_000;
  await client.close();
  return MESSAGES / seconds;
}
