import type { Config } from "../../shared/config.ts";
import { Problem } from "./problem.ts";

/**
 * The claims that a token must have, as the parameter `claims` of Entra's authorize endpoint takes them.
 * @param contexts - authentication contexts that the sign-in must satisfy, at least one
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter
 */
export function claimsFor(contexts: readonly string[]): string {
  const [value, ...others] = contexts;
  const wanted = others.length === 0 ? { value } : { values: contexts };
  return JSON.stringify({ access_token: { acrs: { essential: true, ...wanted } } });
}

/**
 * The same problem with Entra's claims challenge as its header, where it says which claims it wants.
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */
export function challenged(
  problem: Problem,
  { SIGN_IN_ISSUER, TENANT_ID }: Pick<Config, "SIGN_IN_ISSUER" | "TENANT_ID">,
): Problem {
  const { code, message, members } = problem;
  if (code !== "claimsRequired") return problem;
  const authority = SIGN_IN_ISSUER.replace(/(?:\/v2\.0)?\/?$/, "");
  const challenge = [
    `Bearer realm="${TENANT_ID}"`,
    `authorization_uri="${authority}/oauth2/v2.0/authorize"`,
    'error="insufficient_claims"',
    `claims="${Buffer.from(String(members.claims)).toString("base64")}"`,
  ];
  return new Problem(code, message, members, challenge.join(", "));
}
