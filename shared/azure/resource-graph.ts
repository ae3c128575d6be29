import * as z from "zod";
import type { PrivateEndpointId } from "../connection/arm-id.ts";
import { Fault } from "../connection/fault.ts";
import type { FactSources, Subscription } from "../facts/port.ts";
import type { ArmClient } from "./arm-client.ts";
import { remember } from "./remember.ts";
import { postRest } from "./rest.ts";

const API_VERSION = "2024-04-01";
const PATH = "/providers/Microsoft.ResourceGraph/resources";

/**
 * Resource Graph allows about 15 queries in 5 s, and a wave of requests often comes of one subscription; its own copy of
 * the world is minutes behind anyway.
 * @see https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
 */
const REMEMBERED = { forMs: 60_000, atMost: 1_000 };

/** More than Azure allows to stand above one another (six levels and the root), and as many as a fact may have. */
const MAX_MANAGEMENT_GROUPS = 100;

const SubscriptionRow = z.object({
  tags: z.record(z.string(), z.string()).nullish(),
  chain: z
    .array(z.object({ name: z.string().min(1) }))
    .max(MAX_MANAGEMENT_GROUPS)
    .nullish(),
});

const CreatorRow = z.object({ changedBy: z.string() });

/** What Azure says where it does not know who made a change, or made it itself. */
const NOBODY: ReadonlySet<string> = new Set(["", "unspecified", "system"]);

/** Subscriptions as Resource Graph shows them to the app's identity, each remembered for a minute. */
export function graphSubscriptions(arm: ArmClient): FactSources["subscriptions"] {
  const read = async (id: string): Promise<Subscription | null> => {
    const row = await onlyRow(arm, subscriptionQuery(z.guid().parse(id)), SubscriptionRow);
    if (row === null) return null;
    return { tags: row.tags ?? {}, managementGroups: row.chain?.map(({ name }) => name) ?? null };
  };
  return { read: remember(read, REMEMBERED) };
}

/**
 * Who created an endpoint: a person's sign-in name or an application's id, by the record of changes. Azure keeps that
 * for 14 days, and may take five minutes to write it.
 * @see https://learn.microsoft.com/azure/governance/resource-graph/changes/get-resource-changes
 */
export const graphCreators = (arm: ArmClient): FactSources["creators"] => ({
  of: async (endpoint) => {
    const row = await onlyRow(arm, creatorQuery(endpoint), CreatorRow);
    return row === null || NOBODY.has(row.changedBy.toLowerCase()) ? null : row.changedBy;
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
    "project tags, chain=properties.managementGroupAncestorsChain",
  ].join(" | ");

/** An endpoint that was deleted and made anew has several records; the last one is about what is there now. */
const creatorQuery = (endpoint: PrivateEndpointId): string =>
  [
    "resourcechanges",
    `where tostring(properties.targetResourceId) =~ ${quoted(endpoint)} and tostring(properties.changeType) =~ 'Create'`,
    "order by todatetime(properties.changeAttributes.timestamp) desc",
    "take 1",
    "project changedBy=tostring(properties.changeAttributes.changedBy)",
  ].join(" | ");

/** As a literal of the query language. An ARM id has nothing to escape; whoever widens its rules need not think of this. */
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
