import { app, type InvocationContext } from "@azure/functions";
import * as df from "durable-functions";

df.app.orchestration("greetAll", function* (context) {
  const names = context.df.getInput<string[]>() ?? [];
  const greetings: string[] = yield context.df.Task.all(
    names.map((name) => context.df.callActivity("greet", { name })),
  );
  const sign: string = yield context.df.waitForExternalEvent("sign");
  return greetings.map((greeting) => greeting + sign);
});

df.app.activity("greet", {
  handler: ({ name }: { name: string }, context: InvocationContext) => {
    context.log(`greeting ${name} for ${String(context.triggerMetadata?.instanceId)}`);
    return `Hello ${name}`;
  },
});

df.app.orchestration("greetFromActivity", function* (context) {
  const guests: string[] = yield context.df.callActivity("startGreeting", context.df.instanceId);
  return guests;
});

df.app.activity("startGreeting", {
  extraInputs: [df.input.durableClient()],
  handler: async (host: string, context: InvocationContext) => {
    const input = ["Ana", "Bo"];
    await df.getClient(context).startNew("greetAll", { instanceId: `${host}-greets`, input });
    return input;
  },
});

/** Where the client's calls go. */
app.get("listener", {
  extraInputs: [df.input.durableClient()],
  handler: (_request, context) => {
    const client: unknown = df.getClient(context);
    return { jsonBody: (client as { clientData: { rpcBaseUrl: string } }).clientData.rpcBaseUrl };
  },
});

app.post("start", {
  route: "greetings/{id}",
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const instanceId = request.params.id ?? "";
    await client.startNew("GreetAll", { instanceId, input: ["Ana", "Bo"] });
    return client.createCheckStatusResponse(request, instanceId);
  },
});

app.post("sign", {
  route: "greetings/{id}/sign",
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    await df.getClient(context).raiseEvent(request.params.id ?? "", "sign", await request.json());
    return { status: 202 };
  },
});

app.post("invite", {
  route: "invitations/{id}",
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const instanceId = request.params.id ?? "";
    await client.startNew("greetFromActivity", { instanceId });
    return client.createCheckStatusResponse(request, instanceId);
  },
});
