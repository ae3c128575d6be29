import { app } from "@azure/functions";

app.setup({ enableHttpStream: true });

const encoder = new TextEncoder();

app.http("echo", {
  methods: ["GET", "POST", "HEAD"],
  route: "echo/{name}/{*rest}",
  handler: async (request) => ({
    status: 201,
    headers: { "x-method": request.method },
    cookies: [{ name: "theme", value: "dark", path: "/" }],
    jsonBody: {
      url: request.url,
      params: request.params,
      query: request.query.getAll("a"),
      header: request.headers.get("x-sent"),
      body: await request.text(),
    },
  }),
});

/** Reads the first piece of the body, and no more. */
app.post("first", {
  handler: async (request) => {
    for await (const piece of request.body ?? [])
      return { body: `first: ${new TextDecoder().decode(piece)}` };
    return { body: "nothing" };
  },
});

/** What comes next comes when somebody has asked for it. */
let asked: () => void = () => undefined;
app.get("parts", {
  handler: () => ({
    headers: { "content-type": "text/event-stream" },
    body: new ReadableStream({
      async start(controller) {
        const { promise, resolve } = Promise.withResolvers<void>();
        asked = resolve;
        controller.enqueue(encoder.encode("first "));
        await promise;
        controller.enqueue(encoder.encode("second"));
        controller.close();
      },
    }) as never,
  }),
});
app.get("more", {
  handler: () => {
    asked();
    return {};
  },
});

app.get("breaks", {
  handler: () => ({
    body: new ReadableStream({
      start: (controller) => controller.enqueue(encoder.encode("half")),
      async pull(controller) {
        const { promise, resolve } = Promise.withResolvers<void>();
        asked = resolve;
        await promise;
        controller.error(new Error("the source dried up"));
      },
    }) as never,
  }),
});

app.get("throws", {
  handler: () => {
    throw new Error("secret detail");
  },
});
app.get("nothing", { handler: () => undefined as never });
app.get("number", { handler: () => 42 as never });
app.get("status", { handler: () => ({ status: 999 }) });
app.get("hangs", { handler: () => new Promise<never>(() => undefined) });
