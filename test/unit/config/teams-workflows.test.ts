import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { workflowsIn } from "../../../shared/teams-workflows.ts";

const SIGNED =
  "https://0a1b.05.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/7f/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers&sv=1.0&sig=s3cret-s3cret";
const UNSIGNED = SIGNED.replace(/&sig=.*/, "");
const AUDIENCE = "https://service.flow.microsoft.com/";

const urlsOf = (environment: Record<string, string>): Record<string, string> =>
  Object.fromEntries([...workflowsIn(environment).addresses].map(([name, { url }]) => [name, url()]));

test("addresses go by channels: the one without a name is for all others", () => {
  const { addresses, problems } = workflowsIn({
    TEAMS_WORKFLOW_URL: SIGNED,
    TEAMS_WORKFLOW_URL_PLATFORM_DUTY: `${SIGNED}2`,
    TEAMS_WORKFLOW_URL_SECURITY: "",
    TEAMS_WORKFLOW_AUDIENCE: AUDIENCE,
    OTHER: "x",
  });

  expect([...addresses].map(([name, { url, isSigned }]) => [name, url(), isSigned])).toEqual([
    ["teams", SIGNED, true],
    ["platform-duty", `${SIGNED}2`, true],
  ]);
  expect(problems).toEqual([]);
});

test.each([
  SIGNED,
  "https://prod-07.westeurope.logic.azure.com:443/workflows/7f/triggers/manual/paths/invoke?sig=x",
  "https://default0a.05.api.powerautomate.com/x?sig=x",
  "https://flow.microsoft.com/x?sig=x",
])("%s is one of a workflow", (TEAMS_WORKFLOW_URL) => {
  expect(urlsOf({ TEAMS_WORKFLOW_URL })).toEqual({ teams: TEAMS_WORKFLOW_URL });
});

test("one without a signature is one where a token is sent", () => {
  const { addresses } = workflowsIn({ TEAMS_WORKFLOW_URL: UNSIGNED, TEAMS_WORKFLOW_AUDIENCE: AUDIENCE });

  expect(addresses.get("teams")?.isSigned).toBe(false);
});

test("whoever runs the app adds hosts, with those below them", () => {
  const environment = { TEAMS_WORKFLOW_HOSTS: " 127.0.0.1, Example.COM " };

  expect(urlsOf({ ...environment, TEAMS_WORKFLOW_URL: "https://127.0.0.1:8443/x?sig=x" })).toHaveProperty(
    "teams",
  );
  expect(urlsOf({ ...environment, TEAMS_WORKFLOW_URL: "https://a.example.com/?sig=x" })).toHaveProperty(
    "teams",
  );
  expect(urlsOf({ ...environment, TEAMS_WORKFLOW_URL: "https://anexample.com/?sig=x" })).toEqual({});
});

const FOREIGN =
  "must be the address of a workflow, as Teams shows it; if its host is right, add that to TEAMS_WORKFLOW_HOSTS";
const CONNECTOR =
  "is a connector, which Teams took out of service in May 2026; make a workflow, as README.md says under Teams";
const UNNAMED =
  "must end in the name of a channel of the policy, in capitals, with _ for -; log, teams, event-grid and webhook-… are taken";

describe("is refused in a sentence that says what to do and does not show it", () => {
  test.each([
    ["https://contoso.webhook.office.com/webhookb2/x@y/IncomingWebhook/z/s3cret", CONNECTOR],
    ["https://outlook.office.com/webhook/x?sig=s3cret", CONNECTOR],
    ["https://hooks.example/x?sig=s3cret", FOREIGN],
    ["https://evilpowerplatform.com/x?sig=s3cret", FOREIGN],
    ["https://powerplatform.com.evil.example/x?sig=s3cret", FOREIGN],
    ["https://evil.example/powerplatform.com?sig=s3cret", FOREIGN],
    ["https://powerplatform.com@evil.example/x?sig=s3cret", FOREIGN],
    ["https://evil.example\\.powerplatform.com/x?sig=s3cret", FOREIGN],
    ["https://s3cret:x@a.powerplatform.com/x?sig=x", "must have no user and no password in it"],
    [`http://a.powerplatform.com/x?sig=s3cret`, "must be an https URL"],
    ["s3cret", "must be an https URL"],
    [
      "@Microsoft.KeyVault(SecretUri=https://s3cret.vault.azure.net/secrets/teams)",
      "is a Key Vault reference that the platform could not read; the app's settings in the portal say why",
    ],
    ["javascript:alert(1)", "must be an https URL"],
    [UNSIGNED, "must be copied whole, with `sig` in it; one without needs TEAMS_WORKFLOW_AUDIENCE"],
    [`${UNSIGNED}&sig=`, "must be copied whole, with `sig` in it; one without needs TEAMS_WORKFLOW_AUDIENCE"],
  ])("%s", (TEAMS_WORKFLOW_URL, problem) => {
    expect(workflowsIn({ TEAMS_WORKFLOW_URL, TEAMS_WORKFLOW_URL_DUTY: SIGNED })).toMatchObject({
      problems: [{ name: "TEAMS_WORKFLOW_URL", message: problem }],
      addresses: new Map([["duty", { isSigned: true }]]),
    });
  });

  test.each(["", "_", "A__B", "_A", "A_", "duty", "A-B", "LOG", "TEAMS", "EVENT_GRID", "WEBHOOK_CMDB"])(
    "an address for the channel %j",
    (name) => {
      const setting = `TEAMS_WORKFLOW_URL_${name}`;

      expect(workflowsIn({ [setting]: SIGNED }).problems).toEqual([{ name: setting, message: UNNAMED }]);
    },
  );
});

test("whatever is set, its problem shows nothing of it, and what is taken leads to a host that is known", () => {
  const parts = fc.constantFrom(
    ...[
      "https://",
      "http://",
      "a.powerplatform.com",
      "evil.example",
      "/x",
      "?sig=",
      "@",
      ":443",
      "\\",
      "#",
      "s3cret",
    ],
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(parts, { maxLength: 8 }).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(texts, (TEAMS_WORKFLOW_URL) => {
      const { addresses, problems } = workflowsIn({ TEAMS_WORKFLOW_URL });

      expect(JSON.stringify(problems)).not.toContain("s3cret");
      for (const { url } of addresses.values())
        expect(new URL(url())).toMatchObject({
          protocol: "https:",
          username: "",
          hostname: expect.stringMatching(/(^|\.)powerplatform\.com$/),
        });
    }),
    { numRuns: 1_000 },
  );
});

test("an address shows in no log and in no JSON", () => {
  const workflows = workflowsIn({ TEAMS_WORKFLOW_URL: SIGNED });

  for (const text of [JSON.stringify(workflows), inspect(workflows, { depth: 9, showHidden: true })])
    expect(text).not.toContain("s3cret");
});
