import * as z from "zod";
import { openApiDocument } from "./kit/openapi.ts";
import { type AnyRoute, route } from "./kit/route.ts";

/** The document of the API that these routes, and this one, make. */
export function openApiRoute(routes: readonly AnyRoute[]): AnyRoute {
  // Made once, at the first look: a document of every schema is too much work for anybody to ask for again and again.
  let document: Record<string, unknown> | undefined;
  const own: AnyRoute = route({
    operationId: "getApiDocument",
    method: "GET",
    path: "openapi.json",
    summary: "This document",
    role: null,
    replySchema: z.record(z.string(), z.unknown()),
    problems: [],
    handle: async ({ config }) => {
      document ??= openApiDocument([...routes, own], config);
      return document;
    },
  });
  return own;
}
