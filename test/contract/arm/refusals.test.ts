import { describe, expect, test } from "vitest";
import {
  AKS,
  anArm,
  aPendingConnection,
  aPrivateCluster,
  clusterPath,
  endpointPath,
  NETWORK,
  PROVIDER,
} from "./world.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe("who may ask", () => {
  test("without a token that verifies, nobody", async () => {
    const arm = await anArm();
    const { issuer } = arm;
    const refused: [string, string | null][] = [
      ["no token", null],
      ["not a token", "abc"],
      ["another's signature", await issuer.forgedToken()],
      ["an expired token", await issuer.token({ expiresIn: -60 })],
      ["a token for another service", await issuer.token({ aud: "https://graph.microsoft.com" })],
      ["another issuer's token", await issuer.token({ iss: "https://sts.evil.example" })],
      ["an unsigned token", `${btoa('{"alg":"none"}')}.${btoa('{"aud":"https://management.azure.com"}')}.`],
    ];

    for (const [what, token] of refused) {
      const reply = await arm.send("GET", clusterPath("c1") + AKS, { token });

      expect(reply, what).toMatchObject({ status: 401, body: { error: { code: "AuthenticationFailed" } } });
      expect(reply.headers["www-authenticate"], what).toContain(
        `Bearer authorization_uri="${issuer.issuer}"`,
      );
    }
  });

  test("both spellings of ARM's audience are accepted", async () => {
    const arm = await anArm();
    const token = await arm.issuer.token({ aud: "https://management.azure.com/" });

    expect((await arm.send("GET", clusterPath("c1") + AKS, { token })).status).toBe(404);
  });

  test("when the issuer's keys cannot be read, it is ARM that is unavailable, not the token that is wrong", async () => {
    const arm = await anArm({ jwksUrl: "http://127.0.0.1:1/keys" });

    expect((await arm.send("GET", clusterPath("c1") + AKS)).status).toBe(503);
  });
});

describe("what may be asked", () => {
  test("the correlation id comes back when it is a uuid, else there is a new one", async () => {
    const arm = await anArm();
    const sent = "12345678-1234-4234-8234-123456789abc";
    const answered = async (id: string) =>
      (await arm.send("GET", clusterPath("c1") + AKS, { headers: { "x-ms-correlation-request-id": id } }))
        .headers;

    expect(await answered(sent)).toMatchObject({
      "x-ms-correlation-request-id": sent,
      "x-ms-request-id": expect.stringMatching(UUID),
    });
    expect(await answered("<script>")).toMatchObject({
      "x-ms-correlation-request-id": expect.stringMatching(UUID),
    });
  });

  test.each([
    ["none", "", "MissingApiVersionParameter"],
    ["an empty one", "?api-version=", "MissingApiVersionParameter"],
    ["no date", "?api-version=latest", "InvalidApiVersionParameter"],
    ["a day that does not exist", "?api-version=2026-13-41", "InvalidApiVersionParameter"],
    ["two", `${AKS}&api-version=2026-02-01`, "InvalidApiVersionParameter"],
    ["an older one", "?api-version=2025-10-01", "NoRegisteredProviderFound"],
  ])("of api-versions, not %s", async (_case, query, code) => {
    const arm = await anArm();

    expect(await arm.send("GET", clusterPath("c1") + query)).toMatchObject({
      status: 400,
      body: { error: { code } },
    });
  });

  test("newer api-versions and previews are accepted; Microsoft.Network has its own", async () => {
    const arm = await anArm();
    const status = async (path: string) => (await arm.send("GET", path)).body.error.code;

    expect(await status(`${clusterPath("c1")}?api-version=2026-06-01`)).toBe("ResourceNotFound");
    expect(await status(`${clusterPath("c1")}?api-version=2026-05-02-preview`)).toBe("ResourceNotFound");
    expect(await status(`${endpointPath("pe1")}?api-version=2023-01-01`)).toBe("ResourceNotFound");
    expect(await status(`${endpointPath("pe1")}?api-version=2022-01-01`)).toBe("NoRegisteredProviderFound");
  });

  test.each([
    [
      "a subscription that is no uuid",
      clusterPath("c1").replace(PROVIDER, "mine"),
      400,
      "InvalidSubscriptionId",
    ],
    ["a resource group that is too long", clusterPath("c1", "g".repeat(91)), 400, "InvalidParameter"],
    ["a resource group that ends in a dot", clusterPath("c1", "rg."), 400, "InvalidParameter"],
    ["a cluster name that is too long", clusterPath("c".repeat(64)), 400, "InvalidParameter"],
    ["a cluster name that ends in a dash", clusterPath("c-"), 400, "InvalidParameter"],
    ["dots", `${clusterPath("c1")}/../c2`, 400, "InvalidRequestUri"],
    ["encoded dots", `${clusterPath("c1")}/%2e%2e`, 400, "InvalidRequestUri"],
    ["an encoded slash", clusterPath("c1%2fx"), 400, "InvalidRequestUri"],
    ["an encoded line break", clusterPath("c1%0d%0a"), 400, "InvalidRequestUri"],
    ["a broken escape", clusterPath("c1%zz"), 400, "InvalidRequestUri"],
    ["an empty segment", clusterPath("c1").replace("/providers", "//providers"), 400, "InvalidRequestUri"],
    ["a slash at the end", `${clusterPath("c1")}/`, 400, "InvalidRequestUri"],
    [
      "another provider",
      clusterPath("c1").replace("ContainerService", "Compute"),
      404,
      "InvalidResourceType",
    ],
    ["something that is not there", "/favicon.ico", 404, "InvalidResourceType"],
  ])("of paths, not %s", async (_case, path, status, code) => {
    const arm = await anArm();

    expect(await arm.send("GET", path + AKS)).toMatchObject({ status, body: { error: { code } } });
  });

  test("a known path with another method is 405", async () => {
    const arm = await anArm();

    expect((await arm.send("POST", clusterPath("c1") + AKS)).status).toBe(405);
  });

  test.each([
    ["nothing", "", "InvalidRequestContent"],
    ["no JSON", "{", "InvalidRequestContent"],
    ["no state", { properties: {} }, "InvalidRequestContent"],
    [
      "a status there is not",
      { properties: { privateLinkServiceConnectionState: { status: "approved!" } } },
      "InvalidRequestContent",
    ],
    [
      "a status of another type",
      { properties: { privateLinkServiceConnectionState: { status: ["Approved"] } } },
      "InvalidRequestContent",
    ],
    ["null", "null", "InvalidRequestContent"],
  ])("of bodies, not %s", async (_case, body, code) => {
    const arm = await anArm();
    const path = `${clusterPath("c1")}/privateEndpointConnections/${await aPendingConnection(arm)}${AKS}`;

    const reply = await arm.send("PUT", path, { body });

    expect(reply).toMatchObject({ status: 400, body: { error: { code } } });
    expect((await arm.send("GET", path)).body.properties.privateLinkServiceConnectionState.status).toBe(
      "Pending",
    );
  });

  test("a body of more than 4 MB is 413, and the connection can be used again", async () => {
    const arm = await anArm();
    await aPrivateCluster(arm);

    const reply = await arm.send("PUT", endpointPath("pe1") + NETWORK, {
      body: `"${"x".repeat(4 * 1024 * 1024)}"`,
    });

    expect(reply).toMatchObject({ status: 413, body: { error: { code: "RequestContentTooLarge" } } });
    expect((await arm.send("GET", clusterPath("c1") + AKS)).status).toBe(200);
  });
});
