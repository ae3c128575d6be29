import type { Count, Fact, Facts, Names, Tags } from "../../../shared/policy/facts.ts";

export const is = (value: string): Fact => ({ kind: "value", value });
export const absent = { kind: "absent" } as const satisfies Fact & Tags & Names & Count;
export const unknown = (cause = "403 Forbidden"): Fact & Tags & Names & Count => ({ kind: "unknown", cause });
export const tagged = (value: Record<string, string>): Tags => ({ kind: "value", value });

export const named = (...value: string[]): Names => ({ kind: "value", value });
export const count = (value: number): Count => ({ kind: "value", value });

/** What a test says about a request: only the facts that matter to it. */
export type Said = {
  readonly [K in keyof Facts]?: Facts[K] extends { readonly kind: string } ? Facts[K] : Partial<Facts[K]>;
};

/** A request of which everything is known, and nothing is special. */
export function someFacts(said: Said = {}): Facts {
  return {
    message: absent,
    requester: is("dana@contoso.example"),
    requesterId: is("22222222-2222-4222-8222-222222222222"),
    source: is("event"),
    time: is("2026-11-23T10:15:00.000Z"),
    ...said,
    endpoint: {
      subscription: is("00000000-0000-4000-8000-000000000000"),
      resourceGroup: is("rg-some"),
      name: is("pe-some"),
      location: is("westeurope"),
      ...said.endpoint,
    },
    consumer: {
      tenant: is("33333333-3333-4333-8333-333333333333"),
      subscriptionName: is("some"),
      managementGroups: named(),
      tags: tagged({}),
      ...said.consumer,
    },
    cluster: {
      name: is("aks-some"),
      resourceGroup: is("rg-aks"),
      subscription: is("11111111-1111-4111-8111-111111111111"),
      location: is("westeurope"),
      tags: tagged({}),
      ...said.cluster,
    },
    history: { approvedBefore: count(0), approvedOnCluster: count(0), ...said.history },
  };
}
