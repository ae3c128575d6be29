import { app, type InvocationContext } from "@azure/functions";

app.eventGrid("received", {
  handler: (event: unknown, context: InvocationContext) => {
    const { id, data } = event as { id: string; data: { fail?: boolean } };
    if (data.fail) throw new Error(`cannot take ${id}`);
    context.log(`took ${id} ${JSON.stringify(context.triggerMetadata?.data)}`);
  },
});
