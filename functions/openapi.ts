import { app } from "@azure/functions";
import { openApiDocument } from "./kit/openapi.ts";
import { servedRoutes } from "./kit/route.ts";

app.http("openApi", {
  methods: ["GET"],
  route: "openapi.json",
  authLevel: "anonymous",
  handler: async () => ({ jsonBody: openApiDocument(servedRoutes) }),
});
