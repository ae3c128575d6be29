import * as z from "zod";
import { EventType, jsonSchemaOf } from "../shared/notify/events/schema.ts";
import { route } from "./kit/route.ts";

const TYPES = new RegExp(`^(?:${EventType.options.map((type) => type.replaceAll(".", "\\.")).join("|")})$`);

/** What other systems are told, for those who write one. */
export const eventRoutes = [
  route({
    operationId: "getEventSchema",
    method: "GET",
    path: "events/schemas/{type}",
    summary: "The JSON Schema of a type of event, as webhooks and the topic of Event Grid get them",
    // It says no more than the source does, and who gets events has no token of ours.
    role: null,
    pathSchema: z.object({
      type: z
        .string()
        .regex(TYPES, "must be that of an event, such as dev.aksprivatelink.request.closed.v1")
        .pipe(EventType)
        .describe("Of the event, as it stands in its `type`."),
    }),
    replySchema: z.record(z.string(), z.unknown()),
    problems: ["not-found"],
    handle: async (_app, { path }) => jsonSchemaOf(path.type),
  }),
];
