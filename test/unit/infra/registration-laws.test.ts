import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextBody } from "../../../infra/azure/registration/body.ts";
import { apiParts, inboxParts, type Part } from "../../../infra/azure/registration/parts.ts";
import { APP_ROLES, AZURE_CLI, CLAIMS, SCOPES } from "../../../infra/azure/registration/permissions.ts";
import { Application } from "../../../infra/azure/registration/schemas.ts";
import { changed } from "../../../infra/local/entra/registrations/rules.ts";
import { type Registration, Written } from "../../../infra/local/entra/registrations/schemas.ts";

const API_APP = "0aaaaaaa-1111-4222-8333-444444444444";
const INBOX_APP = "0bbbbbbb-1111-4222-8333-444444444444";
const KNOWN = { apiAppId: API_APP, inboxAppId: INBOX_APP, reviewScopeId: SCOPES[1].id };
const WISHES = { publicUrl: "https://approvals.example", allowsAz: true };

const FOREIGN_IDS = ["11111111-2222-4333-8444-000000000001", "11111111-2222-4333-8444-000000000002"] as const;
const part = <T>(values: readonly T[]) => fc.subarray([...values]);

/** Roles of ours or somebody's, by ids and values that come in any pairing, but each of them once. */
const permissions = <T extends { readonly id: string; readonly value: string }>(
  ours: readonly T[],
  drift: fc.Arbitrary<Partial<T>>,
) => {
  const ids = [...ours.map(({ id }) => id), ...FOREIGN_IDS];
  const values = [...ours.map(({ value }) => value), "Operator", "Owner"];
  return fc
    .tuple(
      fc.shuffledSubarray(ids),
      fc.shuffledSubarray(values),
      fc.array(fc.tuple(drift, fc.boolean()), { minLength: 8, maxLength: 8 }),
    )
    .map(([someIds, someValues, drifts]) =>
      someIds.slice(0, someValues.length).map((id, index) => {
        const [drifted = {}, isEnabled = true] = drifts[index] ?? [];
        return { ...ours[0], ...drifted, id, value: someValues[index] ?? "", isEnabled };
      }),
    );
};

/** Any registration that Graph could have. */
const registrations: fc.Arbitrary<Registration> = fc
  .record({
    signInAudience: fc.constantFrom("AzureADMyOrg", "AzureADMultipleOrgs"),
    groupMembershipClaims: fc.constantFrom(null, "ApplicationGroup", "All"),
    version: fc.constantFrom(null, 1, 2),
    appRoles: permissions(
      APP_ROLES,
      fc.record({
        allowedMemberTypes: fc.constantFrom<["User"] | ["User", "Application"]>(
          ["User"],
          ["User", "Application"],
        ),
      }) as fc.Arbitrary<object>,
    ),
    scopes: permissions(SCOPES, fc.constant({})),
    claims: part([...CLAIMS, "ctry"]),
    identifierUris: part([`api://${API_APP}`, `api://${API_APP}/more`]),
    clients: part([INBOX_APP, AZURE_CLI, FOREIGN_IDS[0]]),
    redirectUris: part(["https://approvals.example/inbox/", "http://localhost/inbox/"]),
    hasAccess: fc.boolean(),
  })
  .map((drawn) => {
    const [scope] = drawn.scopes;
    const preAuthorizedApplications =
      scope === undefined
        ? []
        : drawn.clients.map((appId) => ({ appId, delegatedPermissionIds: [scope.id] }));
    const written = Written.parse({
      displayName: "Somebody's name for it",
      signInAudience: drawn.signInAudience,
      groupMembershipClaims: drawn.groupMembershipClaims,
      identifierUris: drawn.identifierUris,
      appRoles: drawn.appRoles,
      api: {
        requestedAccessTokenVersion: drawn.version,
        oauth2PermissionScopes: drawn.scopes,
        preAuthorizedApplications,
      },
      spa: { redirectUris: drawn.redirectUris },
      optionalClaims: { accessToken: drawn.claims.map((name) => ({ name })) },
      requiredResourceAccess: drawn.hasAccess
        ? [{ resourceAppId: API_APP, resourceAccess: [{ id: SCOPES[0].id, type: "Scope" }] }]
        : [],
    });
    return {
      ...written,
      id: "x",
      appId: API_APP,
      uniqueName: "x",
      passwordCredentials: [],
      keyCredentials: [],
    };
  });

const MOST_STEPS = 3;

/** Every step, each taken by the rules of Graph. */
function steps(before: Registration, parts: readonly Part[]): readonly Registration[] {
  const all = [before];
  for (let now = before; all.length <= MOST_STEPS + 1; ) {
    const body = nextBody(Application.parse(now), parts);
    if (body === null) return all;
    now = changed(now, body);
    all.push(now);
  }
  return all;
}

describe.each([
  ["the API", apiParts(KNOWN, WISHES)],
  ["the inbox", inboxParts(KNOWN, WISHES)],
])("the registration of %s, whatever it says", (_what, parts) => {
  test("says all that it has to after at most three steps, each of which Graph takes", () => {
    fc.assert(
      fc.property(registrations, (before) => {
        const all = steps(before, parts);
        const after = Application.parse(all.at(-1));

        expect(all.length - 1).toBeLessThanOrEqual(MOST_STEPS);
        expect(parts.filter(({ is }) => is(after) !== null).map(({ name }) => name)).toEqual([]);
      }),
    );
  });

  test("loses nothing that somebody else put there", () => {
    fc.assert(
      fc.property(registrations, (before) => {
        const after = steps(before, parts).at(-1) ?? before;

        expect(after.displayName).toBe(before.displayName);
        expect(after.appRoles.map(({ id }) => id)).toEqual(
          expect.arrayContaining(before.appRoles.map(({ id }) => id)),
        );
        expect(after.api.oauth2PermissionScopes.map(({ id }) => id)).toEqual(
          expect.arrayContaining(before.api.oauth2PermissionScopes.map(({ id }) => id)),
        );
        for (const role of before.appRoles.filter(({ value }) => value === "Operator" || value === "Owner"))
          if (FOREIGN_IDS.some((id) => id === role.id)) expect(after.appRoles).toContainEqual(role);
        expect(after.identifierUris).toEqual(expect.arrayContaining(before.identifierUris));
        expect(after.spa.redirectUris).toEqual(expect.arrayContaining(before.spa.redirectUris));
        for (const client of before.api.preAuthorizedApplications) {
          const now = after.api.preAuthorizedApplications.find(({ appId }) => appId === client.appId);
          expect(now?.delegatedPermissionIds).toEqual(expect.arrayContaining(client.delegatedPermissionIds));
        }
        for (const { resourceAccess } of before.requiredResourceAccess)
          expect(after.requiredResourceAccess.flatMap((each) => each.resourceAccess)).toEqual(
            expect.arrayContaining(resourceAccess),
          );
      }),
    );
  });
});
