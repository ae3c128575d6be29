const { app, output } = require("@azure/functions");

const orders = output.serviceBusQueue({ queueName: "orders", connection: "ServiceBus" });

app.http("placeOrder", {
  methods: ["POST"],
  authLevel: "function",
  extraOutputs: [orders],
  handler: async (request, context) => {
    context.extraOutputs.set(orders, await request.json());
    return { status: 202, jsonBody: { accepted: true } };
  },
});
