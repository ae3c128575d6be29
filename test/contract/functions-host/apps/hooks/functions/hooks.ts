import {
  app,
  type InvocationContext,
  type PostInvocationContext,
  type PreInvocationContext,
} from "@azure/functions";

/** What happened during one invocation, in its order. */
const steps = ({ hookData }: { hookData: Record<string, unknown> }): string[] => {
  hookData.steps ??= [];
  return hookData.steps as string[];
};
const nameOf = ({ invocationContext }: PreInvocationContext | PostInvocationContext) =>
  invocationContext.functionName;

app.hook.preInvocation((context) => {
  steps(context).push("pre one");
  if (nameOf(context) === "refused") throw new Error("not today");
});
app.hook.preInvocation(async (context) => {
  await undefined;
  steps(context).push("pre two");
  if (nameOf(context) === "changed") context.inputs = ["another input"];
  if (nameOf(context) === "replaced") context.functionHandler = () => ({ body: "by the hook" }) as never;
  if (nameOf(context) !== "ordered") return;
  const { functionHandler } = context;
  context.functionHandler = (...args) => {
    steps(context).push("handler");
    return functionHandler(...args);
  };
});
app.hook.postInvocation((context) => {
  steps(context).push("post one");
  if (nameOf(context) === "forgiven") {
    context.result = { body: `forgiven: ${(context.error as Error).message}` };
    context.error = undefined;
  }
  if (nameOf(context) === "spoilt") throw new Error("the hook spoilt it");
});
app.hook.postInvocation((context) => {
  steps(context).push("post two");
  if (nameOf(context) === "ordered") {
    context.result = { jsonBody: steps(context) };
  }
});
const disposed = app.hook.preInvocation(() => {
  throw new Error("disposed of before it ran");
});
disposed.dispose();

app.get("ordered", { handler: () => ({}) });
app.get("changed", { handler: (input: unknown) => ({ body: String(input) }) });
app.get("replaced", { handler: () => ({ body: "by the function" }) });
app.get("refused", {
  handler: (_request, context) => {
    context.log("the handler ran");
    return {};
  },
});
app.get("forgiven", {
  handler: () => {
    throw new Error("a fault");
  },
});
app.get("spoilt", { handler: () => ({ body: "fine" }) });

const talk = (_request: unknown, context: InvocationContext) => {
  for (const level of ["trace", "debug", "info", "warn", "error"] as const) context[level](`at ${level}`);
  return {};
};
app.get("chatty", { handler: talk });
app.get("usual", { handler: talk });
app.get("shy", { handler: talk });
