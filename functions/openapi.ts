import * as z from "zod";
import { openApiDocument } from "./kit/openapi.ts";
import { type AnyRoute, route } from "./kit/route.ts";

/** The document of the API that these routes, and this one, make. */
export function openApiRoute(routes: readonly AnyRoute[]): AnyRoute {
  const own: AnyRoute = route({
    operationId: "getApiDocument",
    method: "GET",
    path: "openapi.json",
    summary: "This document",
    role: null,
    replySchema: z.record(z.string(), z.unknown()),
    problems: [],
    handle: async () => openApiDocument([...routes, own]),
  });
  return own;
}
