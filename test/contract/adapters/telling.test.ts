import { createServer } from "node:http";
import { InvocationContext } from "@azure/functions";
import { afterAll, describe, expect, test, vi } from "vitest";
import { tellingBy } from "../../../functions/kit/telling.ts";
import { closeAtOnce, listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { parseConfig } from "../../../shared/config.ts";
import { PROVIDER } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { aNotice } from "../../unit/notify/teams/world.ts";

/** For what tokens were asked: nobody gets one here. */
const resources: (string | null)[] = [];
const endpoint = createServer((request, response) => {
  resources.push(new URL(request.url ?? "", "http://here").searchParams.get("resource"));
  response.writeHead(400).end("{}");
});
const port = await listenOnLoopback(endpoint, 0);
vi.stubEnv("IDENTITY_ENDPOINT", `http://127.0.0.1:${port}/msi/token`);
vi.stubEnv("IDENTITY_HEADER", "of-the-test");
afterAll(async () => {
  vi.unstubAllEnvs();
  await closeAtOnce(endpoint);
});

/** Nobody listens there. */
const NOBODY = "https://127.0.0.1:1/invoke?api-version=1";

const tellingWith = (settings: Readonly<Record<string, string>>) =>
  tellingBy(
    parseConfig({
      CLUSTER_SCOPES: `/subscriptions/${PROVIDER}`,
      TENANT_ID: "11111111-1111-4111-8111-111111111111",
      SIGN_IN_AUDIENCE: "6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60",
      AUDIT_STORE: ":memory:",
      RECORD_KEYS: `main:${"A".repeat(44)}`,
      PUBLIC_URL: "https://approvals.example",
      ServiceBus: "Endpoint=sb://bus.example",
      TEAMS_WORKFLOW_HOSTS: "127.0.0.1",
      ...settings,
    }),
  );

const channelsOf = (telling: ReturnType<typeof tellingWith>) =>
  telling.channels(new InvocationContext(), new Desk().store.posted);

describe("the app tells people", () => {
  test("by the log alone, where no workflow is set", () => {
    const telling = tellingWith({});

    expect(telling.names).toEqual(["log"]);
    expect(channelsOf(telling).map(({ name }) => name)).toEqual(["log"]);
  });

  test("by the log and each workflow that is set, and knows each by its name in the policy", () => {
    const telling = tellingWith({
      TEAMS_WORKFLOW_URL: `${NOBODY}&sig=x`,
      TEAMS_WORKFLOW_URL_PLATFORM_DUTY: `${NOBODY}&sig=x`,
    });

    expect(telling.names).toEqual(["log", "teams", "platform-duty"]);
    expect(channelsOf(telling).map(({ name }) => name)).toEqual(telling.names);
  });

  test("with a token for the audience, slash and all, where an address has no signature, and with none where it has", async () => {
    const [, signed, unsigned] = channelsOf(
      tellingWith({
        TEAMS_WORKFLOW_URL: `${NOBODY}&sig=x`,
        TEAMS_WORKFLOW_URL_OPEN: NOBODY,
        TEAMS_WORKFLOW_AUDIENCE: "https://service.flow.microsoft.com/",
      }),
    );

    await expect(signed?.send(aNotice("asked"))).rejects.toThrow("The workflow cannot be reached");
    expect(resources).toEqual([]);
    await expect(unsigned?.send(aNotice("asked"))).rejects.toThrow();
    expect(new Set(resources)).toEqual(new Set(["https://service.flow.microsoft.com/"]));
  });
});

test("every channel can be tried, by the name that the outbox knows it by", () => {
  const telling = tellingWith({
    TEAMS_WORKFLOW_URL: `${NOBODY}&sig=x`,
    WEBHOOK_URL_TICKETS: "https://tickets.example/hook",
    WEBHOOK_KEYS_TICKETS: `whsec_${"A".repeat(44)}`,
    TEAMS_CONVERSATION_BOT_ROOM: "19:abcdefghijklmnopqrstuvwxyz012345@thread.tacv2",
    TEAMS_BOT_ID: "0b3a1c86-1d5e-4a51-9c59-9b3b8a6f2f01",
    EventGridOut__topicEndpointUri: "https://topic.eventgrid.azure.net/api/events",
  });

  const tried = telling.trials(new InvocationContext()).map(({ name }) => name);

  expect(telling.names).toHaveLength(5);
  expect(tried).toEqual(telling.names);
});
