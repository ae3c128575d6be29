import { createHash } from "node:crypto";
import { API_AUDIENCE } from "./constants.ts";
import { type Application, type Person, userPrincipalName } from "./directory.ts";

/** Who a token speaks for: a person through a client, or an application on its own. */
export type Subject =
  | { readonly kind: "person"; readonly person: Person; readonly client: Application; readonly scope: string }
  | { readonly kind: "application"; readonly application: Application };

/**
 * The claims that tell tokens apart; issuer, audience and times are the signer's business.
 *
 * `groups` and `roles` are left out when empty, as Entra leaves them out. `appid` is what tokens for Resource Manager
 * call the client and `azp` what newer ones do; both are given, for any audience.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function claimsFor(subject: Subject, audience: string): Record<string, unknown> {
  switch (subject.kind) {
    case "person": {
      const { person, client, scope } = subject;
      return {
        oid: person.oid,
        sub: pairwiseSubject(person.oid, audience),
        name: person.displayName,
        preferred_username: userPrincipalName(person),
        scp: scope,
        azp: client.clientId,
        appid: client.clientId,
        ...(person.groups.length > 0 && { groups: person.groups }),
        ...(person.roles.length > 0 && audience === API_AUDIENCE && { roles: person.roles }),
      };
    }
    case "application": {
      const { clientId, oid } = subject.application;
      return { oid, sub: oid, idtyp: "app", azp: clientId, appid: clientId };
    }
  }
}

/** Entra gives a person another `sub` in every application, so that two of them cannot compare notes. */
function pairwiseSubject(oid: string, audience: string): string {
  return createHash("sha256").update(`${oid} ${audience}`).digest("base64url");
}
