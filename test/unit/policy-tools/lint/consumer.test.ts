import { describe, expect, test } from "vitest";
import { ask, found, fromUs, reject, SUBSCRIPTION } from "./warnings.ts";

describe("a rule that approves any consumer on production clusters", () => {
  const warned = [
    '7:13 rule "r" approves any consumer on production clusters: name the consumer by endpoint.subscription or consumer.managementGroups',
  ];
  const approving = (block: string, more = "") =>
    found([`name: r, when: { ${block} }${more}, then: approve`]);

  test.each([
    ["production by its tag", "cluster: { tags: { env: prod } }"],
    ["production among others", "cluster: { tags: { Environment: [dev, preprod] } }"],
    ["a pattern that may be production", 'cluster: { name: "aks-*" }'],
    ["any tag that tells nothing", "cluster: { tags: { team: web } }"],
    ["a tenant, which is not a consumer", "consumer: { tenant: bc28be56-ad87-4cf5-ae34-fb304dc38c65 }"],
    ["a consumer by wildcards alone", 'endpoint: { subscription: "*" }'],
    [
      "whoever is not who the cluster names",
      "endpoint: { subscription: { not: { sameAs: cluster.tags.owner } } }",
    ],
    ["a consumer by two letters", 'consumer: { managementGroups: "mg*" }'],
    ["some consumer or anyone", 'consumer: { managementGroups: [payments, "?*"] }'],
    ["all but one consumer", `endpoint: { subscription: { not: ${SUBSCRIPTION} } }`],
    ["a consumer in one of two alternatives", `anyOf: [{ ${fromUs} }, { source: event }]`],
    ["a rule that names no cluster", "source: event"],
    ["a history, which is no name", "history: { approvedBefore: { atLeast: 1 } }"],
  ])("such as %s", (_what, block) => {
    expect(approving(block)).toEqual(warned);
  });

  test.each([
    ["its subscription", fromUs],
    ["a list of subscriptions", "endpoint: { subscription: { in: ours } }"],
    ["its management group", "consumer: { managementGroups: mg-payments* }"],
    [
      "its subscription, which the cluster names",
      "endpoint: { subscription: { sameAs: cluster.tags.owner } }",
    ],
    ["the person, by the object id", "requesterId: 0e5f2b6c-1111-4222-8333-444455556666"],
    ["its management group, however short", "consumer: { managementGroups: mg }"],
    [
      "its management group, in each alternative",
      "anyOf: [{ consumer: { managementGroups: mg-web } }, { consumer: { managementGroups: mg-payments } }]",
    ],
  ])("but not one that names the consumer by %s", (_what, block) => {
    expect(
      found([`name: r, when: { ${block} }, then: approve`], `lists: { ours: [${SUBSCRIPTION}] }`).filter(
        (text) => text.includes("any consumer"),
      ),
    ).toEqual([]);
  });

  test.each([
    ["another stage", "cluster: { tags: { env: [dev, test] } }"],
    ["another stage, by another tag", "cluster: { tags: { Stage: dev } }"],
    ["a cluster by its name", "cluster: { name: aks-dev-weu }"],
    ["a resource group by a pattern that is too short", 'cluster: { resourceGroup: "d??" }'],
    ["each alternative", "anyOf: [{ cluster: { tags: { tier: dev } } }, { cluster: { name: aks-test } }]"],
  ])("but not one that is kept from production by %s", (_what, block) => {
    expect(approving(block)).toEqual([]);
  });

  test("but not one whose exceptions leave no production", () => {
    expect(
      approving(
        "cluster: { tags: { env: { present: true } } }",
        ', unless: [{ cluster: { tags: { env: "*prod*" } } }]',
      ),
    ).toEqual([]);
    expect(
      approving(
        "cluster: { tags: { env: [dev, prod] } }",
        ", unless: [{ cluster: { tags: { env: prod } } }]",
      ),
    ).toEqual([]);
  });

  test("such as one that names the consumer only in an exception", () => {
    expect(approving("source: event", `, unless: [{ ${fromUs} }]`)).toEqual(warned);
  });

  test("but not one that names it in the exception of an exception", () => {
    expect(
      approving("source: event", `, unless: [{ endpoint: { subscription: { not: ${SUBSCRIPTION} } } }]`),
    ).toEqual([]);
  });

  test("but not one that asks or rejects", () => {
    expect(found([`name: r, when: { source: event }, ${ask}`])).toEqual([]);
  });
});

describe("a rule that approves whoever writes what it asks for", () => {
  const dev = "cluster: { tags: { env: dev } }";
  const told = (block: string, more = "") =>
    found([`name: r, when: { ${dev}, ${block} }${more}, then: approve`], "lists: { ours: [a] }").filter(
      (text) => !text.includes("no condition uses list"),
    );
  const warned = (words: string) => [
    `7:13 rule "r" approves whoever writes what it asks for: ${words} no proof of who asks; add a condition on endpoint.subscription, consumer.managementGroups or requesterId, or a history of at least 1`,
  ];

  test.each([
    [
      "a tag, though the cluster's is the same",
      "consumer: { tags: { costCenter: { sameAs: cluster.tags.costCenter } } }",
      "consumer.tags.costCenter is",
    ],
    ["a tag", "consumer: { tags: { team: payments } }", "consumer.tags.team is"],
    [
      "a subscription by its name",
      "consumer: { subscriptionName: sub-payments-* }",
      "consumer.subscriptionName is",
    ],
    ["any value of a tag", "consumer: { tags: { team: { present: true } } }", "consumer.tags.team is"],
    ["a name", "endpoint: { name: pe-* }", "endpoint.name is"],
    ["a name in a list", "endpoint: { name: { in: ours } }", "endpoint.name is"],
    ["a name that the cluster has, too", "endpoint: { name: { sameAs: cluster.name } }", "endpoint.name is"],
    ["a resource group", "endpoint: { resourceGroup: rg-payments }", "endpoint.resourceGroup is"],
    ["a region", "endpoint: { location: { sameAs: cluster.location } }", "endpoint.location is"],
    ["a message", 'message: "*CHG*"', "message is"],
    ["a name that others may bear, too", "requester: ana@example.com", "requester is"],
    [
      "all of these",
      "message: x, endpoint: { name: a, location: b }, consumer: { tags: { c: d } }",
      "message, endpoint.name, endpoint.location and 1 more are",
    ],
    [
      "a tag of the cluster that is the same as a message",
      "anyOf: [{ cluster: { tags: { key: { sameAs: message } } } }]",
      "message is",
    ],
    [
      "a subscription that the consumer itself names",
      "endpoint: { subscription: { sameAs: consumer.tags.me } }",
      "consumer.tags.me is",
    ],
    [
      "a message from all subscriptions but one",
      "message: x, endpoint: { subscription: { not: other } }",
      "message is",
    ],
    ["a message from any subscription", 'message: x, endpoint: { subscription: "*" }', "message is"],
    ["a message from a tenant, which many are in", "message: x, consumer: { tenant: t }", "message is"],
    ["a message without a history", "message: x, history: { approvedBefore: { atMost: 3 } }", "message is"],
    ["a message in one alternative", `anyOf: [{ message: x }, { ${fromUs} }]`, "message is"],
    [
      "a message, with proof in only one alternative",
      `message: x, anyOf: [{ source: event }, { ${fromUs} }]`,
      "message is",
    ],
    [
      "a name in one alternative, and proof in the other",
      `endpoint: { name: a }, anyOf: [{ message: x }, { ${fromUs} }]`,
      "endpoint.name and message are",
    ],
  ])("such as %s", (_what, block, words) => {
    expect(told(block)).toEqual(warned(words));
  });

  test("such as one with proof only in an exception", () => {
    expect(told("message: x", `, unless: [{ ${fromUs} }]`)).toEqual(warned("message is"));
  });

  test("such as one whose exception is whatever else is written", () => {
    expect(told("source: event", ', unless: [{ message: { not: "*CHG*" } }]')).toEqual(warned("message is"));
  });

  test.each([
    ["a subscription", `message: x, ${fromUs}`],
    [
      "a subscription that the cluster names",
      "message: x, endpoint: { subscription: { sameAs: cluster.tags.team } }",
    ],
    ["a management group", "message: x, consumer: { managementGroups: mg-web }"],
    ["a person's object id", "message: x, requesterId: 0e5f2b6c-1111-4222-8333-444455556666"],
    ["a history", "message: x, history: { approvedBefore: { atLeast: 1 } }"],
    ["connections that it has already", "message: x, history: { approvedOnCluster: { atLeast: 1 } }"],
    [
      "proof in each alternative",
      `message: x, anyOf: [{ ${fromUs} }, { consumer: { managementGroups: mg-web } }]`,
    ],
    ["nothing of the consumer's at all", "source: event"],
    [
      "what the consumer must not write",
      "message: { not: x }, consumer: { tags: { blocked: { present: false } } }",
    ],
  ])("but not one with %s", (_what, block) => {
    expect(told(block).filter((text) => text.includes("no proof"))).toEqual([]);
  });

  test("but not one that asks, or rejects", () => {
    expect(found([`name: r, when: { message: x }, ${ask}`])).toEqual([]);
    expect(found([`name: r, when: { message: x }, ${reject}`])).toEqual([]);
  });
});

describe("a rule that approves where a tag is not something", () => {
  const told = (block: string, more = "", lists = "") =>
    found([`name: r, when: { ${fromUs}, ${block} }${more}, then: approve`], lists);
  const open = (place: string, name: string, held = '"not" also holds') =>
    `${place} ${name}: ${held} where the tag is missing, or is written otherwise, like "production" or "prod "; write under "when" which values rule "r" may approve`;

  test.each<[string, string, string, string]>([
    ["a text", "cluster: { tags: { env: { not: prod } } }", "7:114", "cluster.tags.env"],
    ["several", "cluster: { tags: { Env: { not: [prod, stage*] } } }", "7:114", "cluster.tags.Env"],
    ["a list", "cluster: { tags: { env: { not: { in: l } } } }", "7:114", "cluster.tags.env"],
    [
      "one of the consumer's",
      "consumer: { tags: { kind: { not: sandbox } } }",
      "7:116",
      "consumer.tags.kind",
    ],
    [
      "in an alternative",
      "anyOf: [{ cluster: { tags: { env: { not: prod } } } }]",
      "7:124",
      "cluster.tags.env",
    ],
    [
      "though it is there in another alternative",
      "anyOf: [{ source: event, cluster: { tags: { env: { not: prod } } } }, { cluster: { tags: { env: dev } } }]",
      "7:139",
      "cluster.tags.env",
    ],
  ])("%s", (_what, block, place, name) => {
    expect(told(block, "", block.includes("in: l") ? "lists: { l: [prod] }" : "")).toEqual([
      open(place, name),
    ]);
  });

  test("an exception for production", () => {
    expect(told("source: event", ", unless: [{ cluster: { tags: { env: prod } } }]")).toEqual([
      open("7:142", "cluster.tags.env", "this exception does not hold"),
    ]);
  });

  test.each([
    [
      "where the tag must be there",
      "cluster: { tags: { env: { not: prod } } }",
      ", unless: [{ cluster: { tags: { env: { present: false } } } }]",
    ],
    [
      "where each alternative says what it is",
      "cluster: { tags: { env: { not: prod } } }, anyOf: [{ cluster: { tags: { env: dev* } } }, { cluster: { tags: { env: test } } }]",
      "",
    ],
    ["for a text that is no tag", "cluster: { name: { not: aks-prod } }", ""],
    [
      "for an exception that parts no stages",
      "source: event",
      ', unless: [{ cluster: { tags: { pci: "true" } } }]',
    ],
    [
      "for an exception from what must be there",
      "cluster: { tags: { env: [dev, test] } }",
      ", unless: [{ cluster: { tags: { env: test } } }]",
    ],
    [
      "for an exception with more than one line",
      "source: event",
      ", unless: [{ cluster: { tags: { env: prod } }, message: x }]",
    ],
    ["for absence", "cluster: { tags: { owner: { present: false } } }", ""],
  ])("but not %s", (_what, block, more) => {
    expect(told(block, more)).toEqual([]);
  });

  test("but not of one that asks or rejects", () => {
    const when = "when: { cluster: { tags: { env: { not: dev } } } }";

    expect(
      found([`name: r, ${when}, ${ask}`, `name: s, ${when}, ${reject}`]).filter((text) =>
        text.includes('"not"'),
      ),
    ).toEqual([]);
  });
});
