import { app, type InvocationContext, output } from "@azure/functions";

export async function serviceBusQueueTrigger1(message: unknown, context: InvocationContext) {
  context.log("serviceBusQueueTrigger1 took", message);
  return { order: (message as { order: number }).order, at: context.triggerMetadata?.enqueuedTimeUtc };
}

app.serviceBusQueue("serviceBusQueueTrigger1", {
  connection: "ServiceBus",
  queueName: "orders",
  return: output.serviceBusQueue({ queueName: "receipts", connection: "ServiceBus" }),
  handler: serviceBusQueueTrigger1,
});
