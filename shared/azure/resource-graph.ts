import * as z from "zod";
import { armName, type PrivateEndpointId } from "../connection/arm-id.ts";
import { instant } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import type { FactSources, Subscription } from "../facts/port.ts";
import type { ArmClient } from "./arm-client.ts";
import { QueryBudget } from "./query-budget.ts";
import { remember } from "./remember.ts";
import { postRest } from "./rest.ts";

const API_VERSION = "2024-04-01";
const PATH = "/providers/Microsoft.ResourceGraph/resources";

/**
 * Resource Graph allows about 15 queries in 5 s, and the app's identity may have other uses. Who waits for more than 4 s
 * would have no time left for the query itself, since facts are waited for no longer than 5 s.
 * @see https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
 */
const BUDGET = { queries: 12, perMs: 5_000, maxWaitMs: 4_000 };

/** A wave of requests often comes of one subscription, and Resource Graph's copy of the world is minutes behind anyway. */
const REMEMBERED = { forMs: 60_000, nothingForMs: 60_000, atMost: 1_000 };

/** More than Azure allows to stand above one another (six levels and the root); a policy takes no more either. */
const MAX_MANAGEMENT_GROUPS = 20;

const SubscriptionRow = z.object({
  /** Of a subscription, unlike of any other resource, the display name. */
  name: z.string().nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  chain: z
    .array(z.object({ name: z.string().min(1) }))
    .max(MAX_MANAGEMENT_GROUPS)
    .nullish(),
});

const ChangeRow = z.object({
  changeType: z.string(),
  changedBy: z.string(),
  correlationId: z.string().nullish(),
  timestamp: z.iso.datetime({ offset: true }),
});

/** What Azure says where it does not know who made a change, or made it itself. */
const NOBODY: ReadonlySet<string> = new Set(["", "unspecified", "system"]);

/** Asks Resource Graph, in the turn of a consumer, for the only row that a query finds; null when it finds none. */
type Ask = <T>(consumer: string, query: string, Row: z.ZodType<T>) => Promise<T | null>;

/** What Resource Graph shows to the app's identity; all its queries have one budget. */
export function resourceGraph(arm: ArmClient): Pick<FactSources, "subscriptions" | "creations"> {
  const budget = new QueryBudget(BUDGET);
  const ask: Ask = (consumer, query, Row) => budget.spend(consumer, () => onlyRow(arm, query, Row));
  return { subscriptions: subscriptionsBy(ask), creations: creationsBy(ask) };
}

/** Subscriptions, each remembered for a minute, whether it is shown or not. */
function subscriptionsBy(ask: Ask): FactSources["subscriptions"] {
  const read = async (id: string): Promise<Subscription | null> => {
    const row = await ask(id, subscriptionQuery(z.guid().parse(id)), SubscriptionRow);
    if (row === null) return null;
    return {
      name: row.name || null,
      tags: row.tags ?? {},
      managementGroups: row.chain?.map(({ name }) => name) ?? null,
    };
  };
  return { read: remember(read, REMEMBERED) };
}

/**
 * Who created an endpoint: a person's sign-in name or an application's id, by the record of changes. Azure keeps that
 * for 14 days, and may take five minutes to write it.
 * @see https://learn.microsoft.com/azure/governance/resource-graph/changes/get-resource-changes
 */
const creationsBy = (ask: Ask): FactSources["creations"] => ({
  of: async (endpoint) => {
    const row = await ask(armName(endpoint).subscription, lastChangeQuery(endpoint), ChangeRow);
    if (row?.changeType.toLowerCase() !== "create") return null;
    const { changedBy, correlationId, timestamp } = row;
    return {
      by: NOBODY.has(changedBy.toLowerCase()) ? null : changedBy,
      at: instant(Date.parse(timestamp)),
      correlationId: correlationId || null,
    };
  },
});

/**
 * Names no subscriptions beside the query: Resource Graph refuses one that the identity may not see, instead of
 * answering that there is nothing.
 */
const subscriptionQuery = (id: string): string =>
  [
    "resourcecontainers",
    "where type =~ 'microsoft.resources/subscriptions'",
    `where subscriptionId =~ ${quoted(id)}`,
    "project name, tags, chain=properties.managementGroupAncestorsChain",
  ].join(" | ");

/** An endpoint that was deleted and made anew has several records, of which the last one counts. */
const lastChangeQuery = (endpoint: PrivateEndpointId): string =>
  [
    "resourcechanges",
    `where tostring(properties.targetResourceId) =~ ${quoted(endpoint)} and tostring(properties.changeType) in~ ('Create', 'Delete')`,
    "order by todatetime(properties.changeAttributes.timestamp) desc",
    "take 1",
    "project changeType=tostring(properties.changeType), changedBy=tostring(properties.changeAttributes.changedBy), correlationId=tostring(properties.changeAttributes.correlationId), timestamp=tostring(properties.changeAttributes.timestamp)",
  ].join(" | ");

/** As a literal of the query language. An ARM id has nothing to escape today; its rules may be widened without a thought for this. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;

async function onlyRow<T>(arm: ArmClient, query: string, Row: z.ZodType<T>): Promise<T | null> {
  const body = { query, options: { resultFormat: "objectArray" } };
  const answer = await arm.call("", (context, options) =>
    postRest(context, PATH, API_VERSION, body, options),
  );
  const parsed = z.object({ data: z.array(Row).max(1) }).safeParse(answer?.value);
  if (parsed.success) return parsed.data.data[0] ?? null;
  throw new Fault("UNREADABLE", "Resource Graph's answer is not what is documented.", {
    cause: parsed.error,
  });
}
