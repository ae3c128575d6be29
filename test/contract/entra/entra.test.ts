import { mkdtempSync, rmSync, statSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManagedIdentityCredential } from "@azure/identity";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JSONWebKeySet,
  jwtVerify,
} from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { API_CLIENT_ID, API_ID_URI, ARM_AUDIENCE, TENANT_ID } from "../../../infra/local/entra/constants.ts";
import {
  COMMAND_LINE_CLIENT,
  CONSUMER_DEPLOYER,
  DEMO_DIRECTORY,
  DEMO_SECRET,
  RELEASE_PIPELINE,
} from "../../../infra/local/entra/directory.ts";
import { type Entra, startEntra } from "../../../infra/local/entra/index.ts";

const IDENTITY_HEADER = "header-of-the-test";
const APP = DEMO_DIRECTORY.managedIdentity;

let folder: string;
let entra: Entra;

const start = () =>
  startEntra({
    file: join(folder, "key.json"),
    port: 0,
    identityHeader: IDENTITY_HEADER,
    log: () => undefined,
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "entra-"));
  entra = await start();
});

afterAll(async () => {
  await entra.close();
  rmSync(folder, { recursive: true });
});

async function ask(form: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(entra.tokenUrl, { method: "POST", body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const asPerson = (name: string, more: Record<string, string> = {}) => ({
  grant_type: "password",
  client_id: COMMAND_LINE_CLIENT.clientId,
  username: `${name}@contoso.example`,
  password: DEMO_SECRET,
  scope: `${API_ID_URI}/Approvals.Read`,
  ...more,
});

const asApplication = (more: Record<string, string> = {}) => ({
  grant_type: "client_credentials",
  client_id: CONSUMER_DEPLOYER.clientId,
  client_secret: DEMO_SECRET,
  scope: `${ARM_AUDIENCE}/.default`,
  ...more,
});

async function verified(token: unknown, audience: string) {
  const keys = createRemoteJWKSet(new URL(entra.jwksUrl));
  return jwtVerify(String(token), keys, { issuer: entra.issuer, audience, algorithms: ["RS256"] });
}

describe("tokens of people", () => {
  const ana = DEMO_DIRECTORY.people[0];

  test("ana's token says who she is, her groups and roles, and that it is delegated", async () => {
    const { status, body } = await ask(asPerson("ana"));

    const { payload, protectedHeader } = await verified(body.access_token, API_CLIENT_ID);

    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
    expect(protectedHeader).toMatchObject({ alg: "RS256", kid: expect.stringMatching(/^[\w-]{43}$/) });
    expect(payload).toMatchObject({
      tid: TENANT_ID,
      ver: "2.0",
      oid: ana?.oid,
      name: "Ana Approver (AKS platform)",
      preferred_username: "ana@contoso.example",
      groups: ["6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61"],
      roles: ["Approver", "Reader"],
      scp: "Approvals.Read",
      azp: COMMAND_LINE_CLIENT.clientId,
    });
    expect(payload).not.toHaveProperty("idtyp");
    expect(payload).not.toHaveProperty("appid");
    expect(payload.sub).not.toBe(ana?.oid);
  });

  test("cy, who is in no group, has no groups claim", async () => {
    const { body } = await ask(asPerson("cy"));

    const { payload } = await verified(body.access_token, API_CLIENT_ID);

    expect(payload).not.toHaveProperty("groups");
    expect(payload).toMatchObject({ roles: ["Reader"] });
  });

  test.each([
    [`${API_ID_URI}/.default`, "Approvals.Read Approvals.ReadWrite"],
    [`${API_CLIENT_ID}/.default`, "Approvals.Read Approvals.ReadWrite"],
    [`${API_ID_URI}/Approvals.ReadWrite`, "Approvals.ReadWrite"],
    [`${API_ID_URI}/Approvals.ReadWrite ${API_ID_URI}/Approvals.Read`, "Approvals.Read Approvals.ReadWrite"],
  ])("who asks for %s may do %s, and is told so", async (scope, scp) => {
    const { body } = await ask(asPerson("ana", { scope }));

    const { payload } = await verified(body.access_token, API_CLIENT_ID);

    const calledBy = scope.slice(0, scope.indexOf("/", "api://".length));
    expect(payload.scp).toBe(scp);
    expect(body.scope).toBe(
      scp
        .split(" ")
        .map((permission) => `${calledBy}/${permission}`)
        .join(" "),
    );
  });

  test("a person's token for Resource Manager carries no roles of the approvals API", async () => {
    const { body } = await ask(asPerson("ana", { scope: `${ARM_AUDIENCE}/user_impersonation` }));

    const { payload } = await verified(body.access_token, ARM_AUDIENCE);

    expect(payload).toMatchObject({
      scp: "user_impersonation",
      ver: "1.0",
      appid: COMMAND_LINE_CLIENT.clientId,
      upn: "ana@contoso.example",
    });
    for (const absent of ["roles", "azp", "preferred_username"]) expect(payload).not.toHaveProperty(absent);
  });
});

test("an application's token is marked app-only and has no scp", async () => {
  const { body } = await ask(asApplication());

  const { payload } = await verified(body.access_token, ARM_AUDIENCE);

  expect(payload).toMatchObject({
    idtyp: "app",
    oid: CONSUMER_DEPLOYER.oid,
    sub: CONSUMER_DEPLOYER.oid,
    appid: CONSUMER_DEPLOYER.clientId,
  });
  expect(payload).not.toHaveProperty("scp");
});

test("an application's token for a registered API is of version 2.0, made out to the client id", async () => {
  const { body } = await ask(asApplication({ scope: `${API_ID_URI}/.default` }));

  const { payload } = await verified(body.access_token, API_CLIENT_ID);

  expect(payload).toMatchObject({ ver: "2.0", idtyp: "app", azp: CONSUMER_DEPLOYER.clientId });
  for (const absent of ["appid", "scp", "roles"]) expect(payload).not.toHaveProperty(absent);
});

test("an application's own token has its app roles where the API gave it some, and for no other resource", async () => {
  const as = { client_id: RELEASE_PIPELINE.clientId };
  const forUs = await ask(asApplication({ ...as, scope: `${API_ID_URI}/.default` }));
  const forArm = await ask(asApplication(as));

  expect((await verified(forUs.body.access_token, API_CLIENT_ID)).payload).toMatchObject({
    oid: RELEASE_PIPELINE.oid,
    roles: ["Integration", "Reader"],
  });
  expect((await verified(forArm.body.access_token, ARM_AUDIENCE)).payload).not.toHaveProperty("roles");
});

describe("refusals have Entra's numbers and shape", () => {
  test.each<[string, Record<string, string>, number, string, number]>([
    ["no grant type", { client_id: "x" }, 400, "invalid_request", 900144],
    ["an unknown grant", asApplication({ grant_type: "magic" }), 400, "unsupported_grant_type", 70003],
    ["an unknown client", asApplication({ client_id: "x" }), 400, "unauthorized_client", 700016],
    ["a wrong secret", asApplication({ client_secret: "x" }), 401, "invalid_client", 7000215],
    ["no secret", { ...asApplication(), client_secret: "" }, 401, "invalid_client", 7000215],
    ["a scope without .default", asApplication({ scope: ARM_AUDIENCE }), 400, "invalid_scope", 1002012],
    ["an unknown resource", asApplication({ scope: "api://x/.default" }), 400, "invalid_resource", 500011],
    ["an unknown person", asPerson("mallory"), 400, "invalid_grant", 50126],
    ["a form of megabytes", asPerson("a".repeat(3e6)), 400, "invalid_request", 900144],
    ["a wrong password", asPerson("ana", { password: "x" }), 400, "invalid_grant", 50126],
    [
      "an unknown permission",
      asPerson("ana", { scope: `${API_ID_URI}/root` }),
      400,
      "invalid_client",
      650053,
    ],
    [
      "an unknown permission among known ones",
      asPerson("ana", { scope: `${API_ID_URI}/Approvals.Read ${API_ID_URI}/root` }),
      400,
      "invalid_client",
      650053,
    ],
    [
      "permissions of two resources",
      asPerson("ana", { scope: `${API_ID_URI}/Approvals.Read ${ARM_AUDIENCE}/user_impersonation` }),
      400,
      "invalid_scope",
      70011,
    ],
  ])("%s", async (_name, form, status, error, code) => {
    const answer = await ask(form);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error, error_codes: [code], trace_id: expect.any(String) });
    expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${code}: `));
    expect(answer.body).not.toHaveProperty("access_token");
  });

  test("another tenant's endpoints do not exist", async () => {
    const response = await fetch(
      `${entra.url}/11111111-1111-4111-8111-111111111111/v2.0/.well-known/openid-configuration`,
    );

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error_codes: [90002] });
  });
});

test.each(["/", "//", "/x", `/${TENANT_ID}/v2.0`])("nothing is at %s", async (path) => {
  const { hostname, port } = new URL(entra.url);

  const status = await new Promise((done) => {
    get({ hostname, port, path }, (response) => done(response.resume().statusCode));
  });

  expect(status).toBe(404);
});

test("discovery leads to the token endpoint and the keys", async () => {
  const response = await fetch(`${entra.issuer}/.well-known/openid-configuration`);

  expect(await response.json()).toMatchObject({
    issuer: entra.issuer,
    token_endpoint: entra.tokenUrl,
    jwks_uri: entra.jwksUrl,
  });
});

test("a token outlives a restart, and the key is readable by its owner only", async () => {
  const { body } = await ask(asPerson("bo"));

  const restarted = await start();
  const { keys } = (await (await fetch(restarted.jwksUrl)).json()) as JSONWebKeySet;
  await restarted.close();

  await expect(jwtVerify(String(body.access_token), createLocalJWKSet({ keys }))).resolves.toBeDefined();
  expect(statSync(join(folder, "key.json")).mode & 0o777).toBe(0o600);
});

test("the published keys hold no private part", async () => {
  const keys = (await (await fetch(entra.jwksUrl)).json()) as { keys: object[] };

  expect(Object.keys(keys.keys[0] ?? {}).sort()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
});

describe("the managed identity, asked by @azure/identity itself", () => {
  beforeEach(() => {
    vi.stubEnv("IDENTITY_ENDPOINT", entra.identityEndpoint);
    vi.stubEnv("IDENTITY_HEADER", IDENTITY_HEADER);
  });

  afterEach(() => vi.unstubAllEnvs());

  test.each([
    ["without a client id", undefined],
    ["with the client id", APP.clientId],
  ])("%s it gets a token of the app's identity", async (_name, clientId) => {
    const credential = new ManagedIdentityCredential(clientId ? { clientId } : {});

    const token = await credential.getToken(`${ARM_AUDIENCE}/.default`);

    const { payload } = await verified(token.token, ARM_AUDIENCE);
    expect(payload).toMatchObject({ oid: APP.oid, appid: APP.clientId, idtyp: "app" });
    // MSAL reckons from its own clock to whole seconds, so it may be one second off.
    expect(Math.abs(token.expiresOnTimestamp - (payload.exp ?? 0) * 1000)).toBeLessThanOrEqual(1_000);
    expect(decodeProtectedHeader(token.token).alg).toBe("RS256");
  });

  test("an unknown client id gets none", async () => {
    const credential = new ManagedIdentityCredential({ clientId: CONSUMER_DEPLOYER.clientId });

    await expect(credential.getToken(`${ARM_AUDIENCE}/.default`)).rejects.toThrow("No User Assigned");
  });
});

test.each<[string, string, Record<string, string>, number]>([
  ["no header", `api-version=2019-08-01&resource=${ARM_AUDIENCE}`, {}, 403],
  ["a wrong header", `api-version=2019-08-01&resource=${ARM_AUDIENCE}`, { "x-identity-header": "x" }, 403],
  [
    "another version",
    `api-version=2017-09-01&resource=${ARM_AUDIENCE}`,
    { "x-identity-header": IDENTITY_HEADER },
    400,
  ],
  ["no resource", "api-version=2019-08-01", { "x-identity-header": IDENTITY_HEADER }, 400],
  ["an unknown resource", "api-version=2019-08-01&resource=x", { "x-identity-header": IDENTITY_HEADER }, 400],
])("the managed identity endpoint refuses %s", async (_name, query, headers, status) => {
  const response = await fetch(`${entra.identityEndpoint}?${query}`, { headers });

  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ statusCode: status, message: expect.any(String) });
});

test("the audience that was asked for is the audience of the token, trailing slash and all", async () => {
  const { body } = await ask(asApplication({ scope: `${ARM_AUDIENCE}//.default` }));

  expect(decodeJwt(String(body.access_token)).aud).toBe(`${ARM_AUDIENCE}/`);
});
