import { describe, expect, onTestFinished, test } from "vitest";
import { ClusterScope } from "../../../../shared/connection/arm-id.ts";
import { Fault } from "../../../../shared/connection/fault.ts";
import { currentRequests, historyOf, type World } from "../../../../shared/policy-tools/cli/current.ts";
import { openSqliteStore } from "../../../../shared/store/sqlite.ts";
import { ArmWorld } from "../../../fixtures/arm-world.ts";
import {
  aCluster,
  aClusterId,
  aConnection,
  aConnectionId,
  anEndpoint,
  aTrail,
  CONSUMER,
  NINE,
  PROVIDER,
} from "../../../fixtures/builders.ts";
import { applied, applying, assessed, decided, reopened, verified } from "../../../fixtures/entries.ts";
import { aFactSources } from "../../../fixtures/fact-sources.ts";

const world = (arm: ArmWorld, differences: Partial<World> = {}): World => ({
  scopes: [ClusterScope.parse(`/subscriptions/${PROVIDER}`)],
  clusters: arm.clusters,
  connections: arm.connections,
  sources: aFactSources(),
  audit: null,
  now: () => Date.parse(NINE),
  ...differences,
});

const counted = (value: number) => ({ kind: "value", value });

const OWN = anEndpoint("kube-apiserver", "MC_rg-aks_aks-prod_westeurope", PROVIDER);

describe("the requests of now are", () => {
  test("the Pending connections of private clusters, with the facts that a policy uses", async () => {
    const arm = new ArmWorld().put(aCluster(), aConnection());

    const { requests, troubles } = await currentRequests(world(arm), new Set(["consumer.tenant"]), false);

    expect(requests).toEqual([
      expect.objectContaining({
        at: NINE,
        endpoint: `${CONSUMER}/rg-payments/pe-payments`,
        cluster: "aks-prod",
        verdict: null,
        facts: expect.objectContaining({
          message: { kind: "value", value: "for payments" },
          consumer: {
            tenant: { kind: "value", value: "33333333-3333-4333-8333-333333333333" },
            tags: { kind: "unknown", cause: "no rule uses it" },
            subscriptionName: { kind: "unknown", cause: "no rule uses it" },
            managementGroups: { kind: "unknown", cause: "no rule uses it" },
          },
        }),
      }),
    ]);
    expect(troubles).toEqual([]);
  });

  test("those of every status, when they are asked for", async () => {
    const arm = new ArmWorld().put(aCluster(), aConnection({ status: "Approved" }));

    expect((await currentRequests(world(arm), new Set(), false)).requests).toEqual([]);
    expect((await currentRequests(world(arm), new Set(), true)).requests).toHaveLength(1);
  });

  test("those that are Approved already as they were before that: none counts itself in its history", async () => {
    const approved = (name: string) =>
      aConnection({ id: aConnectionId(`${name}.1`), endpoint: anEndpoint(name), status: "Approved" });
    const [one, two] = [approved("pe-one"), approved("pe-two")];
    const arm = new ArmWorld().put(aCluster(), one, two);
    const audit = openSqliteStore(":memory:");
    onTestFinished(() => audit.close());
    await audit.append(aTrail({ connection: one }, assessed(), decided(), applying(), applied(), verified()));
    const sources = { ...aFactSources(), connections: arm.connections, history: historyOf(audit) };

    const { requests } = await currentRequests(
      world(arm, { audit, sources }),
      new Set(["history.approvedBefore", "history.approvedOnCluster"]),
      true,
    );

    expect(requests.map(({ endpoint, facts }) => [endpoint.split("/").at(-1), facts.history])).toEqual([
      ["pe-one", { approvedBefore: counted(0), approvedOnCluster: counted(1) }],
      ["pe-two", { approvedBefore: counted(1), approvedOnCluster: counted(1) }],
    ]);
  });

  test("those whose endpoint was approved in an earlier round with that approval in their history", async () => {
    const arm = new ArmWorld().put(aCluster(), aConnection({ status: "Approved" }));
    const audit = openSqliteStore(":memory:");
    onTestFinished(() => audit.close());
    const round = [assessed(), decided(), applying(), applied(), verified()];
    await audit.append(aTrail({}, ...round, reopened(), ...round));
    const sources = { ...aFactSources(), history: historyOf(audit) };

    const { requests } = await currentRequests(
      world(arm, { audit, sources }),
      new Set(["history.approvedBefore"]),
      true,
    );

    expect(requests[0]?.facts.history.approvedBefore).toEqual(counted(1));
  });

  test("neither a cluster's own connection, nor those of a cluster that is not private", async () => {
    const open = aCluster({ id: aClusterId("aks-open"), isPrivate: false });
    const arm = new ArmWorld().put(
      aCluster(),
      aConnection({ endpoint: OWN }),
      open,
      aConnection({ id: aConnectionId("pe.1", open.id) }),
    );

    expect((await currentRequests(world(arm), new Set(), false)).requests).toEqual([]);
  });

  test("those that can be read, and a word on what cannot", async () => {
    const other = aCluster({ id: aClusterId("aks-two") });
    const arm = new ArmWorld().put(aCluster(), other, aConnection({ id: aConnectionId("pe.1", other.id) }));
    arm.trouble(
      "listConnections",
      new Fault("FORBIDDEN", "You may not.", { armCode: "AuthorizationFailed" }),
    );

    const { requests, troubles } = await currentRequests(world(arm), new Set(), false);

    expect(requests.map(({ cluster }) => cluster)).toEqual(["aks-two"]);
    expect(troubles).toEqual([`${aCluster().id} cannot be looked at: AuthorizationFailed: You may not.`]);
  });
});
