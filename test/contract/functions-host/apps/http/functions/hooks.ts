import { app } from "@azure/functions";

app.hook.appStart(({ hookData }) => {
  hookData.startedAs = "the app";
});

app.hook.appTerminate(({ hookData }) => console.log(`goodbye from ${String(hookData.startedAs)}`));

app.hook.preInvocation((context) => {
  if (context.invocationContext.functionName !== "hooked") return;
  context.hookData.before = "pre";
  context.inputs = [...context.inputs, "an argument of the hook"];
  const { functionHandler } = context;
  context.functionHandler = async (...args: unknown[]) =>
    `${String(await functionHandler(...(args as [never, never])))}, wrapped`;
});

app.hook.postInvocation((context) => {
  if (context.invocationContext.functionName !== "hooked") return;
  context.result = { body: `${String(context.result)}, ${String(context.hookData.before)} and post` };
});

app.hook.log((context) => {
  if (context.message === "rewrite me") context.message = "rewritten";
});

app.get("hooked", {
  handler: (_request: unknown, ...rest: unknown[]) => {
    (rest.at(-1) as { log(text: string): void }).log("rewrite me");
    return String(rest[0]) as never;
  },
});
