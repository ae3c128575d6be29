import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { createConnectorSignIn } from "../../../functions/kit/connector-sign-in.ts";
import { closeAtOnce, listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { loadOrCreateTls } from "../../../infra/local/kit/tls.ts";

const BOT = "11111111-1111-4111-8111-111111111111";
const ISSUER = "https://api.botframework.com";
const SERVICE = "https://smba.trafficmanager.net/emea/";
const MINUTE = 60_000;

const folder = mkdtempSync(join(tmpdir(), "connector-"));
afterAll(() => rmSync(folder, { recursive: true }));
const tls = await loadOrCreateTls(folder);
setDefaultCACertificates([...getCACertificates("default"), readFileSync(tls.caFile, "utf8")]);

async function aKey(kid: string, endorsements: readonly string[] = ["msteams"]) {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const published: JWK & { readonly endorsements: readonly string[] } = {
    ...(await exportJWK(publicKey)),
    kid,
    alg: "RS256",
    endorsements,
  };
  const token = (claims: Readonly<Record<string, unknown>> = {}) =>
    new SignJWT({ serviceurl: SERVICE, ...claims })
      .setProtectedHeader({ alg: "RS256", kid })
      .setIssuer(ISSUER)
      .setAudience(BOT)
      .setExpirationTime("5m")
      .sign(privateKey);
  return { published, token };
}

/** The Bot Framework's list of keys, which can change or be away, and whoever checks tokens by it. */
async function aConnector(...keys: readonly JWK[]) {
  const world = { keys, isDown: false, reads: 0, nowMs: Date.parse("2026-03-02T09:00:00.000Z") };
  const server = createServer({ key: tls.key, cert: tls.cert }, (request, response) => {
    if (world.isDown) return void response.writeHead(503).end();
    const isKeys = request.url === "/keys";
    if (isKeys) world.reads++;
    response.end(
      JSON.stringify(isKeys ? { keys: world.keys } : { issuer: ISSUER, jwks_uri: `${origin}/keys` }),
    );
  });
  const origin = `https://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  onTestFinished(() => closeAtOnce(server));
  const settings = { TEAMS_BOT_ID: BOT, TEAMS_OPENID_URL: `${origin}/openid` };
  const signIn = createConnectorSignIn(settings, () => world.nowMs);
  return { world, signIn: (token: string) => signIn(`Bearer ${token}`) };
}

test("a token by a key that is endorsed for Teams tells the connector's address; keys are read once", async () => {
  const key = await aKey("one");
  const { signIn, world } = await aConnector(key.published);

  expect(await signIn(await key.token())).toEqual({ serviceUrl: SERVICE });
  expect(await signIn(await key.token())).toEqual({ serviceUrl: SERVICE });
  expect(world.reads).toBe(1);
});

test("a key that is published for other channels alone signs nothing for Teams", async () => {
  const [teams, webchat] = [await aKey("one"), await aKey("two", ["webchat"])];
  const { signIn } = await aConnector(teams.published, webchat.published);

  await expect(signIn(await webchat.token())).rejects.toMatchObject({ code: "unknownKey" });
});

test("a new key is found, a minute after the keys were read at the earliest, whoever makes up names of keys", async () => {
  const [first, second] = [await aKey("one"), await aKey("two")];
  const { signIn, world } = await aConnector(first.published);
  await signIn(await first.token());
  world.keys = [first.published, second.published];

  for (let n = 0; n < 5; n++)
    await expect(signIn(await second.token())).rejects.toMatchObject({ code: "unknownKey" });
  expect(world.reads).toBe(1);
  world.nowMs += 2 * MINUTE;
  expect(await signIn(await second.token())).toEqual({ serviceUrl: SERVICE });
  expect(world.reads).toBe(2);
});

test("a key that was taken back is good for a day at most", async () => {
  const [first, second] = [await aKey("one"), await aKey("two")];
  const { signIn, world } = await aConnector(first.published);
  await signIn(await first.token());
  world.keys = [second.published];

  world.nowMs += 25 * 60 * MINUTE;

  await expect(signIn(await first.token())).rejects.toMatchObject({ code: "unknownKey" });
});

test("while the keys cannot be had nobody is let in, and soon after that everybody is who should be", async () => {
  const key = await aKey("one");
  const { signIn, world } = await aConnector(key.published);
  world.isDown = true;

  await expect(signIn(await key.token())).rejects.toMatchObject({ code: "signInUnavailable" });
  world.isDown = false;

  expect(await signIn(await key.token())).toEqual({ serviceUrl: SERVICE });
});
