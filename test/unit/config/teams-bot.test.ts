import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError, parseConfig } from "../../../shared/config.ts";
import { teamsIn } from "../../../shared/teams.ts";

const BOT = { TEAMS_BOT_ID: "d4e8fa0c-3152-4d6e-bf70-819203142534" };
const ID = "19:6b1f0d2a7c3e4f5896a7b8c9d0e1f203@thread.tacv2";
const LINK = `https://teams.microsoft.com/l/channel/${encodeURIComponent(ID)}/AKS%20platform?groupId=0a1b&tenantId=2c3d`;
const WORKFLOW = "https://flow.microsoft.com/x?sig=x";

const conversationsIn = (settings: Readonly<Record<string, string>>) =>
  Object.fromEntries(teamsIn({ ...BOT, ...settings }).conversations);
const problemsIn = (settings: Readonly<Record<string, string>>) =>
  teamsIn(settings).problems.map(({ name, message }) => `${name} ${message}`);

test.each([
  LINK,
  ID,
  ` ${LINK}\n`,
  LINK.replace("teams.microsoft.com", "teams.cloud.microsoft"),
  `https://teams.microsoft.com/l/channel/${encodeURIComponent(ID)}`,
])("%s says in which channel of Teams the bot speaks", (TEAMS_CONVERSATION) => {
  expect(conversationsIn({ TEAMS_CONVERSATION })).toEqual({ teams: ID });
});

test("conversations go by channels of the policy, as workflows do, and a channel has one of the two", () => {
  expect(
    conversationsIn({ TEAMS_CONVERSATION_PLATFORM_DUTY: LINK, TEAMS_WORKFLOW_URL: WORKFLOW, OTHER: LINK }),
  ).toEqual({ "platform-duty": ID });

  expect(problemsIn({ ...BOT, TEAMS_CONVERSATION: LINK, TEAMS_WORKFLOW_URL: WORKFLOW })).toEqual([
    "TEAMS_CONVERSATION is set, and so is the workflow of the channel teams; keep one of the two",
  ]);
});

test.each([
  ["no link to a channel", "https://teams.microsoft.com/l/team/19%3Ax%40thread.tacv2/conversations"],
  ["a chat", "19:0a1b_2c3d@unq.gbl.spaces"],
  ["a path that leads elsewhere", "https://teams.microsoft.com/l/channel/19%3A..%2F..%2Fv3%40thread.tacv2"],
  ["a broken encoding", "https://teams.microsoft.com/l/channel/19%3Ax%zz%40thread.tacv2"],
])("%s is refused", (_what, TEAMS_CONVERSATION) => {
  expect(problemsIn({ ...BOT, TEAMS_CONVERSATION })).toEqual([
    "TEAMS_CONVERSATION must be the link to a channel of Teams, as Copy link gives it, or its id, 19:…@thread.tacv2",
  ]);
});

test("a name that no channel can have is refused, and so is a conversation without a bot", () => {
  expect(problemsIn({ ...BOT, TEAMS_CONVERSATION_LOG: LINK })[0]).toMatch(
    /^TEAMS_CONVERSATION_LOG must end in/,
  );
  expect(problemsIn({ TEAMS_CONVERSATION: LINK })).toEqual([
    "TEAMS_CONVERSATION needs TEAMS_BOT_ID, the client id of the bot",
  ]);
});

test("whatever stands there, what is taken as an id has nothing in it that could lead elsewhere", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.boolean(), (text, isLink) => {
      const TEAMS_CONVERSATION = isLink ? `https://t.example/l/channel/${text}` : text;
      for (const id of Object.values(conversationsIn({ TEAMS_CONVERSATION })))
        expect(id).toMatch(/^19:[\w.-]+@thread\.(tacv2|skype)$/);
    }),
  );
});

const REQUIRED = {
  CLUSTER_SCOPES: "/subscriptions/9f1c0d7a-53c4-4f8e-9c0f-8d2f6a1b7e43",
  TENANT_ID: "11111111-1111-4111-8111-111111111111",
  SIGN_IN_AUDIENCE: "6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60",
  AUDIT_STORE: ":memory:",
  RECORD_KEYS: `main:${"A".repeat(44)}`,
  PUBLIC_URL: "https://approvals.example",
  ServiceBus: "Endpoint=sb://bus.example",
};

test.each([
  "https://smba.trafficmanager.net/emea/",
  "https://smba.infra.gov.teams.microsoft.us/teams",
  "https://127.0.0.1:8443/emea",
])("the bot posts at %s", (TEAMS_SERVICE_URL) => {
  expect(parseConfig({ ...REQUIRED, TEAMS_SERVICE_URL }).TEAMS_SERVICE_URL).toBe(
    TEAMS_SERVICE_URL.replace(/\/$/, ""),
  );
});

test.each([
  "http://smba.trafficmanager.net/teams",
  "https://smba.trafficmanager.net@evil.example/teams",
  "https://smba.trafficmanager.net.evil.example/teams",
  "https://evil.trafficmanager.net/teams",
  "https://smba.trafficmanager.net/teams?x=1",
  "smba",
])("its token does not go to %s", (TEAMS_SERVICE_URL) => {
  expect(() => parseConfig({ ...REQUIRED, TEAMS_SERVICE_URL })).toThrow(ConfigError);
});
