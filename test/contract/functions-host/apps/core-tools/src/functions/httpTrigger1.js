const { app } = require("@azure/functions");

app.http("httpTrigger1", {
  methods: ["GET", "POST"],
  authLevel: "anonymous",
  handler: async (request, context) => {
    context.log(`httpTrigger1 was asked for "${request.url}"`);
    const name = request.query.get("name") || (await request.text()) || "world";
    return { body: `Hello, ${name}!` };
  },
});
