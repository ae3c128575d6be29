import {
  app,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  output,
} from "@azure/functions";

const orders = output.serviceBusQueue({ queueName: "orders", connection: "ServiceBus" });

export async function placeOrder(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  context.extraOutputs.set(orders, await request.json());
  return { status: 202, jsonBody: { accepted: true } };
}

app.http("placeOrder", {
  methods: ["POST"],
  authLevel: "function",
  extraOutputs: [orders],
  handler: placeOrder,
});
