import * as z from "zod";
import { ClusterId, ConnectionId, PrivateEndpointId } from "../connection/arm-id.ts";

/** Where to look; or that there is nothing to look at, or nothing that could be understood. */
export type Hint =
  | { readonly kind: "connection"; readonly connectionId: ConnectionId }
  | { readonly kind: "cluster"; readonly clusterId: ClusterId }
  | { readonly kind: "privateEndpoint"; readonly privateEndpointId: PrivateEndpointId }
  | { readonly kind: "irrelevant"; readonly because: string };

export type ParsedHint =
  | { readonly kind: "hint"; readonly hint: Hint }
  | { readonly kind: "unintelligible"; readonly because: string };

/** Larger than any event or message that Azure delivers; checked before anything is parsed. */
export const MAX_HINT_BYTES = 1024 * 1024;

/** Our own messages, e.g. from a consumer's pipeline. Other fields are ignored. */
const DirectMessage = z.union([
  z.object({ connectionId: ConnectionId, clusterId: z.undefined().optional() }),
  z.object({ clusterId: ClusterId, connectionId: z.undefined().optional() }),
]);

/**
 * What ARM's events have in common, in the Event Grid schema and in CloudEvents 1.0.
 * @see https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions
 */
const ArmEvent = z
  .object({
    subject: z.string().optional(),
    data: z.object({ operationName: z.string(), resourceUri: z.string().optional() }),
  })
  .and(
    z.union([
      z.object({ eventType: z.string() }),
      z.object({ specversion: z.literal("1.0"), type: z.string() }),
    ]),
  );

const ENDPOINT_OPERATION = /^microsoft\.network\/privateendpoints\/(write|delete)$/;
const CONNECTION_OPERATION =
  /^microsoft\.containerservice\/managedclusters\/privateendpointconnections\/(write|delete)$/;

/** Understands the raw body of a message. */
export function parseHint(body: Uint8Array): ParsedHint {
  if (body.byteLength > MAX_HINT_BYTES)
    return unintelligible(`The body has more than ${MAX_HINT_BYTES} bytes.`);
  try {
    return understandHint(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)));
  } catch {
    // What the parser says quotes the body, which may hold anything; the quarantine keeps it.
    return unintelligible("The body is not JSON in UTF-8.");
  }
}

/** Understands an event or a message that is JSON already: an object, or an array of one. */
export function understandHint(json: unknown): ParsedHint {
  if (Array.isArray(json)) {
    return json.length === 1 && !Array.isArray(json[0])
      ? understandHint(json[0])
      : unintelligible(`An array of ${json.length} events; one at a time is understood.`);
  }
  if (typeof json !== "object" || json === null) return unintelligible("The body is not a JSON object.");
  if (Object.hasOwn(json, "__proto__")) return unintelligible("The body has a field __proto__.");
  return "data" in json ? understandEvent(json) : understandMessage(json);
}

function understandMessage(json: object): ParsedHint {
  const parsed = DirectMessage.safeParse(json);
  if (!parsed.success)
    return unintelligible(`Neither an ARM event nor a message of ours: ${explain(parsed.error)}`);
  const { connectionId, clusterId } = parsed.data;
  if (connectionId !== undefined) return { kind: "hint", hint: { kind: "connection", connectionId } };
  return { kind: "hint", hint: { kind: "cluster", clusterId } };
}

function understandEvent(json: object): ParsedHint {
  const parsed = ArmEvent.safeParse(json);
  if (!parsed.success) return unintelligible(`Not an ARM event: ${explain(parsed.error)}`);
  const { subject, data } = parsed.data;
  const operation = data.operationName.toLowerCase();
  const id = data.resourceUri ?? subject;
  if (ENDPOINT_OPERATION.test(operation)) {
    const endpoint = PrivateEndpointId.safeParse(id);
    if (!endpoint.success) return unintelligible(`The event's resource ${explain(endpoint.error)}`);
    return { kind: "hint", hint: { kind: "privateEndpoint", privateEndpointId: endpoint.data } };
  }
  if (CONNECTION_OPERATION.test(operation)) {
    const connection = ConnectionId.safeParse(id);
    if (!connection.success) return unintelligible(`The event's resource ${explain(connection.error)}`);
    return { kind: "hint", hint: { kind: "connection", connectionId: connection.data } };
  }
  return { kind: "hint", hint: { kind: "irrelevant", because: "The event is about another operation." } };
}

const unintelligible = (because: string): ParsedHint => ({
  kind: "unintelligible",
  because: because.slice(0, 500),
});

/** The problems without their values, which are a stranger's. */
function explain(error: z.ZodError): string {
  const flat = error.issues.flatMap((issue) =>
    issue.code === "invalid_union" ? issue.errors.flat() : [issue],
  );
  const lines = flat.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")} ${message}`,
  );
  return [...new Set(lines)].join("; ");
}
