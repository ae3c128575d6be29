import { describe, expect, test } from "vitest";
import { AKS, allFound, ask, SUBSCRIPTION } from "./warnings.ts";

const REGEXP =
  'written like a regular expression; here "*" is any run of characters and "?" exactly one, and a list means any of its texts';

describe("texts of a form that their field never has", () => {
  const told = (block: string, more = "") => allFound([`name: r, when: { ${block} }, ${ask}`], more);

  test.each([
    [
      "a subscription's name",
      "endpoint: { subscription: [payments, web] }",
      'endpoint.subscription: "payments" and "web" are no subscription id (a GUID)',
    ],
    [
      "a cluster's",
      "cluster: { subscription: { not: web } }",
      'cluster.subscription: "web" is no subscription id (a GUID)',
    ],
    [
      "an ARM id",
      `endpoint: { subscription: /Subscriptions/${SUBSCRIPTION} }`,
      `endpoint.subscription: "/Subscriptions/${SUBSCRIPTION}" is no subscription id; leave "/subscriptions/" out`,
    ],
    [
      "a tenant's domain",
      "consumer: { tenant: contoso.com }",
      'consumer.tenant: "contoso.com" is no tenant id (a GUID)',
    ],
    [
      "a location as the portal shows it",
      'endpoint: { location: "West Europe" }',
      'endpoint.location: "West Europe" is no location in ARM\'s short form, which is like "westeurope"',
    ],
    [
      "a cluster's location",
      'cluster: { location: "North  Europe" }',
      'cluster.location: "North  Europe" is no location in ARM\'s short form, which is like "northeurope"',
    ],
    [
      "another source",
      "source: [webhook, Sweep]",
      'source: "webhook" is no source; there are event, message and sweep',
    ],
    [
      `a regular expression`,
      `cluster: { tags: { env: "^prod$" } }`,
      `cluster.tags.env: "^prod$" is ${REGEXP}`,
    ],
    [
      `several`,
      `endpoint: { name: ['pe-.*', 'pe-\\d+'] }`,
      `endpoint.name: "pe-.*" and "pe-\\\\d+" are ${REGEXP}`,
    ],
    [
      `one with alternatives`,
      `cluster: { tags: { env: dev|test } }`,
      `cluster.tags.env: "dev|test" is ${REGEXP}`,
    ],
    [`one with a class`, `message: "*[0-9]*"`, `message: "*[0-9]*" is ${REGEXP}`],
    [`a class in a name`, `cluster: { name: "aks-[ab]" }`, `cluster.name: "aks-[ab]" is ${REGEXP}`],
    [
      `texts in braces`,
      `endpoint: { resourceGroup: "rg-{a,b}-x" }`,
      `endpoint.resourceGroup: "rg-{a,b}-x" is several texts in one; write a list: ["rg-a-x", "rg-b-x"]`,
    ],
    [
      `texts in a row`,
      `endpoint: { resourceGroup: "rg-a, rg-b" }`,
      `endpoint.resourceGroup: "rg-a, rg-b" is several texts in one; write a list: ["rg-a", "rg-b"]`,
    ],
    [
      `values of a tag in a row`,
      `cluster: { tags: { env: "dev,test" } }`,
      `cluster.tags.env: "dev,test" is several texts in one; write a list: ["dev", "test"]`,
    ],
    [
      `not, in a sign`,
      `cluster: { tags: { env: "!prod" } }`,
      `cluster.tags.env: "!prod" is written with "!", which is a character like any other here; write { not: "prod" }`,
    ],
    [
      `the ARM id of a resource group`,
      `endpoint: { resourceGroup: /subscriptions/s/resourceGroups/rg-pay/providers/x }`,
      `endpoint.resourceGroup: "/subscriptions/s/resourceGroups/rg-pay/providers/x" is an ARM id; write the name alone: "rg-pay"`,
    ],
    [
      `of a management group`,
      `consumer: { managementGroups: /providers/Microsoft.Management/managementGroups/mg-x }`,
      `consumer.managementGroups: "/providers/Microsoft.Management/managementGroups/mg-x" is an ARM id; write the name alone: "mg-x"`,
    ],
    [
      `of something else`,
      `cluster: { name: /a/b }`,
      `cluster.name: "/a/b" is an ARM id; write the name alone: "b"`,
    ],
    [
      `a sign that no endpoint's name has`,
      `endpoint: { name: "pe+1" }`,
      `endpoint.name: "pe+1" is no name of a private endpoint, which never holds "+"`,
    ],
    [
      `a blank in the name of a cluster`,
      `cluster: { name: "aks one" }`,
      `cluster.name: "aks one" is no name of a cluster, which never holds " "`,
    ],
    [
      `a group by the name that people see`,
      `consumer: { managementGroups: Landing Zones }`,
      `consumer.managementGroups: "Landing Zones" is no name of a management group, which never holds " "`,
    ],
    [
      `a subscription's id for its name`,
      `consumer: { subscriptionName: 3e9e0d50-1ff8-4789-acc6-7d571bd52f17 }`,
      `consumer.subscriptionName: "3e9e0d50-1ff8-4789-acc6-7d571bd52f17" is an id and no name; write it as endpoint.subscription`,
    ],
    [
      `its ARM id`,
      `consumer: { subscriptionName: /subscriptions/s }`,
      `consumer.subscriptionName: "/subscriptions/s" is an id and no name; write it as endpoint.subscription`,
    ],
    [
      `a name that no subscription has`,
      `consumer: { subscriptionName: "${"a".repeat(65)}" }`,
      `consumer.subscriptionName: "${"a".repeat(60)}…" is no name of a subscription, which has at most 64 characters`,
    ],
    [
      `a name that is too long`,
      `cluster: { name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }`,
      `cluster.name: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…" is no name of a cluster, which has at most 63 characters`,
    ],
    [
      `a location with a hyphen`,
      `cluster: { location: north-europe }`,
      `cluster.location: "north-europe" is no location in ARM's short form, which is like "northeurope"`,
    ],
    [
      `a pattern for no id`,
      `endpoint: { subscription: "prod-*" }`,
      `endpoint.subscription: "prod-*" is no subscription id (a GUID)`,
    ],
    [
      `a person by name`,
      `requester: Ana Approver`,
      `requester: "Ana Approver" is no sign-in name, which has an "@", and no app's id`,
    ],
    [
      `a person's sign-in name`,
      `requesterId: ana@example.com`,
      `requesterId: "ana@example.com" is no person's object id (a GUID)`,
    ],
    [
      `a Cyrillic letter among Latin ones`,
      `cluster: { tags: { env: pr\u043ed } }`,
      `cluster.tags.env: "pr\u043ed" is written with "\u043e" (U+043E), which is Cyrillic, among Latin letters`,
    ],
    [
      `a Greek one`,
      `endpoint: { resourceGroup: rg-p\u03b1y }`,
      `endpoint.resourceGroup: "rg-p\u03b1y" is written with "\u03b1" (U+03B1), which is Greek, among Latin letters`,
    ],
    [
      `the Ångström sign`,
      `endpoint: { resourceGroup: rg-\u212bl }`,
      `endpoint.resourceGroup: "rg-\u212bl" is written with "\u212b" (U+212B), which only looks like "\u00c5"`,
    ],
    [
      `letters of full width`,
      `cluster: { tags: { env: \uff50rod } }`,
      `cluster.tags.env: "\uff50rod" is written with "\uff50" (U+FF50), which only looks like "p"`,
    ],
    [
      `accents apart from their letters`,
      `message: cafe\u0301`,
      `message: "cafe\u0301" is written with accents as characters of their own, which no keyboard does; type it anew`,
    ],
    [
      `a tag whose name is not what it looks like`,
      `cluster: { tags: { \u0435nv: prod } }`,
      `cluster.tags.\u0435nv: the tag's name is written with "\u0435" (U+0435), which is Cyrillic, among Latin letters`,
    ],
    [
      "typographic quotes",
      "message: “yes”",
      'message: "“yes”" is in typographic quotes, which are part of the text here',
    ],
    [
      "half of them",
      "message: [»yes, yes»]",
      'message: "»yes" and "yes»" are in typographic quotes, which are part of the text here',
    ],
    [
      "none at all",
      'message: { not: "*" }',
      'message: not "*" holds only when there is none; write { present: false }',
    ],
  ])("%s", (_what, block, message) => {
    expect(told(block)).toEqual([expect.stringMatching(/^7:\d+ /)]);
    expect(told(block)[0]?.replace(/^\S+ /, "")).toBe(message);
  });

  test("are found in lists, for the fields that are compared with them", () => {
    const list = `lists: { l: [a, a, b, c, d, ${SUBSCRIPTION}] }`;

    expect(told("endpoint: { subscription: { in: l }, name: { in: l } }", list).slice(1)).toEqual([
      '7:50 endpoint.subscription: "a", "b", "c" and 1 more are no subscription id (a GUID)',
    ]);
  });

  test("are found in visibility and freezes", () => {
    expect(allFound([`name: r, ${ask}`], "visibility: { allow: [{ source: x }] }").join()).toContain(
      '"x" is no source',
    );
    expect(
      allFound([`name: r, ${ask}`], `freeze: [{ name: f, when: { source: x }, ${ask} }]`).join(),
    ).toContain('"x" is no source');
  });

  test.each([
    [`dots in names`, `endpoint: { name: [pe.a, "pe.a-*"], resourceGroup: "rg.(x)-*" }`],
    [
      `signs of regular expressions in sentences`,
      `message: ["costs $5", "a | b", "(urgent)*", "[URGENT]*", "what?", "v1.*", "a, b and c", "Hello, world!"]`,
    ],
    [
      `signs in tags`,
      `cluster: { tags: { owner: "Smith, John", cost: "+47", range: "a-z", note: "{x}", v: "1.*", money: "US$" } }`,
    ],
    [`names with letters beyond ASCII`, `endpoint: { resourceGroup: [rg-größe, rg-東京, Москва-1, rg-αβγ] }`],
    [`units and ordinals`, `message: ["10 µs", "nº 5", "½", "10 Ω"]`],
    [
      `subscriptions as their owners call them`,
      `consumer: { subscriptionName: ["Payments, production (WEU)", "${"a".repeat(64)}*"] }`,
    ],
    [
      `people in their ways`,
      `requester: ["ana_partner.com#EXT#@example.com", "*@deploy.example.com", 6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61]`,
    ],
    [
      "ids in any case",
      `endpoint: { subscription: ${SUBSCRIPTION.toUpperCase()} }, consumer: { tenant: ${AKS} }`,
    ],
    ["patterns", 'endpoint: { subscription: "3e9e*" }, consumer: { tenant: "b?*" }, source: "*e*"'],
    ["locations in any case", "endpoint: { location: WestEurope }"],
    ["sources in any case", "source: [Event, message, SWEEP]"],
    ["other texts", 'message: [it\'s, "\'yes\'", yes"no, a“b], consumer: { tags: { name: "a b" } }'],
    ["anything", 'message: "*"'],
    ["not some of it", 'message: { not: "a*" }'],
  ])("but not %s", (_what, block) => {
    expect(told(block)).toEqual([]);
  });

  test("the name of a list that nothing uses, or that the field is compared with elsewhere", () => {
    const list = `lists: { ours: [${SUBSCRIPTION}], web: [a] }`;
    const meant = "is the name of a list; did you mean { in:";

    expect(told("endpoint: { subscription: ours }, message: { in: web }", list)).toEqual([
      '5:10 no condition uses list "ours"',
      `7:50 endpoint.subscription: "ours" ${meant} ours }?`,
    ]);
    expect(
      told(
        "endpoint: { name: Web }, anyOf: [{ endpoint: { name: { in: web } } }, { endpoint: { subscription: { in: ours } } }]",
        list,
      ),
    ).toEqual([`7:42 endpoint.name: "Web" ${meant} web }?`]);
  });

  test("but not the name of a list that is used for something else: teams and stages bear the same names", () => {
    const list = `lists: { web: [${SUBSCRIPTION}] }`;

    expect(told("cluster: { tags: { team: web } }, endpoint: { subscription: { in: web } }", list)).toEqual(
      [],
    );
  });
});
