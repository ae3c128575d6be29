import * as z from "zod";

const absentOrUnknown = [
  z.object({ kind: z.literal("absent") }),
  z.object({
    kind: z.literal("unknown"),
    cause: z.string(),
    isHidden: z
      .literal(true)
      .optional()
      .describe("Only where the API keeps it from this reader, whether it is known or not."),
  }),
] as const;

/**
 * One thing about the request: known, known not to be there, or unknown because it could not be read.
 *
 * The difference between absent and unknown is the point: an absent tag does not match, an unknown one decides
 * nothing, so that a failed lookup can never approve.
 */
export const Fact = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value"), value: z.string() }),
  ...absentOrUnknown,
]);
export type Fact = Readonly<z.infer<typeof Fact>>;

/** All tags of a resource by name. A tag that is not in a known set is absent. */
export const Tags = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value"), value: z.record(z.string(), z.string()) }),
  ...absentOrUnknown,
]);
export type Tags = Readonly<z.infer<typeof Tags>>;

/** Several texts, e.g. the management groups above a subscription. A condition matches when one of them does. */
export const Names = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value"), value: z.array(z.string()) }),
  ...absentOrUnknown,
]);
export type Names = Readonly<z.infer<typeof Names>>;

/** How many there are; never absent. */
export const Count = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value"), value: z.int().min(0) }),
  ...absentOrUnknown,
]);
export type Count = Readonly<z.infer<typeof Count>>;

/** What earlier versions did not look up. */
export const NOT_RECORDED = { kind: "unknown", cause: "it was not recorded then" } as const satisfies Fact;

/**
 * Everything a policy can ask about one Pending connection. What is missing or malformed is held to be unknown.
 *
 * @example
 * { endpoint: { name: { kind: "value", value: "pe-payments-01-prod" }, ... },
 *   cluster: { tags: { kind: "unknown", cause: "GET managedClusters: 403 AuthorizationFailed" }, ... },
 *   message: { kind: "absent" }, ... }
 */
export const Facts = z
  .object({
    /** The consumer's private endpoint: from its ARM id, but for the location. */
    endpoint: z.object({
      subscription: Fact,
      resourceGroup: Fact,
      name: Fact,
      /** ARM's short form: `westeurope`, not `West Europe`. */
      location: Fact,
    }),
    /** The consumer: the owner of the private endpoint's subscription. */
    consumer: z.object({
      /** Id of the Entra tenant that the subscription trusts. */
      tenant: Fact,
      /** Display name of the subscription: its owners' choice. Records of earlier versions have none. */
      subscriptionName: Fact.default(NOT_RECORDED),
      /** Names of all management groups above the subscription. */
      managementGroups: Names,
      /** Tags of the subscription. */
      tags: Tags,
    }),
    /** The managed cluster that is to be reached. */
    cluster: z.object({
      name: Fact,
      resourceGroup: Fact,
      subscription: Fact,
      /** ARM's short form. */
      location: Fact,
      tags: Tags,
    }),
    /** The consumer's own request message: a claim, not proof. An empty one is absent. */
    message: Fact,
    /** Who created the private endpoint: a sign-in name, or the application id of an app. For conditions, no proof. */
    requester: Fact,
    /**
     * Entra object id, in the approvers' own tenant, of the person who created the private endpoint: a lower-cased GUID.
     * Never that of an app. Records of earlier versions have none.
     */
    requesterId: Fact.default(NOT_RECORDED),
    /** What made us look: event, message or sweep. */
    source: Fact,
    /** The moment of judgement, ISO 8601. */
    time: Fact,
    history: z.object({
      /** Requests of the same subscription that this app brought to Approved, on any cluster. */
      approvedBefore: Count,
      /** Connections of the same subscription that are Approved on this cluster. */
      approvedOnCluster: Count,
    }),
  })
  .meta({ id: "Facts" });
export type Facts = Readonly<z.infer<typeof Facts>>;

/** Where a condition looks: a fact by its path in `Facts`, or one tag of the tags there. */
export interface Field {
  /** As people write it: `endpoint.name`, `cluster.tags.env`. */
  readonly name: string;
  readonly path: readonly string[];
  /** Folded; null when the field is no tag. */
  readonly tag: string | null;
}

/** The dotted path of a fact in `Facts`; all tags of a resource are one. */
export type FactName = {
  [K in keyof Facts]: Facts[K] extends { readonly kind: string } ? K : `${K}.${keyof Facts[K] & string}`;
}[keyof Facts];

/** What stands at each name, and so which conditions it takes. */
export const FACT_TYPES = {
  "endpoint.subscription": "text",
  "endpoint.resourceGroup": "text",
  "endpoint.name": "text",
  "endpoint.location": "text",
  "consumer.tenant": "text",
  "consumer.subscriptionName": "text",
  "consumer.managementGroups": "names",
  "consumer.tags": "tags",
  "cluster.name": "text",
  "cluster.resourceGroup": "text",
  "cluster.subscription": "text",
  "cluster.location": "text",
  "cluster.tags": "tags",
  message: "text",
  requester: "text",
  requesterId: "text",
  source: "text",
  time: "time",
  "history.approvedBefore": "count",
  "history.approvedOnCluster": "count",
} as const satisfies Record<FactName, string>;

/** The person who created the private endpoint, where an ask keeps that person from reviewing it. */
export const REQUESTER: Field = { name: "requesterId", path: ["requesterId"], tag: null };

/** Where the field looks; null for a path that is not in `Facts`. */
export function factNameOf(field: Field): FactName | null {
  const name = field.path.join(".");
  return isFactName(name) ? name : null;
}

const isFactName = (name: string): name is FactName => Object.hasOwn(FACT_TYPES, name);
