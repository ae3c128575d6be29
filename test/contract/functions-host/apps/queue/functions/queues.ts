import { setTimeout as wait } from "node:timers/promises";
import { app, type InvocationContext } from "@azure/functions";

const text = (message: unknown): string =>
  Buffer.isBuffer(message)
    ? `bytes ${message.toString("hex")}`
    : `${typeof message} ${JSON.stringify(message)}`;

app.serviceBusQueue("take", {
  queueName: "%QUEUE%",
  connection: "Bus",
  handler: (message: unknown, context: InvocationContext) => {
    const { messageId, deliveryCount, subject, applicationProperties } = context.triggerMetadata ?? {};
    context.log(
      `took ${text(message)}`,
      JSON.stringify({ messageId, deliveryCount, subject, applicationProperties }),
    );
    if ((message as { failsUntil?: number }).failsUntil !== undefined) {
      const { failsUntil } = message as { failsUntil: number };
      if (Number(deliveryCount) < failsUntil) throw new Error(`not before delivery ${failsUntil}`);
    }
  },
});

app.serviceBusQueue("bury", {
  queueName: "%QUEUE%/$DeadLetterQueue",
  connection: "Bus",
  handler: (message: unknown, context: InvocationContext) => context.log(`buried ${text(message)}`),
});

const gates = new Map<string, PromiseWithResolvers<void>>();
function gateOf(name: string): PromiseWithResolvers<void> {
  const gate = gates.get(name) ?? Promise.withResolvers<void>();
  gates.set(name, gate);
  return gate;
}
app.post("release", {
  route: "release/{name}",
  handler: ({ params }) => {
    gateOf(params.name ?? "").resolve();
    return {};
  },
});

/** Takes `ms`, or until it is released. */
let running = 0;
const slow = async (message: unknown, context: InvocationContext) => {
  const { name, ms } = message as { name: string; ms?: number };
  running++;
  context.log(`slow ${name}, ${running} at once`);
  await (ms === undefined ? gateOf(name).promise : wait(ms));
  running--;
  context.log(`done ${name}`);
};
app.serviceBusQueue("slow", { queueName: "slow", connection: "Bus", handler: slow });
app.serviceBusQueue("patient", { queueName: "patient", connection: "Bus", handler: slow });
