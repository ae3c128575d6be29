import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig, parseTriggerSettings } from "../../../shared/config.ts";

const KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const required = {
  CLUSTER_SCOPES: "/subscriptions/9f1c0d7a-53c4-4f8e-9c0f-8d2f6a1b7e43",
  TENANT_ID: "11111111-1111-4111-8111-111111111111",
  SIGN_IN_AUDIENCE: "6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60",
  AUDIT_STORE: "/data/audit.db",
  RECORD_KEYS: `main:${randomBytes(32).toString("base64")}`,
  PUBLIC_URL: "https://approvals.example",
  ServiceBus: "Endpoint=sb://bus.example;SharedAccessKeyName=root;SharedAccessKey=hunter2",
};

const tickets = (url: string, others: Record<string, string> = {}) => ({
  ...required,
  WEBHOOK_URL_TICKETS: url,
  WEBHOOK_KEYS_TICKETS: KEY,
  ...others,
});

/** The lines of what the app says when it cannot start. */
function problemsOf(environment: Record<string, string>): string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split("\n").flatMap((line) => (line.startsWith("  ") ? [line.trim()] : []));
  }
}

describe("webhooks", () => {
  test("none is there unless one is set", () => {
    expect(parseConfig(required).WEBHOOKS).toEqual([]);
  });

  test("are channels by the names that they were given, each with its own keys and filter", () => {
    const { WEBHOOKS } = parseConfig({
      ...tickets("https://tickets.contoso.com/hooks?a=b"),
      WEBHOOK_URL_DATA_LAKE: "https://lake.contoso.com/",
      WEBHOOK_KEYS_DATA_LAKE: `${KEY}, whsec_${"A".repeat(44)}`,
      WEBHOOK_FILTER_DATA_LAKE: "kind=closed&outcome=approved",
    });

    expect(WEBHOOKS).toMatchObject([
      {
        name: "webhook-tickets",
        url: { href: "https://tickets.contoso.com/hooks?a=b" },
        filter: { kinds: null },
      },
      { name: "webhook-data-lake", filter: { kinds: new Set(["closed"]), outcomes: new Set(["approved"]) } },
    ]);
    expect(WEBHOOKS.map(({ keys }) => keys.length)).toEqual([1, 2]);
  });

  test.each<[string, Record<string, string>, string]>([
    ["http", {}, "http://tickets.contoso.com/"],
    ["a private address", {}, "https://10.1.2.3/"],
    ["this machine", {}, "https://127.0.0.1/"],
    ["http elsewhere, though private addresses are allowed", { WEBHOOK_PRIVATE: "on" }, "http://10.1.2.3/"],
    ["a metadata service, though they are", { WEBHOOK_PRIVATE: "on" }, "https://169.254.169.254/metadata"],
    [
      "this machine as IPv6 carries it, though they are",
      { WEBHOOK_PRIVATE: "on" },
      "https://[::ffff:127.0.0.1]/",
    ],
    ["a password", {}, "https://ana:hunter2@tickets.contoso.com/"],
    ["a name that only looks like the host", {}, "https://tickets.contoso.com@evil.example/"],
    ["a place within a page", {}, "https://tickets.contoso.com/#hunter2"],
    ["another protocol", {}, "ftp://tickets.contoso.com/"],
    ["no URL", {}, "tickets.contoso.com"],
  ])("to %s are refused, without showing where to", (_what, others, url) => {
    const problems = problemsOf(tickets(url, others));

    expect(problems).toEqual([expect.stringMatching(/^WEBHOOK_URL_TICKETS must /)]);
    expect(problems.join()).not.toMatch(/hunter2|evil|contoso/);
  });

  test.each([
    ["https://10.1.2.3/hook"],
    ["https://[fd12::1]/"],
    ["http://127.0.0.1:8080/"],
    ["http://localhost:8080/"],
  ])("to %s are taken where private addresses are allowed", (url) => {
    expect(problemsOf(tickets(url, { WEBHOOK_PRIVATE: "on" }))).toEqual([]);
  });

  test("all that is wrong is said at once, with all else that is", () => {
    const problems = problemsOf({
      ...required,
      TENANT_ID: "contoso",
      WEBHOOK_URL_A: "https://a.contoso.com/",
      WEBHOOK_KEYS_B: "whsec_c2hvcnQ=",
      WEBHOOK_FILTER_B: "kinds=closed",
      WEBHOOK_KEY_C: KEY,
      WEBHOOK_URL_lower: "https://c.contoso.com/",
    });

    expect(problems.map((line) => line.replace(/ (is|has|must).*/, " $1"))).toEqual([
      "TENANT_ID must",
      "WEBHOOK_KEY_C is",
      "WEBHOOK_URL_lower is",
      "WEBHOOK_KEYS_A is",
      "WEBHOOK_URL_B is",
      "WEBHOOK_KEYS_B must",
      "WEBHOOK_FILTER_B has",
    ]);
    expect(problems.join()).not.toContain("c2hvcnQ");
  });
});

describe("the topic of Event Grid", () => {
  test("is told everything, unless a filter says less", () => {
    const uri = "https://topic.westeurope-1.eventgrid.azure.net/api/events";

    expect(parseConfig(required).EventGridOut__topicEndpointUri).toBeUndefined();
    expect(parseConfig({ ...required, EventGridOut__topicEndpointUri: uri })).toMatchObject({
      EventGridOut__topicEndpointUri: uri,
      EVENT_GRID_FILTER: { kinds: null },
    });
    expect(parseConfig({ ...required, EVENT_GRID_FILTER: "kind=closed" })).toMatchObject({
      EVENT_GRID_FILTER: { kinds: new Set(["closed"]) },
    });
  });

  test("by http, or with a filter of other members, is refused", () => {
    expect(
      problemsOf({ ...required, EventGridOut__topicEndpointUri: "http://x/", EVENT_GRID_FILTER: "a=b" }),
    ).toEqual([
      "EventGridOut__topicEndpointUri must be an https URL",
      expect.stringMatching(/^EVENT_GRID_FILTER has "a", which is none of/),
    ]);
    expect(parseTriggerSettings({ EventGridOut__topicEndpointUri: "http://x/" })).not.toHaveProperty(
      "EventGridOut__topicEndpointUri",
    );
  });
});
