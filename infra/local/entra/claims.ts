import { createHash, randomBytes } from "node:crypto";
import { MAX_GROUPS_IN_TOKEN, TENANT_ID } from "./constants.ts";
import type { Delegation } from "./delegations.ts";
import { type Application, type Person, type Resource, userPrincipalName } from "./directory.ts";

/** Who a token speaks for: a person through a client, or an application on its own. */
export type Subject =
  | {
      readonly kind: "person";
      readonly person: Person;
      readonly client: Application;
      /** What the client may do for the person; the `scp` claim has them with spaces between. */
      readonly scopes: readonly string[];
      /** Authentication contexts that were asked for and are satisfied, such as `c1`: the claim `acrs`. */
      readonly contexts?: readonly string[];
      /** What the client says it can do, such as `cp1`: the claim `xms_cc`. */
      readonly capabilities?: readonly string[];
    }
  | { readonly kind: "application"; readonly application: Application };

/**
 * The claims that tell tokens apart; issuer and times are the signer's business.
 *
 * `groups` and `roles` are left out when empty, as Entra leaves them out.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function claimsFor(subject: Subject, resource: Resource): Record<string, unknown> {
  const { audience, tokenVersion } = resource;
  // Two tokens of one second differ: each has an id of its own.
  const common = { aud: audience, ver: tokenVersion, uti: randomBytes(16).toString("base64url") };
  switch (subject.kind) {
    case "person": {
      const { person, client, scopes, contexts = [], capabilities = [] } = subject;
      return {
        ...common,
        oid: person.oid,
        sub: pairwiseSubject(person.oid, audience),
        name: person.displayName,
        ...signInName(userPrincipalName(person), tokenVersion),
        scp: scopes.join(" "),
        ...clientClaim(client, tokenVersion),
        ...groupsOf(person),
        ...rolesIn(resource, person.roles),
        ...(contexts.length > 0 && { acrs: contexts }),
        ...(capabilities.length > 0 &&
          resource.optionalClaims.includes("xms_cc") && { xms_cc: capabilities }),
      };
    }
    case "application": {
      const { application } = subject;
      const { oid, roles = [] } = application;
      return {
        ...common,
        oid,
        sub: oid,
        idtyp: "app",
        ...clientClaim(application, tokenVersion),
        ...rolesIn(resource, roles),
      };
    }
  }
}

/**
 * Who signed in, for the page that asked. `profile` is what lets it see more than a subject.
 * @see https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */
export function idTokenClaims({ person, client, asked, nonce }: Delegation): Record<string, unknown> {
  return {
    aud: client.clientId,
    ver: "2.0",
    sub: pairwiseSubject(person.oid, client.clientId),
    ...(nonce !== undefined && { nonce }),
    ...(asked.openId.includes("profile") && {
      oid: person.oid,
      name: person.displayName,
      preferred_username: userPrincipalName(person),
    }),
  };
}

/** Too many groups for a token are none in it, but a note where they can be asked for. */
function groupsOf({ oid, groups }: Person): Record<string, unknown> {
  if (groups.length === 0) return {};
  if (groups.length <= MAX_GROUPS_IN_TOKEN) return { groups };
  const endpoint = `https://graph.windows.net/${TENANT_ID}/users/${oid}/getMemberObjects`;
  return { _claim_names: { groups: "src1" }, _claim_sources: { src1: { endpoint } } };
}

/** Those that the resource defines. */
function rolesIn({ appRoles }: Resource, held: readonly string[]): Record<string, unknown> {
  const roles = held.filter((role) => appRoles.includes(role));
  return roles.length > 0 ? { roles } : {};
}

/** Who asked for the token: `azp` replaced `appid` with version 2.0. */
const clientClaim = ({ clientId }: Application, version: Resource["tokenVersion"]) =>
  version === "2.0" ? { azp: clientId } : { appid: clientId };

/** `preferred_username` came with version 2.0; before it was `upn`. */
const signInName = (name: string, version: Resource["tokenVersion"]) =>
  version === "2.0" ? { preferred_username: name } : { upn: name };

/** Entra gives a person another `sub` in every application, so that two of them cannot compare notes. */
function pairwiseSubject(oid: string, audience: string): string {
  return createHash("sha256").update(`${oid} ${audience}`).digest("base64url");
}
