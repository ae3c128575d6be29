import { expect, test } from "vitest";
import { shadowSettings } from "../../../../infra/shadow/settings.ts";

const SHELL = {
  WEBHOOK_URL_SIEM: "https://siem.example.com/hook",
  WEBHOOK_KEYS_SIEM: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  WEBHOOK_FILTER_SIEM: "type=*",
  WEBHOOK_PRIVATE: "on",
  INTEGRATION_KEYS_CMDB: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  EventGridOut__topicEndpointUri: "https://topic.westeurope-1.eventgrid.azure.net/api/events",
  EventGridOut__credential: "managedidentity",
  EventGridOut__clientId: "d4e8fa0c-3152-4d6e-bf70-819203142534",
  REJECTION_DELAY: "1h",
};

test("systems that the engineer's shell names for a real app are neither told nor let in", () => {
  const settings = shadowSettings({
    gateway: { origin: "https://127.0.0.1:1", identityEndpoint: "https://127.0.0.1:1/msi/token" },
    secret: "secret",
    subscriptions: ["3e9e0d50-1ff8-4789-acc6-7d571bd52f17"],
    policy: "policy.yaml",
    shell: SHELL,
  });

  const { REJECTION_DELAY: _harmless, ...systems } = SHELL;
  for (const name of Object.keys(systems)) expect(settings).toHaveProperty(name, null);
  expect(settings).not.toHaveProperty("REJECTION_DELAY");
  expect(settings).toMatchObject({ WRITES: "off", POLICY_MODE: "shadow", TEAMS_WORKFLOW_URL: null });
});
