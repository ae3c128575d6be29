import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

const TENANT = "33333333-3333-4333-8333-333333333333";

/** Claims of the token; those not named are those of a caller that ARM accepts. */
export interface Claims {
  oid?: string;
  appid?: string;
  aud?: string;
  iss?: string;
  preferred_username?: string;
  scp?: string;
  /** Seconds from now. */
  expiresIn?: number;
}

/** A token issuer of our own: one key, its JWKS on loopback. */
export interface Issuer {
  issuer: string;
  jwksUrl: string;
  token(claims?: Claims): Promise<string>;
  /** Signed with a key that is not in the JWKS. */
  forgedToken(): Promise<string>;
  close(): Promise<void>;
}

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

// RSA keys are slow to make: one set for all tests of a file.
const ownKeys = generateKeyPair("RS256");
const strangersKeys = generateKeyPair("RS256");

export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await ownKeys;
  const stranger = await strangersKeys;
  const jwks = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "RS256", use: "sig" }],
  });
  const server = createServer((_request, response) => void response.end(jwks));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${url}/${TENANT}/v2.0`;

  const sign = (key: KeyPair["privateKey"], { expiresIn = 3600, ...claims }: Claims = {}) =>
    new SignJWT({
      iss: issuer,
      aud: "https://management.azure.com",
      tid: TENANT,
      oid: "a-caller",
      appid: "an-app",
      ...claims,
    })
      .setProtectedHeader({ alg: "RS256", kid: "k1" })
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
      .sign(key);

  return {
    issuer,
    jwksUrl: `${url}/keys`,
    token: (claims) => sign(privateKey, claims),
    forgedToken: () => sign(stranger.privateKey),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
