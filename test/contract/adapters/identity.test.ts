import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { identityRoutes } from "../../../functions/identity.ts";
import type { App } from "../../../functions/kit/app.ts";
import { bo, cy } from "../../fixtures/entries.ts";
import { type RunningHost, runHost } from "../functions-host/host.ts";
import { inMemory } from "./in-memory-app.ts";

const INBOX = "6d2c9f14-7e58-4b3a-8c1d-2f0a9b7e5d04";

let host: RunningHost;

beforeAll(async () => {
  host = await runHost(fileURLToPath(new URL("api", import.meta.url)));
});
afterAll(() => host.end("SIGTERM"));

async function ask(path: string, as?: string) {
  const headers = as === undefined ? {} : { authorization: `Bearer ${as}` };
  const response = await fetch(`${host.url}/api/${path}`, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("how the inbox signs in", () => {
  const signInWith = (settings: Partial<App["config"]>) =>
    identityRoutes[0]?.handle({ config: { ...inMemory, ...settings } } as App, {} as never);

  test("is said where the inbox is registered", async () => {
    expect(await signInWith({ INBOX_CLIENT_ID: INBOX })).toEqual({
      issuer: "https://login.microsoftonline.com/bc28be56-ad87-4cf5-ae34-fb304dc38c65/v2.0",
      clientId: INBOX,
      scopes: ["api://6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60/Approvals.ReadWrite"],
      apiClientId: "6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60",
    });
  });

  test("names the scope as it is called here", async () => {
    const settings = { INBOX_CLIENT_ID: INBOX, API_ID_URI: "api://approvals", REVIEW_SCOPE: "Decide" };

    expect(await signInWith(settings)).toMatchObject({ scopes: ["api://approvals/Decide"] });
  });

  test("is not to be had where it is not registered, and says what to set", async () => {
    const { status, body } = await ask("sign-in");

    expect(status).toBe(404);
    expect(body).toMatchObject({
      code: "noInbox",
      detail: "Nobody can sign in to the inbox: the setting INBOX_CLIENT_ID is not set.",
    });
  });
});

describe("who one is", () => {
  test("is told to an approver, who lacks nothing", async () => {
    expect(await ask("me", "approver")).toEqual({
      status: 200,
      body: {
        oid: bo.oid,
        name: "Bo",
        roles: ["Reader", "Approver"],
        groups: bo.groups,
        missing: [],
      },
    });
  });

  test("is told to somebody without a role, and what they lack", async () => {
    const { status, body } = await ask("me", "roleless");

    expect(status).toBe(200);
    expect(body).toMatchObject({
      oid: cy.oid,
      roles: [],
      missing: [
        { code: "noRole", sentence: expect.stringContaining("Ask an administrator to give you Reader") },
        { code: "noScope" },
      ],
    });
  });

  test("is told to somebody in too many groups, and what to do about it", async () => {
    expect((await ask("me", "crowded")).body).toMatchObject({
      groups: [],
      missing: [
        { code: "tooManyGroups", sentence: expect.stringContaining("groups that are assigned to this app") },
      ],
    });
  });

  test("is not told to nobody", async () => {
    expect(await ask("me", "nobody")).toMatchObject({ status: 401, body: { code: "notSignedIn" } });
  });
});
