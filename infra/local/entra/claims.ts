import { createHash } from "node:crypto";
import {
  APPROVALS_API,
  type Application,
  type Person,
  type Resource,
  userPrincipalName,
} from "./directory.ts";

/** Who a token speaks for: a person through a client, or an application on its own. */
export type Subject =
  | {
      readonly kind: "person";
      readonly person: Person;
      readonly client: Application;
      /** What the client may do for the person; the `scp` claim has them with spaces between. */
      readonly scopes: readonly string[];
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
  const common = { aud: audience, ver: tokenVersion };
  switch (subject.kind) {
    case "person": {
      const { person, client, scopes } = subject;
      return {
        ...common,
        oid: person.oid,
        sub: pairwiseSubject(person.oid, audience),
        name: person.displayName,
        ...signInName(userPrincipalName(person), tokenVersion),
        scp: scopes.join(" "),
        ...clientClaim(client, tokenVersion),
        ...(person.groups.length > 0 && { groups: person.groups }),
        ...(person.roles.length > 0 && resource === APPROVALS_API && { roles: person.roles }),
      };
    }
    case "application": {
      const { oid } = subject.application;
      return { ...common, oid, sub: oid, idtyp: "app", ...clientClaim(subject.application, tokenVersion) };
    }
  }
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
