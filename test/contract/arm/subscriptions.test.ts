import { describe, expect, test } from "vitest";
import {
  type ArmWorld,
  anArm,
  aPrivateCluster,
  CONSUMER,
  endpointPath,
  NETWORK,
  PROVIDER,
  putEndpoint,
} from "./world.ts";

const OF_ISSUER = "33333333-3333-4333-8333-333333333333";
const FOREIGN_TENANT = "44444444-4444-4444-8444-444444444444";
const NOBODYS = "00000000-0000-4000-8000-0000000000ff";
const VERSION = "?api-version=2022-12-01";

const path = (id: string) => `/subscriptions/${id}${VERSION}`;

/** A cluster in the provider's subscription, and an endpoint in the consumer's. */
async function aWorld(): Promise<ArmWorld> {
  const arm = await anArm();
  await aPrivateCluster(arm);
  await putEndpoint(arm);
  return arm;
}

describe("a subscription", () => {
  test("that nobody described exists by its resources, in the callers' tenant and without tags", async () => {
    const arm = await aWorld();

    expect(await arm.send("GET", path(CONSUMER.toUpperCase()))).toMatchObject({
      status: 200,
      body: {
        id: expect.stringMatching(new RegExp(`^/subscriptions/${CONSUMER}$`, "i")),
        tenantId: OF_ISSUER,
        state: "Enabled",
      },
    });
    expect((await arm.send("GET", path(CONSUMER))).body).not.toHaveProperty("tags");
  });

  test("that was described is as it was described, step by step and after a restart", async () => {
    const arm = await anArm();
    const tags = { env: "prod" };
    await arm.control("POST", "subscriptions", { id: CONSUMER, displayName: "Payments" });
    await arm.control("POST", "subscriptions", { id: CONSUMER.toUpperCase(), tags });
    await arm.restart();

    expect((await arm.send("GET", path(CONSUMER))).body).toEqual({
      id: `/subscriptions/${CONSUMER}`,
      authorizationSource: "RoleBased",
      managedByTenants: [],
      tags,
      subscriptionId: CONSUMER,
      tenantId: OF_ISSUER,
      displayName: "Payments",
      state: "Enabled",
    });
  });

  test("that has nothing and that nobody described is not found", async () => {
    const arm = await aWorld();

    expect(await arm.send("GET", path(NOBODYS))).toMatchObject({
      status: 404,
      body: { error: { code: "SubscriptionNotFound" } },
    });
  });

  test("of another tenant is not shown, and neither are its private endpoints", async () => {
    const arm = await aWorld();
    await arm.control("POST", "subscriptions", { id: CONSUMER, tenantId: FOREIGN_TENANT });

    for (const refused of [path(CONSUMER), endpointPath("pe1") + NETWORK]) {
      expect(await arm.send("GET", refused)).toMatchObject({
        status: 401,
        body: { error: { code: "InvalidAuthenticationTokenTenant" } },
      });
    }
  });

  test("of another tenant tells nobody what happens in it", async () => {
    const arm = await anArm();
    await aPrivateCluster(arm);
    await arm.control("POST", "subscriptions", { id: CONSUMER, tenantId: FOREIGN_TENANT });

    expect((await putEndpoint(arm, { name: "hidden" })).status).toBe(201);
    await arm.send("DELETE", endpointPath("hidden") + NETWORK);
    await arm.control("POST", "subscriptions", { id: CONSUMER, tenantId: OF_ISSUER });
    await putEndpoint(arm, { name: "shown" });

    await expect.poll(() => arm.events.map(({ subject }) => subject)).toEqual([endpointPath("shown")]);
  });

  test("is listed when it exists and is of the callers' tenant", async () => {
    const arm = await aWorld();
    await arm.control("POST", "subscriptions", { id: NOBODYS, tenantId: FOREIGN_TENANT });
    const ids = async () =>
      (await arm.send("GET", `/subscriptions${VERSION}`)).body.value.map(
        ({ subscriptionId }: { subscriptionId: string }) => subscriptionId,
      );
    expect(await ids()).toEqual([PROVIDER, CONSUMER]);

    await arm.control("POST", "subscriptions", { id: NOBODYS, tenantId: OF_ISSUER });

    expect(await ids()).toEqual([PROVIDER, CONSUMER, NOBODYS]);
  });

  test.each([
    ["no GUID", { id: "payments" }],
    ["a tenant that is no GUID", { id: CONSUMER, tenantId: "contoso" }],
    ["a tag that is no text", { id: CONSUMER, tags: { env: 1 } }],
    ["a group without a name", { id: CONSUMER, managementGroups: [""] }],
    ["a word that nobody knows", { id: CONSUMER, managementGroup: "mg" }],
  ])("is not described by %s", async (_case, description) => {
    const arm = await anArm();

    expect((await arm.control("POST", "subscriptions", description)).status).toBe(400);
    expect((await arm.control("GET", "state")).body.subscriptions).toEqual([]);
  });
});

describe("whoever asks for a subscription without a token", () => {
  const ask = (arm: ArmWorld, id: string) => arm.send("GET", path(id), { token: null });

  test.each([OF_ISSUER, FOREIGN_TENANT])("is told where to sign in for it: %s", async (tenantId) => {
    const arm = await aWorld();
    await arm.control("POST", "subscriptions", { id: CONSUMER, tenantId });

    const { status, headers, body } = await ask(arm, CONSUMER);

    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toBe(
      `Bearer authorization_uri="https://login.windows.net/${tenantId}", error="invalid_token", error_description="The authentication failed because of missing 'Authorization' header."`,
    );
    expect(body).toEqual({
      error: {
        code: "AuthenticationFailed",
        message: "Authentication failed. The 'Authorization' header is missing.",
      },
    });
  });

  test("is told when there is none", async () => {
    const arm = await aWorld();

    expect(await ask(arm, NOBODYS)).toMatchObject({
      status: 404,
      body: { error: { code: "SubscriptionNotFound" } },
    });
  });

  test("meets the script of troubles, as nobody else without a token does", async () => {
    const arm = await aWorld();
    const trouble = { method: "GET", pathPattern: "/subscriptions/", times: 1, kind: "throttled" };
    await arm.control("POST", "troubles", trouble);

    expect((await arm.send("GET", endpointPath("pe1") + NETWORK, { token: null })).status).toBe(401);
    expect((await ask(arm, CONSUMER)).status).toBe(429);
    expect((await ask(arm, CONSUMER)).status).toBe(401);
  });

  test.each([
    ["a wrong token", "abc", "GET", path(CONSUMER)],
    ["another method", null, "PUT", path(CONSUMER)],
    ["all subscriptions", null, "GET", `/subscriptions${VERSION}`],
    ["no subscription's id", null, "GET", path("payments")],
  ])("but for %s learns nothing about it", async (_case, token, method, path) => {
    const arm = await aWorld();

    const { status, headers } = await arm.send(method, path, { token });

    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toContain(`authorization_uri="${arm.issuer.issuer}"`);
  });
});
