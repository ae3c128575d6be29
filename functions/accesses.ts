import * as z from "zod";
import { RequestId } from "../shared/connection/connection.ts";
import { Access } from "../shared/search/access.ts";
import { namesIn } from "./kit/access-names.ts";
import { inOrder, span } from "./kit/filters.ts";
import { nextCursor, Paging, pageOf } from "./kit/paging.ts";
import { route } from "./kit/route.ts";

export const accessRoutes = [
  route({
    operationId: "listAccesses",
    method: "GET",
    path: "audit/accesses",
    summary:
      "Who searched, exported or opened requests and trails, made links or had channels tried, newest first",
    role: "Auditor",
    querySchema: inOrder(
      Paging.extend({
        request: RequestId.optional().describe(
          "Only who opened this request or its trail, made a link to it, or looked for it by its id; a list or a file that showed it among others does not count.",
        ),
        ...span("accesses"),
      }),
    ),
    replySchema: z.object({
      accesses: z.array(Access),
      names: z
        .record(z.string(), z.string())
        .describe(
          "What the requests, subscriptions and people are called whose ids stand in the queries, by id, as far as the store knows.",
        ),
      nextCursor,
    }),
    problems: [],
    shows: ({ accesses }) => accesses.length,
    handle: async ({ store }, { query }) => {
      const { request, from, to } = query;
      const { items, nextCursor } = await store.accesses.accesses({ request, from, to, ...pageOf(query) });
      return { accesses: [...items], names: await namesIn(store, items), nextCursor };
    },
  }),
];
