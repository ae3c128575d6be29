import { setTimeout as wait } from "node:timers/promises";
import { app, type InvocationContext } from "@azure/functions";

app.get("throws", {
  handler: () => {
    throw new Error("secret detail");
  },
});

app.get("nothing", { handler: () => undefined as never });

const circular: { self?: object } = {};
circular.self = circular;

/** What no HTTP response can be made of. */
const NONSENSE: Record<string, () => unknown> = {
  number: () => 42,
  text: () => "hello",
  symbol: () => Symbol("hello"),
  bigint: () => 42n,
  "bigint-body": () => ({ jsonBody: { amount: 42n } }),
  circular: () => ({ jsonBody: circular }),
  status: () => ({ status: 999 }),
  "status-text": () => ({ status: "fine" }),
  header: () => ({ headers: { "bad header": "x" } }),
  "header-value": () => ({ headers: { good: "line\r\nbreak" } }),
  cookie: () => ({ cookies: [{ name: 5 }] }),
};
app.get("nonsense", {
  route: "nonsense/{kind}",
  handler: ({ params }) => NONSENSE[params.kind ?? ""]?.() as never,
});

app.get("throwsnothing", {
  handler: () => {
    throw undefined as unknown as Error;
  },
});

app.get("registers", {
  handler: () => {
    app.get("another", { handler: () => ({}) });
    return { body: "ok" };
  },
});

app.get("explodes", {
  handler: () => {
    setTimeout(() => {
      throw new Error("nobody caught me");
    });
    return { body: "ok" };
  },
});

app.get("late", {
  handler: async () => {
    await wait(2_500);
    return { body: "too late" };
  },
});

app.get("lateandwrong", {
  handler: async () => {
    await wait(2_500);
    throw new Error("wrong in the end");
  },
});

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
