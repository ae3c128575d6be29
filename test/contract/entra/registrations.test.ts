import { describe, expect, test } from "vitest";
import { personToken } from "../../../infra/local/world/tokens.ts";
import { aTenant } from "./kit/tenant.ts";

const OTHER = "11111111-2222-4333-8444-555555555555";
const ROLE = {
  id: "22222222-2222-4333-8444-555555555555",
  value: "Reader",
  displayName: "Reader",
  description: "Reads.",
  allowedMemberTypes: ["User"],
  isEnabled: true,
};

/** Microsoft Graph of a tenant with one registration, as one of its people. */
async function aGraph(person = "di") {
  const tenant = await aTenant();
  const graph = `${tenant.url}/graph`;
  const tokenOf = (name: string) =>
    personToken({ entra: tenant.url, tenantId: tenant.tenantId }, name, graph);
  const [administrator, token] = [await tokenOf("di"), await tokenOf(person)];
  const call = async (method: string, path: string, body?: object, headers = {}, bearer = token) => {
    const response = await fetch(`${graph}/v1.0/${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    const said = text === "" ? {} : JSON.parse(text);
    return { status: response.status, said, code: said.error?.code as string | undefined };
  };
  const prefer = { prefer: "create-if-missing" };
  const body = { displayName: "One", appRoles: [ROLE] };
  const { said: made } = await call("PATCH", "applications(uniqueName='one')", body, prefer, administrator);
  return { tenant, call, prefer, made };
}

describe("Microsoft Graph refuses", () => {
  test.each<[string, object, string]>([
    ["a property that it does not know", { displayNames: "x" }, "Request_BadRequest"],
    ["one within another", { api: { tokenVersion: 2 } }, "Request_BadRequest"],
    [
      "what a role says of where it comes from",
      { appRoles: [{ ...ROLE, origin: "Application" }] },
      "Request_BadRequest",
    ],
    ["two roles of one value", { appRoles: [ROLE, { ...ROLE, id: OTHER }] }, "Request_BadRequest"],
    ["two roles of one id", { appRoles: [ROLE, { ...ROLE, value: "Other" }] }, "Request_BadRequest"],
    ["to take an enabled role away", { appRoles: [] }, "CannotDeleteOrUpdateEnabledEntitlement"],
    [
      "to change an enabled role",
      { appRoles: [{ ...ROLE, value: "Other" }] },
      "CannotDeleteOrUpdateEnabledEntitlement",
    ],
    [
      "a name of a domain that nobody has proved",
      { identifierUris: ["https://contoso.example/x"] },
      "HostNameNotOnVerifiedDomain",
    ],
    [
      "a client for a scope that is not there",
      { api: { preAuthorizedApplications: [{ appId: OTHER, delegatedPermissionIds: [OTHER] }] } },
      "InvalidValue",
    ],
    ["a page by http", { spa: { redirectUris: ["http://contoso.example/"] } }, "Request_BadRequest"],
  ])("%s", async (_what, body, code) => {
    const { call, made } = await aGraph();

    expect(await call("PATCH", `applications/${made.id}`, body)).toMatchObject({ status: 400, code });
    const { said } = await call("GET", `applications/${made.id}`);
    expect(said).toEqual(made);
  });

  test("what nobody asked to be made, and a property that nobody can select", async () => {
    const { call } = await aGraph();

    expect((await call("PATCH", "applications(uniqueName='two')", { displayName: "Two" })).status).toBe(404);
    expect((await call("GET", "applications(uniqueName='two')")).status).toBe(404);
    expect((await call("GET", "applications(uniqueName='one')?$select=secret")).status).toBe(400);
    const foreign = await call(
      "PATCH",
      `servicePrincipals(appId='${OTHER}')`,
      {},
      { prefer: "create-if-missing" },
    );
    expect(foreign.said.error.message).toContain("does not reference a valid application object");
  });

  test("whoever is no administrator, and the app's identity", async () => {
    const { tenant, call, made } = await aGraph("ana");
    const query = `api-version=2019-08-01&resource=${encodeURIComponent(`${tenant.url}/graph`)}`;
    const given = await fetch(`${tenant.identityEndpoint}?${query}`, {
      headers: { "x-identity-header": "x" },
    });
    const { access_token: token } = (await given.json()) as { access_token: string };

    const person = await call("PATCH", `applications/${made.id}`, { displayName: "Mine" });
    const app = await call("GET", `applications/${made.id}`, undefined, {}, token);

    expect([person.status, app.status]).toEqual([403, 403]);
    expect((await call("GET", `applications/${made.id}`)).said.displayName).toBe("One");
  });
});

test("a registration is made once by its name, and found by that, its id and its client id", async () => {
  const { call, prefer, made } = await aGraph();

  const again = await call("PATCH", "applications(uniqueName='one')", { displayName: "Two" }, prefer);
  const found = await Promise.all(
    ["(uniqueName='one')", `/${made.id}`, `(appId='${made.appId}')`].map((key) =>
      call("GET", `applications${key}?$select=id,displayName`),
    ),
  );

  expect(again.status).toBe(204);
  expect(found.map(({ said }) => said)).toEqual(Array(3).fill({ id: made.id, displayName: "Two" }));
});
