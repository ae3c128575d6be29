import { NOT_USED } from "../../../../shared/facts/given.ts";
import { explain, type Facts, type Policy } from "../../../../shared/policy/index.ts";
import type { KnownRequest } from "../../../../shared/policy-tools/simulate/request.ts";

const is = (value: string) => ({ kind: "value", value }) as const;
const unused = NOT_USED;

/** What the app records when no rule uses anything that must be looked up. */
export const recordedFacts = (differences: Partial<Facts> = {}): Facts => ({
  endpoint: { subscription: is("s"), resourceGroup: is("rg"), name: is("pe-1"), location: unused },
  consumer: { tenant: unused, subscriptionName: unused, managementGroups: unused, tags: unused },
  cluster: {
    name: is("aks-1"),
    resourceGroup: is("rg-aks"),
    subscription: is("p"),
    location: is("westeurope"),
    tags: { kind: "value", value: { env: "prod" } },
  },
  message: { kind: "absent" },
  requester: unused,
  requesterId: unused,
  source: is("sweep"),
  time: is("2026-11-23T10:15:00.000Z"),
  history: { approvedBefore: unused, approvedOnCluster: unused },
  ...differences,
});

/** A request that this policy judged, as it is on record. */
export const recorded = (policy: Policy, differences: Partial<KnownRequest> = {}): KnownRequest => ({
  at: "2026-11-23T10:15:01.000Z",
  endpoint: "s/rg/pe-1",
  cluster: "aks-1",
  facts: recordedFacts(),
  verdict: explain(policy, recordedFacts()),
  ...differences,
});

export const judge = (policy: Policy) => (facts: Facts) => explain(policy, facts);
