import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Instant, PrivateEndpointConnection } from "../../../shared/connection/connection.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import { gatherFacts, named } from "../../../shared/facts/gather.ts";
import type { FactSources } from "../../../shared/facts/port.ts";
import type { FactName } from "../../../shared/policy/facts.ts";
import type { Entry } from "../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import {
  aCluster,
  aConnection,
  aConnectionId,
  anEndpoint,
  aRequest,
  CONSUMER,
  later,
  MINUTE,
  NINE,
  PROVIDER,
} from "../../fixtures/builders.ts";
import { decided } from "../../fixtures/entries.ts";
import { aFactSources, DANA_ID } from "../../fixtures/fact-sources.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse(NINE) }));
afterEach(() => void vi.useRealTimers());

const subject = { request: aRequest({}), cluster: aCluster(), at: NINE };
const gatherAll = (sources: FactSources, ...used: readonly FactName[]) =>
  gatherFacts(sources, subject, new Set(used));
const gather = async (...asked: Parameters<typeof gatherAll>) => (await gatherAll(...asked)).facts;

const EVERY: readonly FactName[] = [
  "endpoint.location",
  "consumer.tenant",
  "consumer.subscriptionName",
  "consumer.managementGroups",
  "consumer.tags",
  "requester",
  "requesterId",
  "history.approvedBefore",
  "history.approvedOnCluster",
];

const value = (value: unknown) => ({ kind: "value", value });
const unknown = (cause: string) => ({ kind: "unknown", cause });

/** Sources that write down whom they were asked about. */
function watched(sources: FactSources = aFactSources()) {
  const asked: string[] = [];
  const noted =
    <A extends unknown[], R>(name: string, ask: (...args: A) => R) =>
    (...args: A) => {
      asked.push(`${name} ${String(args[0])}`);
      return ask(...args);
    };
  const { subscriptions, tenants, endpoints, creations, creators, history, connections } = sources;
  return {
    asked,
    sources: {
      subscriptions: { read: noted("subscription", subscriptions.read) },
      tenants: { of: noted("tenant", tenants.of) },
      endpoints: { read: noted("endpoint", endpoints.read) },
      creations: { of: noted("creation", creations.of) },
      creators: { of: noted("creator", creators.of) },
      history: { ...history, approvedBefore: noted("history", history.approvedBefore) },
      connections: { list: noted("connections", connections.list) },
    },
  };
}

const never = () => new Promise<never>(() => undefined);

describe("what is given", () => {
  test("ids, cluster, message, source and time are facts although no rule uses them, and nobody is asked", async () => {
    const { sources, asked } = watched();

    const facts = await gather(sources);

    const notUsed = unknown("no rule uses it");
    expect(facts).toEqual({
      endpoint: {
        subscription: value(CONSUMER),
        resourceGroup: value("rg-payments"),
        name: value("pe-payments"),
        location: notUsed,
      },
      consumer: { tenant: notUsed, subscriptionName: notUsed, managementGroups: notUsed, tags: notUsed },
      cluster: {
        name: value("aks-prod"),
        resourceGroup: value("rg-aks"),
        subscription: value(PROVIDER),
        location: value("westeurope"),
        tags: value({ env: "prod" }),
      },
      message: value("for payments"),
      requester: notUsed,
      requesterId: notUsed,
      source: value("sweep"),
      time: value(NINE),
      history: { approvedBefore: notUsed, approvedOnCluster: notUsed },
    });
    expect(asked).toEqual([]);
  });

  test("an empty message is absent", async () => {
    const request = aRequest({ connection: aConnection({ message: "" }) });

    const { facts } = await gatherFacts(aFactSources(), { ...subject, request }, new Set());

    expect(facts.message).toEqual({ kind: "absent" });
  });

  test("where ARM names no endpoint, all that hangs on it is unknown, and nobody is asked", async () => {
    const { sources, asked } = watched();
    const request = aRequest({ connection: aConnection({ endpoint: null }) });

    const { facts, passing } = await gatherFacts(sources, { ...subject, request }, new Set(EVERY));

    const unnamed = unknown("ARM did not name the connection's private endpoint");
    expect(facts).toMatchObject({
      endpoint: { subscription: unnamed, resourceGroup: unnamed, name: unnamed, location: unnamed },
      consumer: { tenant: unnamed, subscriptionName: unnamed, managementGroups: unnamed, tags: unnamed },
      requester: unnamed,
      requesterId: unnamed,
      history: { approvedBefore: unnamed, approvedOnCluster: unnamed },
      cluster: { name: value("aks-prod") },
    });
    expect(passing).toEqual([]);
    expect(asked).toEqual([]);
  });
});

describe("what is looked up", () => {
  const endpoint = anEndpoint().toLowerCase();

  test.each<[FactName, string, object]>([
    ["endpoint.location", `endpoint ${endpoint}`, { endpoint: { location: value("westeurope") } }],
    [
      "consumer.tenant",
      `tenant ${CONSUMER}`,
      { consumer: { tenant: value("33333333-3333-4333-8333-333333333333") } },
    ],
    [
      "consumer.subscriptionName",
      `subscription ${CONSUMER}`,
      { consumer: { subscriptionName: value("payments-weu") } },
    ],
    [
      "consumer.managementGroups",
      `subscription ${CONSUMER}`,
      { consumer: { managementGroups: value(["mg-payments", "mg-root"]) } },
    ],
    ["consumer.tags", `subscription ${CONSUMER}`, { consumer: { tags: value({ team: "payments" }) } }],
    ["requester", `creation ${endpoint}`, { requester: value("dana@contoso.example") }],
    ["history.approvedBefore", `history ${CONSUMER}`, { history: { approvedBefore: value(7) } }],
    [
      "history.approvedOnCluster",
      `connections ${aCluster().id}`,
      { history: { approvedOnCluster: value(0) } },
    ],
  ])("%s, where a rule uses it, by one look-up and no other", async (used, expected, facts) => {
    const { sources, asked } = watched(aFactSources({ approvedBefore: 7 }));

    expect(await gather(sources, used)).toMatchObject(facts);
    expect(asked).toEqual([expected]);
  });

  test("the object id of whoever asked, by the creation and who is behind it", async () => {
    const { sources, asked } = watched();

    expect((await gather(sources, "requesterId")).requesterId).toEqual(value(DANA_ID));
    expect(asked).toEqual([`creation ${endpoint}`, `creator ${endpoint}`]);
  });

  test("everything, where rules use everything: name, tags and management groups come of one look-up", async () => {
    const { sources, asked } = watched();

    await gather(sources, ...EVERY);

    expect(asked.map((line) => line.split(" ")[0]).toSorted()).toEqual([
      "connections",
      "creation",
      "creator",
      "endpoint",
      "history",
      "subscription",
      "tenant",
    ]);
  });

  test("all at the same time: six look-ups of 4 s take 4 s", async () => {
    const slowly = async () => {
      await new Promise((resolve) => setTimeout(resolve, 4_000));
    };
    const quick = aFactSources();
    const facts = gather(
      {
        subscriptions: { read: (id) => slowly().then(() => quick.subscriptions.read(id)) },
        tenants: { of: (id) => slowly().then(() => quick.tenants.of(id)) },
        endpoints: { read: (id) => slowly().then(() => quick.endpoints.read(id)) },
        creations: { of: (id) => slowly().then(() => quick.creations.of(id)) },
        creators: quick.creators,
        history: {
          ...quick.history,
          approvedBefore: (id) => slowly().then(() => quick.history.approvedBefore(id)),
        },
        connections: { list: (id) => slowly().then(() => quick.connections.list(id)) },
      },
      ...EVERY,
    );

    await vi.advanceTimersByTimeAsync(4_000);

    expect(JSON.stringify(await facts)).not.toContain("unknown");
    expect(Date.now()).toBe(Date.parse(NINE) + 4_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("what is not there", () => {
  test.each<[FactName, Parameters<typeof aFactSources>[0], object]>([
    [
      "consumer.tags",
      { subscription: null },
      {
        consumer: {
          tags: unknown("Resource Graph does not show the subscription to this app's identity"),
          managementGroups: unknown("Resource Graph does not show the subscription to this app's identity"),
        },
      },
    ],
    [
      "consumer.managementGroups",
      { subscription: { name: "payments", tags: {}, managementGroups: null } },
      {
        consumer: {
          tags: value({}),
          managementGroups: unknown("Resource Graph does not show the management groups"),
        },
      },
    ],
    [
      "consumer.subscriptionName",
      { subscription: { name: null, tags: {}, managementGroups: [] } },
      { consumer: { subscriptionName: unknown("Resource Graph does not show the subscription's name") } },
    ],
    [
      "consumer.tenant",
      { tenant: null },
      { consumer: { tenant: unknown("ARM knows no such subscription") } },
    ],
    [
      "endpoint.location",
      { location: null },
      { endpoint: { location: unknown("ARM does not show where the private endpoint is") } },
    ],
    [
      "requester",
      { creator: null },
      { requester: unknown("Resource Graph does not show who created the private endpoint") },
    ],
    [
      "requesterId",
      { creator: null },
      { requesterId: unknown("Azure's records do not show who created the private endpoint") },
    ],
    [
      "requesterId",
      { creatorId: null },
      { requesterId: unknown("Azure's records do not show who created the private endpoint") },
    ],
    [
      "requesterId",
      { creatorId: { because: "an app created it (x)" } },
      { requesterId: unknown("Azure's records: an app created it (x)") },
    ],
    [
      "history.approvedOnCluster",
      { connections: { list: async () => null } },
      { history: { approvedOnCluster: unknown("ARM knows no such cluster") } },
    ],
  ])("%s is unknown then, and says why", async (used, known, expected) => {
    expect(await gather(aFactSources(known), used)).toMatchObject(expected);
  });
});

describe("a source that fails", () => {
  const refusing = (fault: unknown): FactSources => ({
    ...aFactSources(),
    subscriptions: {
      read: async () => {
        throw fault;
      },
    },
  });

  test("costs only its own facts, and its words are the cause", async () => {
    const fault = new Fault("FORBIDDEN", "The client may not read it.", { armCode: "AuthorizationFailed" });

    const { consumer } = await gather(refusing(fault), "consumer.tags", "consumer.tenant");

    expect(consumer).toMatchObject({
      tags: unknown("Resource Graph: FORBIDDEN AuthorizationFailed: The client may not read it."),
      tenant: { kind: "value" },
    });
  });

  test.each([
    ["a bug", new TypeError("x is not a function"), "Resource Graph: x is not a function"],
    ["a text", "no\r\nway", "Resource Graph: no way"],
    ["something that is no error", Object.create(null), "Resource Graph: it threw what is no error"],
    ["a fault without ARM's code", new Fault("UNREADABLE", "Odd."), "Resource Graph: UNREADABLE: Odd."],
  ])("because of %s, is asked once and told in one line", async (_case, thrown, cause) => {
    const { sources, asked } = watched(refusing(thrown));

    expect((await gather(sources, "consumer.tags")).consumer.tags).toEqual(unknown(cause));
    expect(asked).toHaveLength(1);
  });

  test("because it throws before it promises anything, is told as well", async () => {
    const sources: FactSources = {
      ...aFactSources(),
      connections: {
        list: () => {
          throw new Error("at once");
        },
      },
    };

    expect((await gather(sources, "history.approvedOnCluster")).history.approvedOnCluster).toEqual(
      unknown("the cluster's connections: at once"),
    );
  });

  test("with a long complaint is cut to 200 characters", async () => {
    const { consumer } = await gather(refusing(new Error("x".repeat(5_000))), "consumer.tags");

    expect(consumer.tags).toEqual(unknown(`Resource Graph: ${"x".repeat(183)}…`));
  });
});

describe("a source that is busy for a moment", () => {
  /** Fails with these, then answers. */
  function faltering(...faults: readonly Fault[]) {
    const left = [...faults];
    const asked: number[] = [];
    const read = async () => {
      asked.push(Date.now() - Date.parse(NINE));
      const fault = left.shift();
      if (fault !== undefined) throw fault;
      return { name: "payments", tags: { team: "payments" }, managementGroups: [] };
    };
    return { asked, sources: { ...aFactSources(), subscriptions: { read } } };
  }
  const tagsOf = async (sources: FactSources) => {
    const facts = gather(sources, "consumer.tags");
    await vi.runAllTimersAsync();
    return (await facts).consumer.tags;
  };

  test.each([
    ["THROTTLED", undefined, 500],
    ["UNREACHABLE", undefined, 500],
    ["BUSY", undefined, 500],
    ["THROTTLED", 3_000, 3_000],
  ] as const)(
    "%s with Retry-After %s is asked once more after %i ms",
    async (code, retryAfterMs, pauseMs) => {
      const { sources, asked } = faltering(new Fault(code, "Later.", { retryAfterMs }));

      expect(await tagsOf(sources)).toEqual(value({ team: "payments" }));
      expect(asked).toEqual([0, pauseMs]);
    },
  );

  test("is asked no third time", async () => {
    const { sources, asked } = faltering(
      new Fault("THROTTLED", "Later.", { armCode: "RateLimiting" }),
      new Fault("UNREACHABLE", "Gone.", { armCode: "HTTP 503" }),
    );

    expect(await tagsOf(sources)).toEqual(unknown("Resource Graph: UNREACHABLE HTTP 503: Gone."));
    expect(asked).toEqual([0, 500]);
  });

  test("for longer than a look-up may take is not waited for", async () => {
    const { sources, asked } = faltering(new Fault("THROTTLED", "Later.", { retryAfterMs: 5_000 }));

    expect(await tagsOf(sources)).toEqual(unknown("Resource Graph: THROTTLED: Later."));
    expect(asked).toEqual([0]);
    expect(Date.now()).toBe(Date.parse(NINE));
  });
});

describe("a source that does not answer", () => {
  test("is given up after 5 s; the others are not", async () => {
    const facts = gather({ ...aFactSources(), subscriptions: { read: never } }, ...EVERY);

    await vi.advanceTimersByTimeAsync(5_000);

    expect(await facts).toMatchObject({
      consumer: { tags: unknown("Resource Graph: no answer within 5 s"), tenant: { kind: "value" } },
      endpoint: { location: { kind: "value" } },
    });
  });

  test("is given up after another limit where one is set", async () => {
    const sources = { ...aFactSources(), tenants: { of: never } };
    const facts = gatherFacts(sources, subject, new Set(["consumer.tenant"] as const), 250);

    await vi.advanceTimersByTimeAsync(250);

    expect((await facts).facts.consumer.tenant).toEqual(
      unknown("the subscription's tenant: no answer within 0.25 s"),
    );
  });

  test("but fails when nobody waits any more, harms nobody", async () => {
    const late = async () => {
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      throw new Fault("UNREACHABLE", "Too late.");
    };
    const facts = gather({ ...aFactSources(), creations: { of: late } }, "requester");

    await vi.runAllTimersAsync();

    expect((await facts).requester).toEqual(unknown("Resource Graph: no answer within 5 s"));
    expect(Date.now()).toBe(Date.parse(NINE) + 6_000);
  });
});

describe("approved connections on the cluster", () => {
  const ofConsumer = (name: string, status = "Approved"): PrivateEndpointConnection =>
    aConnection({ id: aConnectionId(`${name}.1`), endpoint: anEndpoint(name), status });
  const ofStranger = aConnection({
    id: aConnectionId("pe-other.1"),
    endpoint: anEndpoint("pe-other", "rg", "7c1f2a64-9a0b-4e0e-8d6c-2f5b7a9e4d11"),
    status: "Approved",
  });
  const own = aConnection({
    id: aConnectionId("kube-apiserver.1"),
    endpoint: anEndpoint("kube-apiserver", "MC_rg-aks_aks-prod_westeurope", PROVIDER),
    status: "Approved",
  });
  const count = async (
    items: readonly PrivateEndpointConnection[],
    unreadable: readonly Fault[] = [],
    about = subject,
    open: readonly ApprovalRequest[] = [],
  ) => {
    const connections = { list: async () => ({ items, unreadable }) };
    const sources = aFactSources({ connections, open });
    const { facts } = await gatherFacts(sources, about, new Set(["history.approvedOnCluster"] as const));
    return facts.history.approvedOnCluster;
  };

  test("are those of the consumer's subscription that are Approved", async () => {
    const connections = [
      ofConsumer("pe-a"),
      ofConsumer("pe-b"),
      ofConsumer("pe-c", "Pending"),
      ofConsumer("pe-d", "Rejected"),
      ofConsumer("pe-e", "Disconnected"),
      ofStranger,
    ];

    expect(await count(connections)).toEqual(value(2));
  });

  test("do not have the cluster's own among them, for a consumer in the cluster's subscription either", async () => {
    const neighbour = aConnection({ endpoint: anEndpoint("pe-near", "rg-near", PROVIDER) });
    const request = aRequest({ connection: neighbour });
    const other = aConnection({
      id: aConnectionId("pe-next.1"),
      endpoint: anEndpoint("pe-next", "rg-near", PROVIDER),
      status: "Approved",
    });

    expect(await count([own, other], [], { ...subject, request })).toEqual(value(1));
  });

  test("do not have the one among them that is judged, when it is Approved already", async () => {
    const itself = aConnection({ status: "Approved" });

    expect(await count([itself, ofConsumer("pe-a")])).toEqual(value(1));
  });

  test("cannot be counted when ARM does not name the endpoint of one", async () => {
    const nameless = aConnection({ id: aConnectionId("pe-x.1"), endpoint: null, status: "Approved" });

    expect(await count([ofConsumer("pe-a"), nameless])).toEqual(
      unknown("the cluster's connections: ARM does not name an Approved connection's endpoint"),
    );
    expect(await count([{ ...nameless, status: "Rejected" }])).toEqual(value(0));
  });

  test("cannot be counted when one of the list cannot be understood", async () => {
    expect(await count([ofConsumer("pe-a")], [new Fault("STRANGE", "Odd name.")])).toEqual(
      unknown("the cluster's connections: STRANGE: Odd name."),
    );
  });

  describe("count those in, too, that we are about to approve", () => {
    const requestFor = (connection: PrivateEndpointConnection, ...entries: readonly Entry[]) =>
      aRequest({ connection }, ...entries);
    const among = (...open: readonly ApprovalRequest[]) => count([ofConsumer("pe-a")], [], subject, open);

    test("once, whether ARM shows it already or not", async () => {
      expect(await among(requestFor(ofConsumer("pe-b"), decided()))).toEqual(value(2));
      expect(await among(requestFor(ofConsumer("pe-a"), decided()))).toEqual(value(1));
    });

    test.each([
      ["the request itself", requestFor(aConnection(), decided())],
      ["what nobody decided yet", requestFor(ofConsumer("pe-b"))],
      ["what is to be rejected", requestFor(ofConsumer("pe-b"), decided("reject"))],
      ["another subscription's", requestFor(ofStranger, decided())],
      [
        "one whose endpoint ARM does not name",
        requestFor(aConnection({ id: aConnectionId("x"), endpoint: null }), decided()),
      ],
    ])("but not %s", async (_what, open) => {
      expect(await among(open)).toEqual(value(1));
    });

    test("of this cluster, by the audit store; without its answer the number is unknown", async () => {
      const asked: unknown[] = [];
      const open = async (of: unknown) => {
        asked.push(of);
        throw new Error("database is locked");
      };
      const sources = { ...aFactSources(), history: { approvedBefore: async () => 0, open } };

      const { history } = await gather(sources, "history.approvedOnCluster");

      expect(history.approvedOnCluster).toEqual(unknown("the cluster's connections: database is locked"));
      expect(asked).toEqual([{ cluster: aCluster().id }]);
    });
  });
});

describe("who asks is who created the private endpoint", () => {
  const requesterOf = async (createdAt: Instant) =>
    (await gather(aFactSources({ creator: "bob@contoso.example", createdAt }), "requester")).requester;

  test.each([
    ["as the request came", 0],
    ["15 minutes before it", -15 * MINUTE],
    ["after it, for clocks differ", MINUTE],
  ])("%s", async (_when, ms) => {
    expect(await requesterOf(later(ms))).toEqual(value("bob@contoso.example"));
  });

  test("but not longer before it, since that may have been another one of the same name", async () => {
    expect(await requesterOf(later(-15 * MINUTE - 1))).toEqual(
      unknown("Resource Graph: the creation on record is older than this request"),
    );
  });
});

describe("what may be known when it is asked for again", () => {
  const failing = (thrown: unknown): FactSources["subscriptions"] => ({
    read: async () => {
      throw thrown;
    },
  });
  const passingOf = async (sources: FactSources, ...used: readonly FactName[]) => {
    const gathered = gatherAll(sources, ...used);
    await vi.runAllTimersAsync();
    return (await gathered).passing;
  };

  test.each<[string, FactSources["subscriptions"]]>([
    ["is throttled", failing(new Fault("THROTTLED", "Later."))],
    ["is busy", failing(new Fault("BUSY", "Later."))],
    ["is out of reach", failing(new Fault("UNREACHABLE", "Gone."))],
    ["does not answer in time", { read: never }],
  ])("are the facts of a source that %s, as far as they are used", async (_why, subscriptions) => {
    const sources = { ...aFactSources(), subscriptions };

    expect(await passingOf(sources, "consumer.tags", "consumer.tenant")).toEqual(["consumer.tags"]);
    expect(await passingOf(sources, "consumer.tags", "consumer.managementGroups")).toEqual([
      "consumer.tags",
      "consumer.managementGroups",
    ]);
    expect(await passingOf(sources, "consumer.tenant")).toEqual([]);
  });

  test.each<[string, FactSources["subscriptions"]]>([
    ["refuses", failing(new Fault("FORBIDDEN", "No."))],
    ["says what nobody understands", failing(new Fault("UNREADABLE", "Odd."))],
    ["breaks", failing(new TypeError("x is not a function"))],
    ["knows that there is nothing", { read: async () => null }],
    ["recovers", { read: recovering() }],
  ])("are not those of one that %s", async (_why, subscriptions) => {
    expect(await passingOf({ ...aFactSources(), subscriptions }, ...EVERY)).toEqual([]);
  });

  function recovering() {
    let isFirst = true;
    return async () => {
      if (!isFirst) return { name: "payments", tags: {}, managementGroups: [] };
      isFirst = false;
      throw new Fault("BUSY", "Later.");
    };
  }
});

describe("for people", () => {
  test("the subscription's name is looked up, although no rule uses it, and nothing else", async () => {
    const { sources, asked } = watched();
    const given = await gather(sources);

    expect(await named(sources, subject.request, given)).toEqual({
      ...given,
      consumer: { ...given.consumer, subscriptionName: value("payments-weu") },
    });
    expect(asked).toEqual([`subscription ${CONSUMER}`]);
  });

  test.each<[string, FactName]>([
    ["came along with the tags", "consumer.tags"],
    ["is what a rule uses", "consumer.subscriptionName"],
  ])("one that %s is not looked up again", async (_how, used) => {
    const { sources, asked } = watched();
    const given = await gather(sources, used);

    expect(await named(sources, subject.request, given)).toBe(given);
    expect(asked).toHaveLength(1);
  });

  test("one that could not be read is not asked for again either, and stays unknown", async () => {
    const read = async () => Promise.reject(new Fault("FORBIDDEN", "No."));
    const { sources, asked } = watched({ ...aFactSources(), subscriptions: { read } });
    const given = await gather(sources, "consumer.tags");

    expect((await named(sources, subject.request, given)).consumer.subscriptionName).toEqual(
      unknown("Resource Graph: FORBIDDEN: No."),
    );
    expect(asked).toHaveLength(1);
  });

  test("where ARM names no endpoint there is no subscription to ask about", async () => {
    const { sources, asked } = watched();
    const request = aRequest({ connection: aConnection({ endpoint: null }) });
    const { facts } = await gatherFacts(sources, { ...subject, request }, new Set());

    expect(await named(sources, request, facts)).toBe(facts);
    expect(asked).toEqual([]);
  });
});
