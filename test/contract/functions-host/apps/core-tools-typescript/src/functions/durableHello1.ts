import { app, type HttpHandler, type HttpRequest, type InvocationContext } from "@azure/functions";
import type { ActivityHandler, OrchestrationContext, OrchestrationHandler } from "durable-functions";
import * as df from "durable-functions";

const activityName = "durableHello1";

const durableHello1Orchestrator: OrchestrationHandler = function* (context: OrchestrationContext) {
  const outputs: unknown[] = [];
  for (const city of ["Tokyo", "Seattle", "Cairo"]) {
    outputs.push(yield context.df.callActivity(activityName, city));
  }
  return outputs;
};
df.app.orchestration("durableHello1Orchestrator", durableHello1Orchestrator);

const durableHello1: ActivityHandler = (input: string): string => `Hello, ${input}`;
df.app.activity(activityName, { handler: durableHello1 });

const durableHello1HttpStart: HttpHandler = async (request: HttpRequest, context: InvocationContext) => {
  const client = df.getClient(context);
  const body: unknown = await request.text();
  const instanceId: string = await client.startNew(String(request.params.orchestratorName), { input: body });
  context.log(`Started orchestration with ID = '${instanceId}'.`);
  return client.createCheckStatusResponse(request, instanceId);
};
app.http("durableHello1HttpStart", {
  route: "orchestrators/{orchestratorName}",
  extraInputs: [df.input.durableClient()],
  handler: durableHello1HttpStart,
});
