import { createHash } from "node:crypto";
import { readFilter } from "./activity-filter.ts";
import type { Answer, Behaviour, Call, World } from "./call.ts";
import { keyOf } from "./ids.ts";
import type { Change, EndpointChanges } from "./store.ts";
import {
  findSubscription,
  isOurs,
  subscriptionPath,
  unknownSubscription,
  wrongTenant,
} from "./subscriptions.ts";

/** One event of a write: it begins with the request and ends with the answer. */
type Event = Readonly<Record<string, unknown>> & {
  readonly eventTimestamp: string;
  readonly resourceId: string;
};

/** Properties that `$select` may name. @see https://learn.microsoft.com/rest/api/monitor/activity-logs/list#uri-parameters */
const SELECTABLE: ReadonlySet<string> = new Set([
  "authorization",
  "claims",
  "correlationId",
  "description",
  "eventDataId",
  "eventName",
  "eventTimestamp",
  "httpRequest",
  "level",
  "operationId",
  "operationName",
  "properties",
  "resourceGroupName",
  "resourceProviderName",
  "resourceId",
  "status",
  "submissionTimestamp",
  "subStatus",
  "subscriptionId",
]);

/** LIST of a subscription's Activity Log, newest first, in pages: the creations and deletions of private endpoints. */
export const listEvents: Behaviour = (world, call) => {
  const { subscription } = call.parameters;
  if (!findSubscription(world, subscription)) throw unknownSubscription(subscription);
  if (!isOurs(world, subscription)) throw wrongTenant();
  const filter = readFilter(call.query.get("$filter"), call.now);
  if (typeof filter === "string") return refused(filter);
  const selected = call.query.get("$select")?.split(",");
  const odd = selected?.find((name) => !SELECTABLE.has(name));
  if (odd !== undefined) return refused(`$select: '${odd}' is no property of an event.`);

  const events = eventsOf(world, subscription, call.now).filter(filter);
  const from = Number(call.query.get("$skiptoken") ?? 0);
  const value = events.slice(from, from + world.pageSize).map((event) => pick(event, selected));
  const isLast = from + world.pageSize >= events.length;
  return { status: 200, body: { value, ...(!isLast && { nextLink: nextLink(world, call, from) }) } };
};

/** The log's refusals are not wrapped into `error`. */
const refused = (message: string): Answer => ({ status: 400, body: { code: "BadRequest", message } });

function eventsOf({ store, logLagMs }: World, subscription: string, now: number): readonly Event[] {
  return store.changes
    .below(subscriptionPath(subscription))
    .flatMap(({ document }) => document.changes.flatMap((change) => eventsOfChange(document, change)))
    .filter(({ eventTimestamp }) => Date.parse(eventTimestamp) <= now - logLagMs)
    .toSorted((a, b) => Date.parse(b.eventTimestamp) - Date.parse(a.eventTimestamp));
}

const eventsOfChange = ({ endpointId }: EndpointChanges, change: Change): readonly Event[] => [
  eventOf(endpointId, change, { status: "Succeeded", name: "EndRequest" }),
  eventOf(endpointId, change, { status: "Started", name: "BeginRequest" }),
];

/** @see https://learn.microsoft.com/rest/api/monitor/activity-logs/list#eventdata */
function eventOf(
  resourceId: string,
  { type, by, at, correlationId, claims }: Change,
  { status, name }: { readonly status: string; readonly name: string },
): Event {
  const [, , subscriptionId = "", , resourceGroupName = ""] = resourceId.split("/");
  const operation = `Microsoft.Network/privateEndpoints/${type === "Create" ? "write" : "delete"}`;
  const eventDataId = uuidOf(`${resourceId} ${correlationId} ${at} ${status}`);
  const localizable = (value: string) => ({ value, localizedValue: value });
  return {
    authorization: { action: operation, scope: resourceId, role: "Contributor" },
    caller: by,
    channels: "Operation",
    ...(claims !== null && { claims }),
    correlationId,
    description: "",
    eventDataId,
    eventName: localizable(name),
    category: localizable("Administrative"),
    id: `${resourceId}/events/${eventDataId}/ticks/${Date.parse(at)}`,
    level: "Informational",
    resourceGroupName,
    resourceProviderName: localizable("Microsoft.Network"),
    resourceType: localizable("Microsoft.Network/privateEndpoints"),
    resourceId,
    operationId: correlationId,
    operationName: localizable(operation),
    status: localizable(status),
    subStatus: localizable(""),
    eventTimestamp: at,
    submissionTimestamp: at,
    subscriptionId: keyOf(subscriptionId),
  };
}

/** The same for the same event, however often it is listed. */
const uuidOf = (text: string): string =>
  createHash("sha256")
    .update(text)
    .digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");

const pick = (event: Event, selected: readonly string[] | undefined): object =>
  selected ? Object.fromEntries(Object.entries(event).filter(([name]) => selected.includes(name))) : event;

function nextLink({ origin, pageSize }: World, { parameters, query }: Call, from: number): string {
  const next = new URLSearchParams(query);
  next.set("$skiptoken", String(from + pageSize));
  const path = subscriptionPath(parameters.subscription);
  return `${origin}${path}/providers/Microsoft.Insights/eventtypes/management/values?${next}`;
}
