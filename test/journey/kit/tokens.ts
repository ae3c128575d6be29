import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generateKeyPair, importJWK, type JWTPayload, SignJWT } from "jose";
import { ARM_AUDIENCE } from "../../../infra/local/entra/constants.ts";
import { personToken } from "../../../infra/local/world/tokens.ts";
import type { Stack } from "../stack.ts";

const encoded = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/** What ana's real token says. */
async function claimsOfAna({ endpoints }: Stack): Promise<JWTPayload> {
  const [, payload = ""] = (await personToken(endpoints(), "ana", endpoints().audience)).split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as JWTPayload;
}

/** The issuer's own key: what no attacker has, so that only the claims are wrong. */
function issuersKey({ data }: Stack): { kid: string; kty: string } {
  const [key] = JSON.parse(readFileSync(join(data, "cloud/entra-key.json"), "utf8")).keys;
  return key.jwk;
}

/** Ana's token with other claims, signed by the issuer's own key. */
export async function anaWith(stack: Stack, claims: Record<string, unknown>): Promise<string> {
  const key = issuersKey(stack);
  return new SignJWT({ ...(await claimsOfAna(stack)), ...claims })
    .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: key.kid })
    .sign(await importJWK(key, "RS256"));
}

/** A token with which somebody whom nobody else plays calls ARM, signed by the issuer's own key. */
export async function strangersToken(stack: Stack, oid: string): Promise<string> {
  const key = issuersKey(stack);
  return new SignJWT({ ...(await claimsOfAna(stack)), aud: ARM_AUDIENCE, oid })
    .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: key.kid })
    .sign(await importJWK(key, "RS256"));
}

/** Ana's token, signed by somebody else under the name of the issuer's key. */
export async function anaByAnotherKey(stack: Stack): Promise<string> {
  const { privateKey } = await generateKeyPair("RS256");
  return new SignJWT(await claimsOfAna(stack))
    .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: issuersKey(stack).kid })
    .sign(privateKey);
}

/** Ana's token, signed by nobody. */
export const anaUnsigned = async (stack: Stack): Promise<string> =>
  `${encoded({ typ: "JWT", alg: "none" })}.${encoded(await claimsOfAna(stack))}.`;

/** Ana's token with the signature of another one. */
export async function anaTampered(stack: Stack): Promise<string> {
  const real = await personToken(stack.endpoints(), "cy", stack.endpoints().audience);
  const [header, , signature] = real.split(".");
  return [header, encoded(await claimsOfAna(stack)), signature].join(".");
}
