import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from "@azure/functions";

export async function httpTrigger1(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  context.log(`httpTrigger1 was asked for "${request.url}"`);
  const name = request.query.get("name") || (await request.text()) || "world";
  return { body: `Hello, ${name}!` };
}

app.http("httpTrigger1", {
  methods: ["GET", "POST"],
  authLevel: "anonymous",
  handler: httpTrigger1,
});
