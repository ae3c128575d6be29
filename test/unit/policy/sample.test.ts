import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { explain } from "../../../shared/policy/index.ts";
import { HOUR, is, load, type Said, someFacts, tagged, unknown } from "./builders.ts";

const policy = load(readFileSync(new URL("../../../policy.yaml", import.meta.url), "utf8"));

const prod = { tags: tagged({ env: "prod", owner: "platform" }) };
const payments = {
  subscription: is("3E9E0D50-1FF8-4789-ACC6-7D571BD52F17"),
  resourceGroup: is("rg-payments-weu"),
  name: is("pe-payments-01-prod"),
};
const sandbox = { subscription: is("7c1f2a64-9a0b-4e0e-8d6c-2f5b7a9e4d11") };
const webDev = { subscription: is("5d0b7c3e-2a61-4f0c-9a8e-1c6b2f4d8e93"), name: is("pe-web-7") };
const OUR_TENANT = "bc28be56-ad87-4cf5-ae34-fb304dc38c65";
/** A request of our own tenant, unless the test says otherwise. */
const ours = (said: Said) => someFacts({ ...said, consumer: { tenant: is(OUR_TENANT), ...said.consumer } });
const dev = { tags: tagged({ env: "dev", costCenter: "4711" }) };
const sameTeam = { tags: tagged({ costcenter: "4711" }) };
const ticket = is("For CHG1234567, thanks");

describe("the sample policy in the root of the repository", () => {
  test.each<[string, Said, string, string[]]>([
    ["payments goes straight through", { cluster: prod, endpoint: payments }, "approve", ["payments-prod"]],
    [
      "payments, misspelt, falls to a person",
      { cluster: prod, endpoint: { ...payments, name: is("pe-payment-01-prod") } },
      "ask",
      ["default"],
    ],
    [
      "the right name from another subscription does too",
      { cluster: prod, endpoint: { name: payments.name } },
      "ask",
      ["default"],
    ],
    [
      "payments in a region it is not in",
      { cluster: { ...prod, location: is("eastus") }, endpoint: payments },
      "ask",
      ["default"],
    ],
    [
      "the web team reaches development",
      { cluster: { tags: tagged({ env: "dev" }) }, endpoint: webDev },
      "approve",
      ["web-dev"],
    ],
    [
      "the web team does not reach production by itself",
      { cluster: prod, endpoint: webDev },
      "ask",
      ["default"],
    ],
    [
      "a sandbox never reaches production",
      { cluster: prod, endpoint: sandbox, message: ticket },
      "reject",
      ["prod-never-from-sandbox"],
    ],
    [
      "a sandbox may ask for development",
      { cluster: { tags: tagged({ env: "dev" }) }, endpoint: sandbox },
      "ask",
      ["default"],
    ],
    [
      "a change ticket is asked about sooner",
      { cluster: prod, message: ticket },
      "ask",
      ["prod-with-change-ticket"],
    ],
    [
      "even when payments brings one",
      { cluster: prod, endpoint: payments, message: ticket },
      "ask",
      ["prod-with-change-ticket"],
    ],
    [
      "but not from a temporary resource group",
      { cluster: prod, endpoint: { resourceGroup: is("rg-temp-1") }, message: ticket },
      "ask",
      ["default"],
    ],
    [
      "a stranger is rejected",
      { consumer: { tenant: is("x") }, cluster: prod, endpoint: payments },
      "reject",
      ["visibility"],
    ],
    [
      "the same team in office hours",
      { cluster: dev, consumer: sameTeam },
      "approve",
      ["same-team-in-office-hours"],
    ],
    [
      "the same team on a Sunday",
      { cluster: dev, consumer: sameTeam, time: is("2026-11-22T10:15:00.000Z") },
      "ask",
      ["default"],
    ],
    [
      "payments at the end of the year",
      {
        cluster: { ...prod, tags: tagged({ env: "prod", owner: "platform", criticality: "high" }) },
        endpoint: payments,
        time: is("2026-12-24T10:15:00.000Z"),
      },
      "wait",
      ["year-end-of-critical-clusters"],
    ],
    [
      "card data",
      { cluster: { tags: tagged({ env: "dev", pci: "true" }) }, endpoint: webDev },
      "ask",
      ["card-data"],
    ],
    [
      "unreadable tags never lead to an approval",
      { cluster: { tags: unknown() }, endpoint: payments },
      "ask",
      ["whenUnknown"],
    ],
  ])("%s", (_name, said, kind, by) => {
    const verdict = explain(policy, ours(said));

    expect({ kind: verdict.kind, by: verdict.decidedBy.map(({ name }) => name) }).toEqual({ kind, by });
  });

  test("the misspelt name is a near miss that says so", () => {
    const verdict = explain(
      policy,
      ours({ cluster: prod, endpoint: { ...payments, name: is("pe-payment-01-prod") } }),
    );

    expect(verdict.nearMisses[0]).toMatchObject({
      name: "payments-prod",
      failed: [{ field: "endpoint.name" }],
    });
  });

  test("the change ticket's people, deadline and reminder are those of the file", () => {
    expect(explain(policy, ours({ cluster: prod, message: ticket }))).toMatchObject({
      requirement: {
        requirements: [
          { approvers: ["aks-platform"], groups: ["6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61"], quorum: 1 },
        ],
        timeoutMs: 8 * HOUR,
        remindAfterMs: HOUR,
        onTimeout: "expire",
      },
    });
  });
});

test("the example in the policy's README is a policy, and says what the page says", () => {
  const page = readFileSync(new URL("../../../shared/policy/README.md", import.meta.url), "utf8");
  const [, example = ""] = /```yaml\n(.*?)```/s.exec(page) ?? [];

  const verdict = explain(load(example), someFacts({ endpoint: payments }));

  expect(verdict).toMatchObject({ kind: "approve", decidedBy: [{ name: "payments" }] });
});
