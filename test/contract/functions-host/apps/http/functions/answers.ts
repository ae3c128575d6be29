import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";

app.http("settings", {
  handler: () => ({
    jsonBody: { greeting: process.env.GREETING, alreadySet: process.env.ALREADY_SET },
  }),
});

app.http("echo", {
  methods: ["GET", "POST", "PUT", "DELETE", "HEAD"],
  route: "echo/{name}/{*rest}",
  handler: async (request: HttpRequest): Promise<HttpResponseInit> => ({
    status: 201,
    headers: { "x-method": request.method },
    jsonBody: {
      url: request.url,
      params: request.params,
      query: Object.fromEntries(request.query),
      header: request.headers.get("x-sent"),
      body: Buffer.from(await request.arrayBuffer()).toString("base64"),
    },
  }),
});

app.get("number", { route: "items/{id:int}", handler: ({ params }) => ({ body: `number ${params.id}` }) });
app.get("newest", { route: "items/newest", handler: () => ({ body: "newest" }) });
app.get("word", { route: "items/{word}", handler: ({ params }) => ({ body: `word ${params.word}` }) });
app.get("optional", {
  route: "pages/{page?}",
  handler: ({ params }) => ({ body: `page ${params.page ?? "none"}` }),
});
app.get("versioned", {
  route: "files/v{major:int}.{minor}.json",
  handler: ({ params }) => ({ jsonBody: params }),
});
app.get("defaulted", {
  route: "lists/{name=all}/{page:int=1}",
  handler: ({ params }) => ({ jsonBody: params }),
});
app.post("posted", { route: "items/{id:int}", handler: () => ({ body: "posted" }) });

app.get("bytes", {
  handler: () => ({ headers: { "content-type": "image/png" }, body: new Uint8Array([0, 255, 10, 13]) }),
});

app.get("cookies", {
  handler: (): HttpResponseInit => ({
    cookies: [
      { name: "session", value: "a b", httpOnly: true, secure: true, sameSite: "Strict", maxAge: 60 },
      { name: "theme", value: "dark", path: "/ui", expires: new Date("2030-01-02T03:04:05Z") },
    ],
  }),
});
