const { app, output } = require("@azure/functions");

const receipts = output.serviceBusQueue({ queueName: "receipts", connection: "ServiceBus" });

app.serviceBusQueue("serviceBusQueueTrigger1", {
  connection: "ServiceBus",
  queueName: "orders",
  return: receipts,
  handler: (message, context) => {
    context.log("serviceBusQueueTrigger1 took", message);
    return { order: message.order, at: context.triggerMetadata.enqueuedTimeUtc };
  },
});
