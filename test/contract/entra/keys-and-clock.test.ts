import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt, decodeProtectedHeader, type JSONWebKeySet } from "jose";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createSignIn, type SignIn } from "../../../functions/kit/sign-in.ts";
import { authenticator } from "../../../infra/local/arm/caller.ts";
import { API_CLIENT_ID, ARM_AUDIENCE, TENANT_ID } from "../../../infra/local/entra/constants.ts";
import { type Entra, startEntra } from "../../../infra/local/entra/index.ts";
import { personToken } from "../../../infra/local/world/tokens.ts";

const CONTROL_KEY = "key of the test";
const MINUTE_MS = 60_000;
const AT_NOON = new Date("2026-03-02T12:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: AT_NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Tenant {
  readonly entra: Entra;
  control(command: string, body: unknown, key?: string): Promise<{ status: number; body: unknown }>;
  /** Ana's token, for the approvals API unless told otherwise. */
  token(audience?: string): Promise<string>;
  publishedKids(): Promise<(string | undefined)[]>;
  /** The way in of the app under test. */
  readonly signIn: SignIn;
  /** Starts anew on the same file, at another port: sockets to the old one would be in the way. */
  restart(): Promise<void>;
}

async function aTenant(): Promise<Tenant> {
  const folder = mkdtempSync(join(tmpdir(), "entra-"));
  const start = () =>
    startEntra({
      file: join(folder, "key.json"),
      port: 0,
      identityHeader: "x",
      controlKey: CONTROL_KEY,
      log: () => undefined,
    });
  let entra = await start();
  onTestFinished(async () => {
    await entra.close();
    rmSync(folder, { recursive: true });
  });
  return {
    entra,
    async control(command, body, key = CONTROL_KEY) {
      const response = await fetch(`${entra.url}/_control/${command}`, {
        method: "POST",
        headers: { "x-control-key": key },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    },
    token: (audience = API_CLIENT_ID) =>
      personToken({ entra: entra.url, tenantId: TENANT_ID }, "ana", audience),
    async publishedKids() {
      const { keys } = (await (await fetch(entra.jwksUrl)).json()) as JSONWebKeySet;
      return keys.map(({ kid }) => kid);
    },
    signIn: createSignIn({
      SIGN_IN_ISSUER: entra.issuer,
      SIGN_IN_AUDIENCE: API_CLIENT_ID,
      TENANT_ID,
    }),
    async restart() {
      await entra.close();
      entra = await start();
    },
  };
}

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
const kidOf = (token: string) => decodeProtectedHeader(token).kid;

describe("key rotation", () => {
  test("old and new tokens are both good for a while; then the old key is gone", async () => {
    const tenant = await aTenant();
    const before = await tenant.token();
    await tenant.signIn(`Bearer ${before}`);
    // The app asks for keys it does not know at most every 30 s (jose's cooldown).
    later(MINUTE_MS);

    const { body } = await tenant.control("keys", { formerForSeconds: 600 });
    const after = await tenant.token();

    expect(body).toEqual({ kid: kidOf(after) });
    expect(await tenant.publishedKids()).toEqual([kidOf(before), kidOf(after)]);
    for (const token of [before, after])
      expect(await tenant.signIn(`Bearer ${token}`)).toMatchObject({ isPerson: true });
    later(10 * MINUTE_MS);
    expect(await tenant.publishedKids()).toEqual([kidOf(after)]);
    await tenant.signIn(`Bearer ${await tenant.token()}`);
  });

  test("announced like Entra's, no verifier that reads the keys in time refuses a token", async () => {
    const tenant = await aTenant();
    await tenant.control("keys", { signsInSeconds: 600, formerForSeconds: 600 });
    const before = await tenant.token();
    await tenant.signIn(`Bearer ${before}`);

    later(10 * MINUTE_MS);
    const after = await tenant.token();

    expect(kidOf(after)).not.toBe(kidOf(before));
    await tenant.signIn(`Bearer ${after}`);
    await tenant.signIn(`Bearer ${before}`);
  });

  test("survives a restart", async () => {
    const tenant = await aTenant();
    const before = await tenant.token();
    await tenant.control("keys", {});
    const after = await tenant.token();

    await tenant.restart();

    expect(await tenant.publishedKids()).toEqual([kidOf(before), kidOf(after)]);
    expect(kidOf(await tenant.token())).toBe(kidOf(after));
  });

  test("Resource Manager takes a new key's tokens at once", async () => {
    const tenant = await aTenant();
    const { issuer, jwksUrl } = tenant.entra;
    const authenticate = authenticator({ issuer, jwksUrl, audiences: [ARM_AUDIENCE] });
    await authenticate(`Bearer ${await tenant.token(ARM_AUDIENCE)}`);

    await tenant.control("keys", {});

    const newToken = await tenant.token(ARM_AUDIENCE);
    await expect(authenticate(`Bearer ${newToken}`)).resolves.toBeDefined();
  });
});

describe("clock skew", () => {
  test.each([
    ["ten minutes ahead", 600],
    ["ten minutes behind", -600],
  ])("a tenant's clock that is %s shifts every time in its tokens", async (_name, skewSeconds) => {
    const tenant = await aTenant();
    const right = decodeJwt(await tenant.token());

    await tenant.control("clock", { skewSeconds });
    const shifted = decodeJwt(await tenant.token());

    for (const claim of ["iat", "nbf", "exp"] as const)
      expect((shifted[claim] ?? 0) - (right[claim] ?? 0)).toBe(skewSeconds);
  });

  test.each([
    ["ahead by ten minutes is not good yet", 600, "it is not valid yet"],
    ["behind by more than an hour has expired", -3700, "it has expired"],
  ])("a token of a clock that is %s", async (_name, skewSeconds, why) => {
    const tenant = await aTenant();
    await tenant.control("clock", { skewSeconds });

    const signingIn = tenant.signIn(`Bearer ${await tenant.token()}`);

    await expect(signingIn).rejects.toThrow(why);
  });

  test.each([240, -600])("the app bears a clock that is off by %i s", async (skewSeconds) => {
    const tenant = await aTenant();
    await tenant.control("clock", { skewSeconds });

    expect(await tenant.signIn(`Bearer ${await tenant.token()}`)).toMatchObject({ isPerson: true });
  });

  test("it is right again after a restart", async () => {
    const tenant = await aTenant();
    await tenant.control("clock", { skewSeconds: 600 });

    await tenant.restart();

    expect(decodeJwt(await tenant.token()).nbf).toBe(AT_NOON.getTime() / 1000 - 300);
  });
});

test.each([
  ["without the right key", "clock", { skewSeconds: 1 }, "guess", 403],
  ["to no known command", "explode", {}, CONTROL_KEY, 404],
  ["with a skew that is no number", "clock", { skewSeconds: "much" }, CONTROL_KEY, 400],
  ["with what is no JSON", "keys", "{", CONTROL_KEY, 400],
])("the control interface refuses a call %s", async (_name, command, body, key, status) => {
  const tenant = await aTenant();
  const before = await tenant.publishedKids();

  expect((await tenant.control(command, body, key)).status).toBe(status);

  expect(await tenant.publishedKids()).toEqual(before);
});
