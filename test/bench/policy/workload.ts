import type { Fact, Facts } from "../../../shared/policy/index.ts";

/** One rule of the workload in plain words, so that every engine can be given the same. */
export interface PlainRule {
  readonly name: string;
  readonly outcome: "approve" | "ask" | "reject";
  readonly env: string;
  readonly subscriptions: readonly string[];
  /** The endpoint's name begins with it. */
  readonly prefix: string;
}

/** One request of the workload. */
export interface PlainRequest {
  readonly env: string;
  readonly subscription: string;
  readonly name: string;
}

const guid = (index: number) => `3e9e0d50-1ff8-4789-acc6-${index.toString(16).padStart(12, "0")}`;

/** As in a platform team's file: each team's rule names a stage, two subscriptions and a naming standard. */
export const plainRules = (count: number): readonly PlainRule[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `team-${index}`,
    outcome: index % 10 === 0 ? "reject" : index % 10 === 1 ? "ask" : "approve",
    env: index % 2 === 0 ? "prod" : "dev",
    subscriptions: [guid(2 * index), guid(2 * index + 1)],
    prefix: `pe-team-${index}-`,
  }));

/** Requests that match a rule (three of four), or none. */
export const plainRequests = (rules: readonly PlainRule[], count: number): readonly PlainRequest[] =>
  Array.from({ length: count }, (_, index) => {
    const rule = rules[(index * 7) % rules.length];
    const name = index % 4 === 0 ? "pe-somebody-else" : `${rule?.prefix}${index}`;
    return { env: rule?.env ?? "", subscription: rule?.subscriptions[index % 2] ?? "", name };
  });

const then = (outcome: PlainRule["outcome"]): unknown => {
  if (outcome === "approve") return "approve";
  return outcome === "ask" ? { ask: { approvers: ["platform"] } } : { reject: { reason: "Not here." } };
};

/** The workload as a policy file; JSON is YAML. */
export function policyFile(rules: readonly PlainRule[]): string {
  return JSON.stringify({
    apiVersion: "policy/v1",
    kind: "ConnectionPolicy",
    approvers: { platform: { groups: [guid(0)] } },
    default: { ask: { approvers: ["platform"] } },
    rules: rules.map(({ name, outcome, env, subscriptions, prefix }) => ({
      name,
      when: {
        cluster: { tags: { env } },
        endpoint: { subscription: subscriptions, name: `${prefix}*` },
      },
      // biome-ignore lint/suspicious/noThenProperty: it is a word of the policy language
      then: then(outcome),
    })),
  });
}

const value = (text: string): Fact => ({ kind: "value", value: text });
const UNUSED = { kind: "unknown", cause: "no rule uses it" } as const;

/** The request as the app gathers its facts. */
export const factsOf = ({ env, subscription, name }: PlainRequest): Facts => ({
  endpoint: {
    subscription: value(subscription),
    resourceGroup: value("rg-team"),
    name: value(name),
    location: UNUSED,
  },
  consumer: { tenant: UNUSED, subscriptionName: UNUSED, managementGroups: UNUSED, tags: UNUSED },
  cluster: {
    name: value("aks-prod-weu"),
    resourceGroup: value("rg-aks-prod"),
    subscription: value("5d0d3c54-0c33-4a4c-a4c3-6c3d5c4f2a10"),
    location: value("westeurope"),
    tags: { kind: "value", value: { env, owner: "platform" } },
  },
  message: { kind: "absent" },
  requester: UNUSED,
  requesterId: UNUSED,
  source: value("sweep"),
  time: value("2026-11-23T10:15:00.000Z"),
  history: { approvedBefore: UNUSED, approvedOnCluster: UNUSED },
});
