import * as z from "zod";
import { signIn } from "./kit/app.ts";
import { openApiDocument } from "./kit/openapi.ts";
import { serve, servedRoutes } from "./kit/route.ts";

serve(
  {
    operationId: "getApiDocument",
    method: "GET",
    path: "openapi.json",
    summary: "This document",
    role: null,
    replySchema: z.record(z.string(), z.unknown()),
    problems: [],
  },
  signIn,
  async () => openApiDocument(servedRoutes),
);
