import { LOG_KEPT_MS } from "./constants.ts";
import { keyOf } from "./ids.ts";

type Event = Readonly<Record<string, unknown>> & { readonly eventTimestamp: string };
type Filter = (event: Event) => boolean;

const MOMENT = "'(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,7})?Z)'";

/** The patterns that are documented, and no other; the end may be left out. */
const FILTER = new RegExp(
  `^eventTimestamp ge ${MOMENT}(?: and eventTimestamp le ${MOMENT})?` +
    "(?: and (resourceGroupName|resourceUri|resourceProvider|correlationId) eq '([^']*)')?$",
);

type Key = "resourceGroupName" | "resourceUri" | "resourceProvider" | "correlationId";

/** What each key of a filter is compared with. */
const PROPERTY: Readonly<Record<Key, (event: Event) => unknown>> = {
  resourceGroupName: ({ resourceGroupName }) => resourceGroupName,
  resourceUri: ({ resourceId }) => resourceId,
  resourceProvider: ({ resourceId }) => String(resourceId).split("/")[6],
  correlationId: ({ correlationId }) => correlationId,
};

/**
 * Reads a `$filter`, or says why it is refused.
 * @see https://learn.microsoft.com/rest/api/monitor/activity-logs/list#uri-parameters
 */
export function readFilter(text: string | null, now: number): Filter | string {
  const match = FILTER.exec(text ?? "");
  if (!match) return "$filter searching parameters invalid.";
  const [, from = "", to, key, value = ""] = match;
  if (Date.parse(from) < now - LOG_KEPT_MS) return "The start time cannot be more than 90 days in the past.";
  const end = to === undefined ? now : Date.parse(to);
  return (event) =>
    Date.parse(event.eventTimestamp) >= Date.parse(from) &&
    Date.parse(event.eventTimestamp) <= end &&
    (key === undefined || keyOf(String(PROPERTY[key as Key](event))) === keyOf(value));
}
