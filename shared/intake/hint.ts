import * as z from "zod";
import {
  type ClusterId,
  type ConnectionId,
  PrivateEndpointId,
  ShownClusterId,
  ShownConnectionId,
} from "../connection/arm-id.ts";
import { textOf } from "./body.ts";

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
  z.object({ connectionId: ShownConnectionId, clusterId: z.undefined().optional() }),
  z.object({ clusterId: ShownClusterId, connectionId: z.undefined().optional() }),
]);

/**
 * What ARM's events have in common, in the Event Grid schema and in CloudEvents 1.0.
 * @see https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions
 */
const ArmEvent = z
  .object({
    subject: z.string().optional(),
    data: z.object({
      operationName: z.string(),
      resourceUri: z.string().optional(),
      // Of whoever did it. Anything else than claims is as good as none.
      claims: z.object({ appid: z.string().optional() }).optional().catch(undefined),
    }),
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

/** Of an operation that was tried and came to nothing: there is nothing new to look at. */
const CAME_TO_NOTHING = /^microsoft\.resources\.resource(write|delete|action)(failure|cancel)$/;

/**
 * Understands the raw body of a message.
 * @param ownClientId of the identity by which this app writes to ARM, where that is known: see `isOwnWrite`
 */
export function parseHint(body: Uint8Array, ownClientId?: string): ParsedHint {
  if (body.byteLength > MAX_HINT_BYTES)
    return unintelligible(`The body has more than ${MAX_HINT_BYTES} bytes.`);
  const text = textOf(body);
  if (text.kind === "unreadable") return unintelligible(text.because);
  const json = jsonOf(text.text);
  // What the parser says quotes the body, which may hold anything; the quarantine keeps it.
  if (json === undefined) return unintelligible("The body is not JSON in UTF-8.");
  // A sender that serialised twice: the body is JSON whose text is the JSON that was meant.
  return understandHint(typeof json === "string" ? (jsonOf(json) ?? json) : json, ownClientId);
}

/** What the text says as JSON; undefined when it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Understands an event or a message that is JSON already: an object, or an array of one. */
export function understandHint(json: unknown, ownClientId?: string): ParsedHint {
  if (Array.isArray(json)) {
    return json.length === 1 && !Array.isArray(json[0])
      ? understandHint(json[0], ownClientId)
      : unintelligible(`An array of ${json.length} events; one at a time is understood.`);
  }
  if (typeof json === "string") return unintelligible("The body is a JSON text, and not of a JSON object.");
  if (typeof json !== "object" || json === null) return unintelligible("The body is not a JSON object.");
  if (Object.hasOwn(json, "__proto__")) return unintelligible("The body has a field __proto__.");
  const isOurs = "connectionId" in json || "clusterId" in json;
  return "data" in json && !isOurs ? understandEvent(json, ownClientId) : understandMessage(json);
}

function understandMessage(json: object): ParsedHint {
  const parsed = DirectMessage.safeParse(json, WORDS);
  if (!parsed.success)
    return unintelligible(`Neither an ARM event nor a message of ours: ${explain(parsed.error)}`);
  const { connectionId, clusterId } = parsed.data;
  if (connectionId !== undefined) return { kind: "hint", hint: { kind: "connection", connectionId } };
  return { kind: "hint", hint: { kind: "cluster", clusterId } };
}

function understandEvent(json: object, ownClientId: string | undefined): ParsedHint {
  const parsed = ArmEvent.safeParse(json, WORDS);
  if (!parsed.success) return unintelligible(`Not an ARM event: ${explain(parsed.error)}`);
  const { data } = parsed.data;
  const type = "eventType" in parsed.data ? parsed.data.eventType : parsed.data.type;
  const operation = data.operationName.toLowerCase();
  if (CAME_TO_NOTHING.test(type.toLowerCase()))
    return irrelevant("The event is about an operation that failed.");
  if (ENDPOINT_OPERATION.test(operation)) {
    const endpoint = resourceOf(parsed.data, PrivateEndpointId);
    if (!endpoint.success) return unintelligible(`The event's resource ${explain(endpoint.error)}`);
    return { kind: "hint", hint: { kind: "privateEndpoint", privateEndpointId: endpoint.data } };
  }
  if (CONNECTION_OPERATION.test(operation)) {
    if (isOwnWrite(operation, data, ownClientId)) return irrelevant("The app wrote this itself.");
    const connection = resourceOf(parsed.data, ShownConnectionId);
    if (!connection.success) return unintelligible(`The event's resource ${explain(connection.error)}`);
    return { kind: "hint", hint: { kind: "connection", connectionId: connection.data } };
  }
  return irrelevant("The event is about another operation.");
}

/**
 * Each of our own answers comes back as an event, and whoever wrote it has looked what came of it: another look would
 * cost a sixth of the calls that an approval makes of AKS. Who says so falsely only keeps their own hint from us.
 */
const isOwnWrite = (
  operation: string,
  { claims }: z.infer<typeof ArmEvent>["data"],
  ownClientId: string | undefined,
): boolean =>
  ownClientId !== undefined &&
  operation.endsWith("/write") &&
  claims?.appid?.toLowerCase() === ownClientId.toLowerCase();

/** What the event is about: `resourceUri` says it, or else, where that is missing or empty, the subject does. */
function resourceOf<S extends z.ZodType>(
  { subject, data }: z.infer<typeof ArmEvent>,
  id: S,
): z.ZodSafeParseResult<z.output<S>> {
  const named = id.safeParse(data.resourceUri, WORDS);
  return named.success || subject === undefined ? named : id.safeParse(subject, WORDS);
}

const irrelevant = (because: string): ParsedHint => ({ kind: "hint", hint: { kind: "irrelevant", because } });

const unintelligible = (because: string): ParsedHint => ({
  kind: "unintelligible",
  because: because.slice(0, 500),
});

/** What is wrong with a field, to be read after its name, where the schema has no words of its own. */
const WORDS = {
  error: ({ input }: { readonly input?: unknown }) =>
    input === undefined ? "is missing" : "has another form",
};

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
