import { setTimeout as wait } from "node:timers/promises";
import { app, type InvocationContext } from "@azure/functions";

app.get("throws", {
  handler: () => {
    throw new Error("secret detail");
  },
});

app.get("nothing", { handler: () => undefined as never });

app.get("badheader", { handler: () => ({ status: 999 }) });

app.get("forgets", {
  handler: () => {
    void Promise.reject(new Error("nobody awaited me"));
    return { body: "ok" };
  },
});

app.get("hangs", { handler: () => new Promise<never>(() => setInterval(() => undefined, 60_000)) });

app.get("slow", {
  handler: async (_request: unknown, context: InvocationContext) => {
    context.log("slow began");
    await wait(500);
    context.log("slow ended");
    return { body: "slow but sure" };
  },
});

app.get("logs", {
  handler: (_request: unknown, context: InvocationContext) => {
    context.debug("a debug line");
    context.log("one line\nand \u001b[31manother");
    context.warn("a warning");
    return {};
  },
});
