import { existsSync, readFileSync } from "node:fs";
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from "jose";
import * as z from "zod";
import { writePrivateFile } from "../kit/files.ts";

const ALGORITHM = "RS256";

const StoredKey = z.object({
  kty: z.literal("RSA"),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});

/** Signs tokens, and publishes what others need to check them. */
export interface TokenSigner {
  /** Signed token; the payload is taken as it is. */
  sign(payload: JWTPayload): Promise<string>;
  readonly publicKeys: { readonly keys: readonly JWK[] };
}

/** The tenant's signing key, made once and kept in `file`, so that tokens outlive a restart. */
export async function openTokenSigner(file: string): Promise<TokenSigner> {
  const stored = existsSync(file)
    ? StoredKey.parse(JSON.parse(readFileSync(file, "utf8")))
    : await create(file);
  const privateKey = await importJWK(stored, ALGORITHM);
  const { kty, kid, n, e } = stored;
  return {
    sign: (payload) =>
      new SignJWT(payload).setProtectedHeader({ typ: "JWT", alg: ALGORITHM, kid }).sign(privateKey),
    publicKeys: { keys: [{ kty, use: "sig", alg: ALGORITHM, kid, n, e }] },
  };
}

async function create(file: string): Promise<z.infer<typeof StoredKey>> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  const stored = StoredKey.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
  writePrivateFile(file, JSON.stringify(stored));
  return stored;
}
