import { describe, expect, test } from "vitest";
import { Role } from "../../../functions/kit/sign-in.ts";
import { leftAlone } from "../../../infra/azure/registration/left.ts";
import { APP_ROLES, AZURE_CLI, CLAIMS, SCOPES } from "../../../infra/azure/registration/permissions.ts";
import type { Application } from "../../../infra/azure/registration/schemas.ts";
import { APPROVALS_API } from "../../../infra/local/entra/directory.ts";
import { parseSettings } from "../../../shared/config.ts";
import {
  aPlace,
  EVERYTHING,
  IDENTITY,
  PLATFORM,
  type Place,
  PUBLIC_URL,
  planned,
  register,
  writesTo,
} from "./kit.ts";

/** What is there, and must be for the rest of a test to mean something. */
function there<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("it is not there");
  return value;
}

describe("in a tenant without registrations", () => {
  test("everything is planned and nothing is sent", async () => {
    const place = await aPlace();

    const changes = await planned(place.graph);

    expect(changes.map(({ what }) => what)).toEqual(
      expect.arrayContaining(["role Approver", "scope Approvals.Read", "redirect URI", "who gets tokens"]),
    );
    expect(changes.every(({ now }) => now !== "")).toBe(true);
    expect(place.tenant.lines.filter((line) => line.startsWith("graph:")).length).toBeGreaterThan(0);
    expect(writesTo(place)).toEqual([]);
  });

  test("everything is made, and the next run finds nothing to do and sends nothing", async () => {
    const place = await aPlace();

    await register(place.graph);
    const writes = writesTo(place).length;
    const again = await planned(place.graph);
    await register(place.graph);

    expect(again).toEqual([]);
    expect(writesTo(place).length).toBe(writes);
    expect(place.pauses).toEqual([]);
  });

  test("what is made is what the app's settings and code say, and what the tenant on this machine has", async () => {
    const { graph } = await aPlace();

    const { applications, principals, grants, identityRoles, holders } = await register(graph);

    const [api, inbox] = [there(applications.api), there(applications.inbox)];
    const settings = parseSettings({}, { needed: ["REVIEW_SCOPE", "READ_SCOPE"] });
    expect(api.appRoles.map(({ value }) => value).sort()).toEqual([...Role.options].sort());
    const scopes = api.api.oauth2PermissionScopes.map(({ value }) => value);
    expect(scopes).toEqual([settings.READ_SCOPE, settings.REVIEW_SCOPE]);
    expect(scopes).toEqual(APPROVALS_API.scopes);
    expect(`${api.api.requestedAccessTokenVersion}.0`).toBe(APPROVALS_API.tokenVersion);
    expect(api.identifierUris).toEqual([`api://${api.appId}`]);
    expect(api.groupMembershipClaims).toBe("ApplicationGroup");
    expect(api.optionalClaims?.accessToken.map(({ name }) => name)).toEqual([...CLAIMS]);
    expect(inbox.spa.redirectUris).toEqual([`${PUBLIC_URL}/inbox/`]);
    expect(there(principals.api).appRoleAssignmentRequired).toBe(true);
    expect(there(principals.inbox).appRoleAssignmentRequired).toBe(false);
    expect(holders).toHaveLength(3);
    expect(grants.map(({ scope }) => scope).sort()).toEqual([
      "Approvals.ReadWrite",
      "openid profile offline_access",
    ]);
    expect(identityRoles.map(({ principalId }) => principalId)).toEqual([IDENTITY, IDENTITY]);
  });

  test("without wishes there is no redirect URI, and neither az, nor consent, nor a role for anybody", async () => {
    const { graph } = await aPlace();
    const plain = { name: "x", allowsAz: false, assigned: [], consents: false };

    const state = await register(graph, { ...plain, publicUrl: undefined, directoryReader: undefined });

    expect(there(state.applications.inbox).spa.redirectUris).toEqual([]);
    const clients = there(state.applications.api).api.preAuthorizedApplications.map(({ appId }) => appId);
    expect(clients).toEqual([there(state.applications.inbox).appId]);
    const everything = await planned(graph, { ...EVERYTHING, name: "x" });
    expect(everything.map(({ what }) => what)).toEqual([
      "pre-authorised client Azure CLI",
      "redirect URI",
      `Approver for ${PLATFORM}`,
      `Reader for ${PLATFORM}`,
      "Integration for 9a2e5c84-1f60-4b37-8d49-7c0e4a6b3f17",
      "consent for everybody, Microsoft Graph",
      "consent for everybody, the API",
      "User.Read.All",
      "GroupMember.Read.All",
    ]);
  });

  test("two who run it at once make one registration", async () => {
    const { graph } = await aPlace();

    const [one, other] = await Promise.all([register(graph), register(graph)]);

    expect(there(one.applications.api).appId).toBe(there(other.applications.api).appId);
    expect(there(one.principals.inbox).id).toBe(there(other.principals.inbox).id);
    expect(await planned(graph)).toEqual([]);
  });

  test("a new object that Graph does not know everywhere yet is waited for", async () => {
    const place = await aPlace();
    await place.tenant.control("graph", { replication: 3 });

    await register(place.graph);

    await place.tenant.control("graph", {});
    expect(await planned(place.graph)).toEqual([]);
    expect(place.pauses.slice(0, 3)).toEqual([1_000, 2_000, 4_000]);
  });

  test("registrations of another name are others", async () => {
    const { graph } = await aPlace();

    const { applications: prod } = await register(graph);
    const { applications: test } = await register(graph, { ...EVERYTHING, name: "test" });

    expect(there(prod.api).appId).not.toBe(there(test.api).appId);
  });
});

/** A registered app, and somebody's hands on it. */
async function aRegistered() {
  const place = await aPlace();
  const state = await register(place.graph);
  const [api, inbox] = [there(state.applications.api), there(state.applications.inbox)];
  const change = ({ id }: Application, body: object) =>
    place.graph.write("PATCH", `applications/${id}`, body);
  return { ...place, place, state, api, inbox, change };
}
type Registered = Awaited<ReturnType<typeof aRegistered>>;

const rolesBut = (index: number, change: object) =>
  APP_ROLES.map((role, each) => (each === index ? { ...role, ...change } : role));
const scopesBut = (change: object) =>
  SCOPES.map((scope, each) => (each === 0 ? { ...scope, ...change } : scope));
const twice = async (write: (isEnabled: boolean) => Promise<unknown>) => {
  await write(false);
  await write(true);
};

describe("what somebody changed is found and mended:", () => {
  test.each<[string, string, (registered: Registered) => Promise<unknown>, string?]>([
    [
      "who may sign in",
      "AzureADMultipleOrgs",
      ({ api, change }) => change(api, { signInAudience: "AzureADMultipleOrgs" }),
    ],
    [
      "who may sign in",
      "AzureADMultipleOrgs",
      ({ inbox, change }) => change(inbox, { signInAudience: "AzureADMultipleOrgs" }),
    ],
    [
      "version of access tokens",
      "1, by default",
      ({ api, change }) => change(api, { api: { requestedAccessTokenVersion: null } }),
    ],
    ["groups in tokens", "All", ({ api, change }) => change(api, { groupMembershipClaims: "All" })],
    [
      "role Approver",
      "disabled",
      ({ api, change }) => change(api, { appRoles: rolesBut(1, { isEnabled: false }) }),
    ],
    [
      "role Approver",
      "for User and Application",
      ({ api, change }) =>
        twice((isEnabled) =>
          change(api, {
            appRoles: rolesBut(
              1,
              isEnabled ? { allowedMemberTypes: ["User", "Application"] } : { isEnabled },
            ),
          }),
        ),
    ],
    [
      "role Auditor",
      "called Revisor",
      ({ api, change }) =>
        twice((isEnabled) =>
          change(api, { appRoles: rolesBut(2, isEnabled ? { value: "Revisor" } : { isEnabled }) }),
        ),
    ],
    [
      "role Integration",
      "missing",
      ({ api, change }) =>
        twice((isGone) =>
          change(api, { appRoles: isGone ? APP_ROLES.slice(0, 3) : rolesBut(3, { isEnabled: false }) }),
        ),
      "Integration for 9a2e5c84-1f60-4b37-8d49-7c0e4a6b3f17",
    ],
    [
      "scope Approvals.Read",
      "disabled",
      ({ api, change }) => change(api, { api: { oauth2PermissionScopes: scopesBut({ isEnabled: false }) } }),
    ],
    [
      "scope Approvals.Read",
      "called Read",
      ({ api, change }) =>
        twice((isEnabled) =>
          change(api, {
            api: { oauth2PermissionScopes: scopesBut(isEnabled ? { value: "Read" } : { isEnabled }) },
          }),
        ),
      "pre-authorised client Azure CLI",
    ],
    [
      "claim acrs",
      "missing",
      ({ api, change }) =>
        change(api, { optionalClaims: { accessToken: CLAIMS.slice(1).map((name) => ({ name })) } }),
    ],
    ["application ID URI", "missing", ({ api, change }) => change(api, { identifierUris: [] })],
    [
      "pre-authorised client inbox",
      "missing",
      ({ api, change }) =>
        change(api, { api: { preAuthorizedApplications: api.api.preAuthorizedApplications.slice(0, 1) } }),
    ],
    [
      "pre-authorised client Azure CLI",
      "not for all of them",
      ({ api, change }) =>
        change(api, {
          api: {
            preAuthorizedApplications: api.api.preAuthorizedApplications.map(
              ({ appId, delegatedPermissionIds }) => ({
                appId,
                delegatedPermissionIds: delegatedPermissionIds.slice(0, 1),
              }),
            ),
          },
        }),
    ],
    ["redirect URI", "missing", ({ inbox, change }) => change(inbox, { spa: { redirectUris: [] } })],
    [
      "permission Approvals.ReadWrite",
      "missing",
      ({ inbox, change }) => change(inbox, { requiredResourceAccess: [] }),
    ],
    [
      "who gets tokens",
      "this tenant",
      ({ graph, api }) =>
        graph.write("PATCH", `servicePrincipals(appId='${api.appId}')`, { appRoleAssignmentRequired: false }),
    ],
    [
      "consent for everybody, Microsoft Graph",
      "openid",
      ({ graph, state }) =>
        graph.write("PATCH", `oauth2PermissionGrants/${state.grants[0]?.id}`, { scope: "openid" }),
    ],
  ])("%s (%s)", async (what, now, change, also) => {
    const registered = await aRegistered();
    await change(registered);

    const changes = await planned(registered.graph);
    await register(registered.graph);

    expect(changes[0]).toMatchObject({ what, now });
    expect(changes.slice(1).map((each) => each.what)).toEqual(also === undefined ? [] : [also]);
    expect(await planned(registered.graph)).toEqual([]);
    expect(leftAlone(await register(registered.graph), EVERYTHING)).toEqual([]);
  });
});

describe("what somebody added", () => {
  const FOREIGN = "11111111-2222-4333-8444-555555555555";
  const addTo = async ({ api, inbox, change }: Registered) => {
    const role = { ...there(APP_ROLES[0]), id: FOREIGN, value: "Operator" };
    const scope = { ...there(SCOPES[0]), id: FOREIGN, value: "Approvals.Special" };
    const client = { appId: FOREIGN, delegatedPermissionIds: [there(SCOPES[0]).id] };
    await change(api, {
      displayName: "Genehmigungen",
      appRoles: [...APP_ROLES, role],
      api: { oauth2PermissionScopes: [...SCOPES, scope], knownClientApplications: [FOREIGN] },
      optionalClaims: {
        accessToken: [...CLAIMS, "ctry"].map((name) => ({ name, essential: true })),
        idToken: [{ name: "email" }],
      },
      identifierUris: [`api://${api.appId}`, `api://${api.appId}/more`],
    });
    await change(api, { api: { preAuthorizedApplications: [...api.api.preAuthorizedApplications, client] } });
    await change(inbox, {
      spa: { redirectUris: ["http://localhost:7071/inbox/", `${PUBLIC_URL}/inbox/`] },
      requiredResourceAccess: [
        ...inbox.requiredResourceAccess,
        { resourceAppId: FOREIGN, resourceAccess: [{ id: FOREIGN, type: "Scope" }] },
      ],
    });
  };

  test("is no change to make, and is said", async () => {
    const registered = await aRegistered();
    await addTo(registered);

    const after = await register(registered.graph);

    expect(await planned(registered.graph)).toEqual([]);
    expect(leftAlone(after, EVERYTHING)).toEqual([
      "API registration: role Operator",
      "API registration: scope Approvals.Special",
      "API registration: claim ctry",
      `API registration: application ID URI api://${registered.api.appId}/more`,
      `API registration: pre-authorised client ${FOREIGN}`,
      "inbox registration: redirect URI http://localhost:7071/inbox/",
    ]);
  });

  test("stays as it is when what stands beside it is mended", async () => {
    const registered = await aRegistered();
    await addTo(registered);
    const { graph, api, inbox, change } = registered;
    const read = async () => Promise.all([api, inbox].map(({ id }) => graph.get(`applications/${id}`)));
    const before = await read();
    const { appRoles } = before[0] as { appRoles: { origin: unknown; value: string }[] };
    const plain = appRoles.map(({ origin: _, ...role }) => role);
    await change(api, {
      appRoles: plain.map((role) => (role.value === "Reader" ? { ...role, isEnabled: false } : role)),
      api: { requestedAccessTokenVersion: 1 },
    });

    await register(graph);

    expect(await read()).toEqual(before);
  });

  test("by hand and of the same value is taken for ours, with its id", async () => {
    const { graph, tenant } = await aPlace();
    const role = { ...there(APP_ROLES[0]), id: FOREIGN, description: "By hand." };
    await graph.write(
      "PATCH",
      "applications(uniqueName='aks-private-endpoint-approvals/prod/api')",
      { displayName: "By hand", appRoles: [role] },
      true,
    );

    const { applications } = await register(graph);

    const readers = there(applications.api).appRoles.filter(({ value }) => value === "Reader");
    expect(readers).toEqual([expect.objectContaining({ id: FOREIGN, description: "By hand." })]);
    expect(tenant.lines.some((line) => line.endsWith(" 400"))).toBe(false);
  });

  test("stays also when a replica of Graph does not know the registration yet", async () => {
    const registered = await aRegistered();
    await addTo(registered);
    const { graph, api, inbox } = registered;
    const read = async () => Promise.all([api, inbox].map(({ id }) => graph.get(`applications/${id}`)));
    const before = await read();
    const behind = {
      ...graph,
      get: async (path: string) => (path.startsWith("applications(") ? null : graph.get(path)),
    };

    await register(behind);

    expect(await read()).toEqual(
      before.map((each, index) => ({
        ...(each as object),
        displayName: ["Private endpoint approvals (prod)", "Private endpoint approvals, inbox (prod)"][index],
      })),
    );
  });

  test("is said, too, where it keeps everybody out", async () => {
    const registered = await aRegistered();
    const { graph, inbox } = registered;
    await graph.write("PATCH", `servicePrincipals(appId='${inbox.appId}')`, { accountEnabled: false });

    const after = await register(graph);

    expect(leftAlone(after, EVERYTHING)).toEqual([
      "inbox registration: its enterprise application is disabled, so nobody can sign in",
    ]);
    expect(leftAlone(after, { ...EVERYTHING, publicUrl: undefined })).toHaveLength(1);
  });

  test("and nobody asks for any more is said, too", async () => {
    const { graph } = await aRegistered();

    const after = await register(graph, { ...EVERYTHING, allowsAz: false });

    expect(leftAlone(after, { ...EVERYTHING, allowsAz: false })).toEqual([
      `API registration: pre-authorised client ${AZURE_CLI}, which is Azure CLI`,
    ]);
  });
});

test("a run that is killed after any of its calls is taken up by the next one", async () => {
  const whole = await aPlace();
  await register(whole.graph);
  const calls = writesTo(whole).length;

  for (let count = 0; count < calls; count++) {
    const { graph } = await aPlace();
    let left = count;
    const killed = {
      ...graph,
      write: async (...call: Parameters<typeof graph.write>) => {
        if (left-- === 0) throw new Error("killed");
        return graph.write(...call);
      },
    };
    await expect(register(killed)).rejects.toThrow("killed");
    await register(graph);
    expect(await planned(graph)).toEqual([]);
  }
  expect(calls).toBeGreaterThan(8);
});

describe("what Graph refuses", () => {
  test("for want of a role is told with the roles that would do", async () => {
    const { graph } = await aPlace("ana");

    await expect(register(graph)).rejects.toThrow(
      /answered 403\. You need the directory role Application Developer .* run the command again when you may\. It says: Insufficient privileges/,
    );
  });

  test("for want of a sign-in is told with how to sign in", async () => {
    const { tenant, endpoint } = await aPlace();
    const { graphClient } = await import("../../../infra/azure/registration/graph-client.ts");

    await expect(register(graphClient({ endpoint, token: "no.such.token" }))).rejects.toThrow(
      /answered 401\. Sign in again with az login, or put a fresh token into GRAPH_TOKEN\./,
    );
    expect(tenant.lines.length).toBeGreaterThan(0);
  });

  test.each([429, 503])("for a while (%d) is asked for again", async (status) => {
    let place: Place | undefined;
    place = await aPlace("di", () => place?.tenant.control("graph", {}));
    await place.tenant.control("graph", { status });

    await register(place.graph);

    expect(await planned(place.graph)).toEqual([]);
    expect(place.pauses.length).toBeGreaterThan(0);
  });

  test("for ever is told, and not asked for ever", async () => {
    const { graph, tenant, pauses } = await aPlace();
    await tenant.control("graph", { status: 503 });

    await expect(register(graph)).rejects.toThrow(/answered 503\. Run the command again in some minutes/);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(60_000);
  });

  test("because nobody has that object id is told with the ids to look at", async () => {
    const { graph } = await aPlace();
    const nobody = { role: "Reader", principalId: "11111111-2222-4333-8444-555555555555" } as const;

    await expect(register(graph, { ...EVERYTHING, assigned: [nobody] })).rejects.toThrow(
      /answered 404.*Look at the ids/,
    );
  });
});
