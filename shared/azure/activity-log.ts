import * as z from "zod";
import { armName, type PrivateEndpointId } from "../connection/arm-id.ts";
import { Fault } from "../connection/fault.ts";
import type { Creation, Creator, FactSources } from "../facts/port.ts";
import type { ArmClient } from "./arm-client.ts";
import { creatorIn } from "./creator.ts";
import { QueryBudget } from "./query-budget.ts";
import { remember } from "./remember.ts";
import { getRest } from "./rest.ts";

const API_VERSION = "2015-04-01";
const OPERATION = "microsoft.network/privateendpoints/write";

/** No limit of the log's own is documented. This is a fraction of the reads that ARM allows one identity in a subscription. */
const BUDGET = { queries: 20, perMs: 5_000, maxWaitMs: 3_000 };

/** What a token said does not change. Events come three to twenty minutes late, so nothing may be something soon. */
const REMEMBERED = { forMs: 3_600_000, nothingForMs: 30_000, atMost: 10_000 };

/**
 * Resource Graph tells when it saw the change, the log when the write began and ended. No more than Resource Graph may be
 * late: a client chooses the correlation id, and may take that of somebody else's earlier write of an endpoint of the
 * same name.
 * @see https://github.com/hashicorp/terraform-provider-azurerm/pull/3253
 */
const WINDOW = { beforeMs: 5 * 60_000, afterMs: 3_600_000 } as const;

/** A write has some three events; a deployment, of which it may be a part, has a correlation id for all its writes. */
const MAX_PAGES = 5;

const SELECTED = "claims,correlationId,operationName,resourceId";

const Event = z.object({
  correlationId: z.string(),
  resourceId: z.string(),
  operationName: z.object({ value: z.string() }),
  /** An object, its JSON, or nothing. */
  claims: z.unknown().optional(),
});
type Event = z.infer<typeof Event>;

const Page = z.object({ value: z.array(Event), nextLink: z.string().nullish() });

interface Write {
  readonly endpoint: PrivateEndpointId;
  readonly creation: Creation;
}

type Query = Readonly<Record<string, string>>;

/**
 * Who is behind a creation, by the events of that very write in the subscription's Activity Log.
 * @param tenantId the tenant of those who review, a lower-cased GUID
 * @see https://learn.microsoft.com/rest/api/monitor/activity-logs/list
 */
export function activityLog(arm: ArmClient, tenantId: string): FactSources["creators"] {
  const budget = new QueryBudget(BUDGET);

  const eventsOf = async (subscription: string, first: Query): Promise<readonly Event[]> => {
    const events: Event[] = [];
    let query: Query | null = first;
    for (let pages = 0; query !== null; pages++) {
      if (pages === MAX_PAGES) throw new Fault("UNREADABLE", "The Activity Log tells of too many events.");
      const asked: Query = query;
      const page = await budget.spend(subscription, () => pageOf(arm, subscription, asked));
      events.push(...page.value);
      query = page.nextLink ? nextQuery(page.nextLink, pathOf(subscription)) : null;
    }
    return events;
  };

  const read = async ({ endpoint, creation }: Write): Promise<Creator | null> => {
    const correlationId = z.guid().safeParse(creation.correlationId);
    if (!correlationId.success) return creatorIn([], tenantId);
    const query = { $filter: filterOf(correlationId.data, Date.parse(creation.at)), $select: SELECTED };
    const events = await eventsOf(armName(endpoint).subscription, query);
    const writes = events.filter((event) => isWrite(event, endpoint, correlationId.data));
    if (writes.length === 0) return null;
    return creatorIn(
      writes.map(({ claims }) => claims),
      tenantId,
    );
  };

  const remembered = remember(read, REMEMBERED, keyOf);
  return { of: (endpoint, creation) => remembered({ endpoint, creation }) };
}

const keyOf = ({ endpoint, creation }: Write): string =>
  JSON.stringify([endpoint, creation.correlationId, creation.at]);

const pathOf = (subscription: string): string =>
  `/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values`;

/** One of the few filters that are documented. */
function filterOf(correlationId: string, atMs: number): string {
  const from = new Date(atMs - WINDOW.beforeMs).toISOString();
  const to = new Date(atMs + WINDOW.afterMs).toISOString();
  return `eventTimestamp ge '${from}' and eventTimestamp le '${to}' and correlationId eq '${correlationId}'`;
}

/** A deployment has the same correlation id for each resource that it writes. */
const isWrite = (event: Event, endpoint: PrivateEndpointId, correlationId: string): boolean =>
  event.correlationId.toLowerCase() === correlationId.toLowerCase() &&
  event.resourceId.toLowerCase() === endpoint &&
  event.operationName.value.toLowerCase() === OPERATION;

async function pageOf(arm: ArmClient, subscription: string, query: Query): Promise<z.infer<typeof Page>> {
  const answer = await arm.call(subscription, (context, options) =>
    getRest(context, pathOf(subscription), API_VERSION, options, query),
  );
  if (answer === null) return { value: [] };
  const page = Page.safeParse(answer.value);
  if (page.success) return page.data;
  throw new Fault("UNREADABLE", "The Activity Log's answer is not what is documented.", {
    cause: page.error,
  });
}

/** Of the link only the query is followed: the token goes to no other host, and nothing else is read. */
function nextQuery(link: string, path: string): Query {
  const next = URL.parse(link);
  if (next?.pathname.toLowerCase() === path.toLowerCase()) return Object.fromEntries(next.searchParams);
  throw new Fault("UNREADABLE", "The Activity Log's next page is somewhere else.");
}
