import { expect, test } from "vitest";
import { authorize } from "../../../functions/kit/authorize.ts";
import { createSignIn } from "../../../functions/kit/sign-in.ts";
import { CLAIMS, SCOPES } from "../../../infra/azure/registration/permissions.ts";
import type { State } from "../../../infra/azure/registration/state.ts";
import {
  APPROVALS_API,
  DEMO_DIRECTORY,
  type Directory,
  INBOX_CLIENT,
  RELEASE_PIPELINE,
  type Resource,
} from "../../../infra/local/entra/directory.ts";
import { appToken, personToken } from "../../../infra/local/world/tokens.ts";
import { parseSettings } from "../../../shared/config.ts";
import { aTenant } from "../entra/kit/tenant.ts";
import { aPlace, PUBLIC_URL, register } from "./kit.ts";

/** The API, as a registration says it. */
function resourceOf({ applications: { api } }: State): Resource {
  if (api === null) throw new Error("The API is not registered.");
  const values = (entries: readonly { readonly value?: string | null | undefined }[]) =>
    entries.map(({ value }) => value ?? "");
  return {
    names: [...api.identifierUris, api.appId],
    audience: api.appId,
    scopes: values(api.api.oauth2PermissionScopes),
    appRoles: values(api.appRoles),
    optionalClaims: api.optionalClaims?.accessToken.map(({ name }) => name) ?? [],
    tokenVersion: api.api.requestedAccessTokenVersion === 2 ? "2.0" : "1.0",
  };
}

/** The tenant of the people that we know, whose registrations are these. */
const directoryOf = (state: State): Directory => ({
  ...DEMO_DIRECTORY,
  resources: DEMO_DIRECTORY.resources.map((each) => (each === APPROVALS_API ? resourceOf(state) : each)),
  applications: DEMO_DIRECTORY.applications.map((each) =>
    each === INBOX_CLIENT
      ? {
          ...each,
          clientId: state.applications.inbox?.appId ?? "",
          spaRedirectUris: state.applications.inbox?.spa.redirectUris ?? [],
        }
      : each,
  ),
});

test("what is registered lets people and systems in, with their roles and scopes, as the app demands them", async () => {
  const { graph } = await aPlace();
  const state = await register(graph);
  const resource = resourceOf(state);
  const tenant = await aTenant(directoryOf(state));
  const place = { entra: tenant.url, tenantId: tenant.tenantId };
  const settings = {
    ...parseSettings(
      { SIGN_IN_AUDIENCE: resource.audience },
      { needed: ["SIGN_IN_AUDIENCE", "REVIEW_SCOPE", "READ_SCOPE", "SIGN_IN_CLIENTS"] },
    ),
    SIGN_IN_ISSUER: tenant.issuer,
    TENANT_ID: tenant.tenantId,
  };
  const signIn = createSignIn(settings);
  const callerBy = async (token: string) => signIn(`Bearer ${token}`);

  const ana = await callerBy(await personToken(place, "ana", `api://${resource.audience}`));
  const fay = await callerBy(await personToken(place, "fay", resource.audience, ["Approvals.Read"]));
  const pipeline = await callerBy(await appToken(place, RELEASE_PIPELINE, `api://${resource.audience}`));

  for (const role of ["Reader", "Approver"] as const)
    expect(() => authorize(ana, role, settings)).not.toThrow();
  for (const role of ["Reader", "Auditor"] as const)
    expect(() => authorize(fay, role, settings)).not.toThrow();
  for (const role of ["Reader", "Integration"] as const)
    expect(() => authorize(pipeline, role, settings)).not.toThrow();
  expect(() => authorize(fay, "Approver", settings)).toThrow("This needs the app role Approver.");
});

test("what is registered leads the inbox's sign-in back to its page, and nowhere else", async () => {
  const { graph } = await aPlace();
  const state = await register(graph);
  const tenant = await aTenant(directoryOf(state));
  const shown = async (redirectUri: string) => {
    const query = new URLSearchParams({
      client_id: state.applications.inbox?.appId ?? "",
      redirect_uri: redirectUri,
      response_type: "code",
      scope: `openid profile offline_access api://${state.applications.api?.appId}/Approvals.ReadWrite`,
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
      state: "s",
    });
    return (await fetch(`${tenant.url}/${tenant.tenantId}/oauth2/v2.0/authorize?${query}`)).status;
  };

  expect(await shown(`${PUBLIC_URL}/inbox/`)).toBe(200);
  expect(await shown(`${PUBLIC_URL}/inbox`)).toBe(400);
});

test("the claims that are asked for are those that Entra gives to nobody who does not ask, and that the code reads", async () => {
  const { graph } = await aPlace();
  const { applications } = await register(graph);

  expect(CLAIMS).toEqual(["acrs", "idtyp", "upn", "xms_cc"]);
  expect(applications.api?.optionalClaims?.accessToken.map(({ name }) => name)).toEqual([...CLAIMS]);
  expect(SCOPES.map(({ type }) => type)).toEqual(["User", "User"]);
});
