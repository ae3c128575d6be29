import { createPublicKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importJWK, type JWK, type JWTPayload, SignJWT } from "jose";
import { afterAll } from "vitest";
import { API_CLIENT_ID, TENANT_ID } from "../../../../infra/local/entra/constants.ts";
import { CONSUMER_DEPLOYER, DEMO_SECRET } from "../../../../infra/local/entra/directory.ts";
import { type Entra, startEntra } from "../../../../infra/local/entra/index.ts";
import { personToken } from "../../../../infra/local/world/tokens.ts";

/** The Entra stand-in, and what somebody could do who had stolen its key. */
export interface Issuer {
  readonly issuer: string;
  /** The token that a demo person really gets. */
  tokenOf(person: string): Promise<string>;
  /** The token that an application really gets for itself. */
  appToken(): Promise<string>;
  /** A token with whatever claims, signed by the issuer's own key: only the claims can be wrong with it. */
  signed(claims: JWTPayload, alg?: string): Promise<string>;
  /** The key that signs, with its private part. */
  key(): JWK & { readonly kid: string };
  publicKeyPem(): string;
  close(): Promise<void>;
  /** Comes back at the same address, with a new key if told so. */
  open(how?: { readonly newKey: boolean }): Promise<void>;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export async function anIssuer(): Promise<Issuer> {
  const folder = mkdtempSync(join(tmpdir(), "issuer-"));
  folders.push(folder);
  const file = join(folder, "key.json");
  const start = (port: number) => startEntra({ file, port, identityHeader: "x", log: () => undefined });
  let entra: Entra | undefined = await start(0);
  const { url, issuer, tokenUrl } = entra;
  const key = () => JSON.parse(readFileSync(file, "utf8")).keys.at(-1).jwk;
  const close = async () => {
    await entra?.close();
    entra = undefined;
  };
  return {
    issuer,
    tokenOf: (person) => personToken({ entra: url, tenantId: TENANT_ID }, person, API_CLIENT_ID),
    appToken: async () => {
      const response = await fetch(tokenUrl, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: CONSUMER_DEPLOYER.clientId,
          client_secret: DEMO_SECRET,
          scope: `${API_CLIENT_ID}/.default`,
        }),
      });
      return ((await response.json()) as { access_token: string }).access_token;
    },
    signed: async (claims, alg = "RS256") =>
      new SignJWT(claims)
        .setProtectedHeader({ typ: "JWT", alg, kid: key().kid })
        .sign(await importJWK(key(), alg)),
    key,
    publicKeyPem: () =>
      createPublicKey({ key: key(), format: "jwk" }).export({ type: "spki", format: "pem" }).toString(),
    close,
    open: async ({ newKey } = { newKey: false }) => {
      if (newKey) rmSync(file);
      entra = await start(Number(new URL(url).port));
    },
  };
}
