import { describe, expect, test } from "vitest";
import * as z from "zod";
import { TENANT_ID } from "../../../infra/local/entra/constants.ts";
import {
  BOT_CLIENT,
  DEMO_DIRECTORY,
  DEMO_SECRET,
  MANAGED_IDENTITY,
} from "../../../infra/local/entra/directory.ts";
import { DEMO_CHANNELS, PLATFORM_WORKFLOW } from "../../../infra/local/teams/demo.ts";
import { aTenant, type TestTenant } from "../entra/kit/tenant.ts";
import { ACTIVITIES, aCard, aTeams, CONNECTOR, FLOW_AUDIENCE, messageOf } from "./world.ts";

const Given = z.object({ access_token: z.string() });

/** What the token endpoint gives an application of this secret. */
async function byClientSecret(tenant: TestTenant, clientId: string, resource: string): Promise<string> {
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: DEMO_SECRET };
  const response = await fetch(tenant.tokenUrl, {
    method: "POST",
    body: new URLSearchParams({ ...form, scope: `${resource}/.default` }),
  });
  return Given.parse(await response.json()).access_token;
}

/** What App Service gives the app itself. */
async function byManagedIdentity(tenant: TestTenant, resource: string): Promise<string> {
  const query = new URLSearchParams({ "api-version": "2019-08-01", resource });
  const headers = { "x-identity-header": "x" };
  const response = await fetch(`${tenant.identityEndpoint}?${query}`, { headers });
  return Given.parse(await response.json()).access_token;
}

/** A Teams of the demo tenant, in which the app's two identities are bots. */
async function aTenantsTeams() {
  const tenant = await aTenant();
  const bots = [MANAGED_IDENTITY, BOT_CLIENT].map(({ clientId }) => ({
    id: clientId,
    name: "Approvals",
    endpoint: "http://127.0.0.1:9/api/messages",
  }));
  const organisation = { ...DEMO_CHANNELS, tenantId: TENANT_ID, people: DEMO_DIRECTORY.people, bots };
  const teams = await aTeams({ organisation, issuer: tenant.issuer, jwksUrl: tenant.jwksUrl });
  await teams.control("POST", "workflows", { id: PLATFORM_WORKFLOW.id, access: "tenant" });
  const trigger = (token: string) =>
    teams.send("POST", `${teams.flow().split("?")[0]}?api-version=1`, { body: messageOf(aCard()), token });
  return { tenant, teams, trigger };
}

describe("tokens of the tenant", () => {
  test("the app posts as a bot, by its own identity or by a secret", async () => {
    const { tenant, teams } = await aTenantsTeams();

    for (const token of [
      await byManagedIdentity(tenant, CONNECTOR),
      await byClientSecret(tenant, BOT_CLIENT.clientId, CONNECTOR),
    ])
      expect((await teams.send("POST", ACTIVITIES, { body: messageOf(aCard()), token })).status).toBe(201);
  });

  test("the app triggers a flow for any user of the tenant, and loses it with the slash", async () => {
    const { tenant, trigger } = await aTenantsTeams();

    const good = await trigger(await byManagedIdentity(tenant, FLOW_AUDIENCE));
    const bad = await trigger(await byManagedIdentity(tenant, FLOW_AUDIENCE.slice(0, -1)));

    expect(good.status).toBe(202);
    expect([bad.status, bad.body.error.code]).toEqual([401, "MisMatchingOAuthClaims"]);
  });

  test("a token for the one is none for the other", async () => {
    const { tenant, teams, trigger } = await aTenantsTeams();
    const flow = await byManagedIdentity(tenant, FLOW_AUDIENCE);
    const bot = await byManagedIdentity(tenant, CONNECTOR);

    const posted = await teams.send("POST", ACTIVITIES, { body: messageOf(aCard()), token: flow });

    expect([posted.status, (await trigger(bot)).status]).toEqual([401, 401]);
  });
});
