import { createServer } from "node:http";
import { generateKeyPair, SignJWT } from "jose";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { createSignIn, type SignIn } from "../../../functions/kit/sign-in.ts";
import { API_CLIENT_ID, API_ID_URI, TENANT_ID } from "../../../infra/local/entra/constants.ts";
import { listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { anIssuer, type Issuer } from "./kit/issuer.ts";
import { aWire } from "./kit/wire.ts";

const ANA = "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201";
const PLATFORM = "6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61";
const CLIENT = "0b3a1c86-1d5e-4a51-9c59-9b3b8a6f2f01";
const MINUTE_S = 60;
const STARTED_AT = Date.now();

// The clock stands still, so that no token grows old before its turn.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: STARTED_AT }));
afterEach(() => void vi.useRealTimers());

let issuer: Issuer;

beforeAll(async () => {
  issuer = await anIssuer();
});
afterAll(() => issuer.close());

const signInAt = (url: string): SignIn =>
  createSignIn({ SIGN_IN_ISSUER: url, SIGN_IN_AUDIENCE: API_CLIENT_ID, TENANT_ID });

type Claims = Record<string, unknown>;

const nowS = (): number => Math.floor(Date.now() / 1_000);

/** What a good token of ana's says, with differences; undefined leaves a claim out. */
const claims = (differences: Claims = {}): Claims => ({
  iss: issuer.issuer,
  aud: API_CLIENT_ID,
  tid: TENANT_ID,
  oid: ANA,
  name: "Ana",
  scp: "Approvals.Read Approvals.ReadWrite",
  azp: CLIENT,
  roles: ["Approver", "Reader"],
  groups: [PLATFORM],
  iat: nowS(),
  nbf: nowS(),
  exp: nowS() + 60 * MINUTE_S,
  ...differences,
});

/** One part of a JWT. */
const encoded = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");

const NOT_SIGNED_IN = { name: "Problem", kind: "not-signed-in" };
const UNAVAILABLE = { name: "Problem", kind: "sign-in-unavailable" };

describe("a good token says who is calling", () => {
  test.each([
    ["ana", "Ana Approver (AKS platform)", ANA, ["Approver", "Reader"], [PLATFORM]],
    [
      "bo",
      "Bo Approver (security duty)",
      "b2c6d8ea-1f30-4b4c-9d5e-6f7081920312",
      ["Approver", "Reader"],
      ["c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2"],
    ],
    ["cy", "Cy Reader", "c3d7e9fb-2041-4c5d-ae6f-708192031423", ["Reader"], []],
  ])("%s", async (person, name, oid, roles, groups) => {
    const caller = await signInAt(issuer.issuer)(`Bearer ${await issuer.tokenOf(person)}`);

    const signInNames = [`${person}@contoso.example`];
    expect(caller).toEqual({
      kind: "person",
      oid,
      name,
      signInNames,
      roles,
      groups,
      hasTooManyGroups: false,
      authContexts: [],
      isPerson: true,
      scopes: ["Approvals.Read", "Approvals.ReadWrite"],
      clientId: CLIENT,
    });
  });

  test("an app's own token is nobody who could approve", async () => {
    const caller = await signInAt(issuer.issuer)(`Bearer ${await issuer.appToken()}`);

    expect(caller).toMatchObject({
      oid: "7e5b9a40-3f21-4c68-9d17-8b0c4f6e2d13",
      isPerson: false,
      scopes: [],
      clientId: "9a7e4d31-2c60-4f0d-a1b8-6d5c3e2f1a03",
      roles: [],
      groups: [],
    });
  });

  test.each<[string, Claims, object]>([
    [
      "an app's token with a role",
      { scp: undefined, idtyp: "app", roles: ["Approver"] },
      { isPerson: false },
    ],
    ["an app's token that claims a scope", { idtyp: "app" }, { isPerson: false }],
    ["a token without a scope", { scp: undefined }, { isPerson: false, scopes: [] }],
    [
      "a person's token that says so, without a scope",
      { scp: undefined, idtyp: "user" },
      { isPerson: true, scopes: [] },
    ],
    ["a scope of nothing", { scp: "" }, { isPerson: true, scopes: [] }],
    ["scopes with too many spaces", { scp: " Approvals.Read  x " }, { scopes: ["Approvals.Read", "x"] }],
    ["a client id in capitals", { azp: CLIENT.toUpperCase() }, { clientId: CLIENT }],
    [
      "a person in too many groups, who are to be looked for elsewhere",
      {
        groups: undefined,
        _claim_names: { groups: "src1" },
        _claim_sources: { src1: { endpoint: "https://x" } },
      },
      { groups: [], hasTooManyGroups: true, isPerson: true },
    ],
    [
      "a person in too many groups, as tokens in an address say it",
      { groups: undefined, hasgroups: true },
      { groups: [], hasTooManyGroups: true },
    ],
    ["the same as a text", { groups: undefined, hasgroups: "true" }, { hasTooManyGroups: true }],
    ["a person in no group", { groups: undefined }, { groups: [], hasTooManyGroups: false }],
    [
      "another claim that is elsewhere",
      { groups: undefined, _claim_names: { wids: "src1" } },
      { hasTooManyGroups: false },
    ],
    [
      "groups, though they should be elsewhere",
      { hasgroups: true },
      { groups: [PLATFORM], hasTooManyGroups: false },
    ],
    [
      "a person who satisfied authentication contexts",
      { acrs: ["c1", "c25"] },
      { authContexts: ["c1", "c25"] },
    ],
    ["a person without a role", { roles: undefined }, { roles: [] }],
    [
      "a person without a name",
      { name: undefined, preferred_username: "ana@contoso.example" },
      { name: "ana@contoso.example" },
    ],
    ["a person without any name", { name: undefined }, { name: ANA, signInNames: [] }],
    [
      "a name of nothing",
      { name: "", preferred_username: "ana@contoso.example" },
      { name: "ana@contoso.example" },
    ],
    ["a name of spaces", { name: " \u00a0 ", upn: "ana@contoso.example" }, { name: "ana@contoso.example" }],
    [
      "a name that cannot be seen",
      { name: "\u200b\u2060", upn: "ana@contoso.example" },
      { name: "ana@contoso.example" },
    ],
    [
      "names that cannot be seen",
      { name: "\u2800", preferred_username: "\u3164", upn: "\u00ad" },
      { name: ANA, signInNames: [] },
    ],
    ["a sign-in name of version 1", { upn: "ana@contoso.example" }, { signInNames: ["ana@contoso.example"] }],
    [
      "a sign-in name that is empty",
      { preferred_username: "", upn: "ana@contoso.example" },
      { signInNames: ["ana@contoso.example"] },
    ],
    [
      "a guest, whom the token calls by two names",
      { preferred_username: "ana@partner.example", upn: "ana@contoso.example" },
      { signInNames: ["ana@partner.example", "ana@contoso.example"] },
    ],
    ["a name of two lines", { name: "Ana\r\nApproved by: Bo" }, { name: "Ana Approved by: Bo" }],
    ["an object id in capitals", { oid: ANA.toUpperCase() }, { oid: ANA }],
    ["a tenant in capitals", { tid: TENANT_ID.toUpperCase() }, { oid: ANA }],
    ["a token of 13 KB", { wids: "x".repeat(10 * 1_024) }, { oid: ANA }],
    ["one of several audiences", { aud: ["api://another", API_CLIENT_ID] }, { oid: ANA }],
    ["a token that ran out half a minute ago", { exp: nowS() - 30 }, { oid: ANA }],
    ["a token from a clock half a minute ahead", { nbf: nowS() + 30, iat: nowS() + 30 }, { oid: ANA }],
  ])("%s", async (_case, differences, expected) => {
    const token = await issuer.signed(claims(differences));

    expect(await signInAt(issuer.issuer)(`Bearer ${token}`)).toMatchObject(expected);
  });

  test("the scheme may be spelled in any case", async () => {
    const token = await issuer.signed(claims());

    expect(await signInAt(issuer.issuer)(`bearer ${token}`)).toMatchObject({ oid: ANA });
  });
});

describe("a header that holds no bearer token is refused", () => {
  test.each<[string, string | null]>([
    ["none", null],
    ["nothing", ""],
    ["only the scheme", "Bearer "],
    ["another scheme", "Basic YW5hOm5vdC1hLXNlY3JldA=="],
    ["words", "Bearer let me in"],
    ["a line break", "Bearer a.b.c\n"],
    ["no JWT", "Bearer abc"],
    ["empty parts", "Bearer .."],
    ["parts that are no JSON", "Bearer YQ.YQ.YQ"],
    ["five parts", "Bearer a.b.c.d.e"],
    ["a million dots", `Bearer ${".".repeat(1_000_000)}`],
  ])("%s", async (_case, header) => {
    await expect(signInAt(issuer.issuer)(header)).rejects.toMatchObject(NOT_SIGNED_IN);
  });
});

describe("a token that the issuer signed is refused all the same when", () => {
  test.each<[string, Claims]>([
    ["it has expired", { exp: nowS() - 2 * MINUTE_S }],
    ["it is not yet valid", { nbf: nowS() + 5 * MINUTE_S }],
    ["it never expires", { exp: undefined }],
    ["it does not say since when", { iat: undefined }],
    ["it is for somebody else", { aud: "https://management.azure.com" }],
    ["it is for nobody", { aud: undefined }],
    ["its audience only begins like ours", { aud: `${API_CLIENT_ID}/` }],
    ["it is made out to our application ID URI", { aud: API_ID_URI }],
    ["another tenant's issuer is named", { iss: "https://login.microsoftonline.com/common/v2.0" }],
    ["no issuer is named", { iss: undefined }],
    ["its person is of another tenant", { tid: "00000000-0000-4000-8000-000000000009" }],
    ["it names no tenant", { tid: undefined }],
    ["it names no object id", { oid: undefined }],
    ["its object id is no id", { oid: "ana" }],
    ["its groups are no texts", { groups: [1] }],
    ["its roles are no list", { roles: "Approver" }],
    ["its scopes are no text", { scp: ["Approvals.ReadWrite"] }],
    ["it does not say which app asked for it, as ID tokens do not", { azp: undefined }],
    ["it names the app as version 1.0 does", { azp: undefined, appid: CLIENT }],
    ["the app that asked for it is no id", { azp: "web" }],
    ["it is 20 KB long", { wids: "x".repeat(20 * 1_024) }],
  ])("%s", async (_case, differences) => {
    const token = await issuer.signed(claims(differences));

    await expect(signInAt(issuer.issuer)(`Bearer ${token}`)).rejects.toMatchObject(NOT_SIGNED_IN);
  });
});

describe("a token that the issuer did not sign is refused:", () => {
  const header = () => ({ typ: "JWT", alg: "RS256", kid: issuer.key().kid });
  const hmac = (secret: string) =>
    new SignJWT(claims())
      .setProtectedHeader({ ...header(), alg: "HS256" })
      .sign(new TextEncoder().encode(secret));
  const byStranger = async (protectedHeader: { alg: string; kid?: string; jku?: string }) => {
    const { privateKey } = await generateKeyPair(protectedHeader.alg);
    return new SignJWT(claims()).setProtectedHeader(protectedHeader).sign(privateKey);
  };

  test.each<[string, () => Promise<string>]>([
    ["by nobody, alg none", async () => `${encoded({ ...header(), alg: "none" })}.${encoded(claims())}.`],
    ["by nobody, alg None", async () => `${encoded({ ...header(), alg: "None" })}.${encoded(claims())}.`],
    ["by nobody, alg RS256", async () => `${encoded(header())}.${encoded(claims())}.`],
    ["HS256 with the public key as secret", () => hmac(issuer.publicKeyPem())],
    ["HS256 with the modulus as secret", () => hmac(issuer.key().n ?? "")],
    ["another key under the same kid", () => byStranger(header())],
    ["another key under another kid", () => byStranger({ alg: "RS256", kid: "another" })],
    ["another key under no kid", () => byStranger({ alg: "RS256" })],
    ["another key that says where it is", () => byStranger({ ...header(), jku: "http://127.0.0.1:1/keys" })],
    ["another algorithm of RSA", () => byStranger({ ...header(), alg: "PS256" })],
    ["an elliptic curve", () => byStranger({ ...header(), alg: "ES256" })],
    [
      "the signature of another token",
      async () => {
        const [head, , signature] = (await issuer.tokenOf("cy")).split(".");
        return `${head}.${encoded(claims())}.${signature}`;
      },
    ],
  ])("%s", async (_case, forge) => {
    const token = await forge();

    await expect(signInAt(issuer.issuer)(`Bearer ${token}`)).rejects.toMatchObject(NOT_SIGNED_IN);
  });

  test("and what is said about it quotes nothing of it", async () => {
    const token = await byStranger(header());

    const refusal = await signInAt(issuer.issuer)(`Bearer ${token}`).catch((error: Error) => error.message);

    expect(refusal).toMatch(/^The token is not valid: /);
    for (const part of token.split(".")) expect(refusal).not.toContain(part);
  });
});

describe("why a token is refused is said in our words", () => {
  const otherKey = async (kid: string) => {
    const { privateKey } = await generateKeyPair("RS256");
    return new SignJWT(claims()).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
  };

  test.each<[string, string, () => Promise<string>]>([
    ["tokenExpired", "it has expired", () => issuer.signed(claims({ exp: nowS() - 2 * MINUTE_S }))],
    ["tokenNotYetValid", "it is not valid yet", () => issuer.signed(claims({ nbf: nowS() + 5 * MINUTE_S }))],
    ["wrongAudience", "it is made out to another app", () => issuer.signed(claims({ aud: "x" }))],
    ["wrongAudience", "it is made out to another app", () => issuer.signed(claims({ aud: undefined }))],
    ["wrongIssuer", "it is of another issuer", () => issuer.signed(claims({ iss: "x" }))],
    [
      "incompleteToken",
      "it does not say since when and until when it is good",
      () => issuer.signed(claims({ exp: undefined })),
    ],
    [
      "incompleteToken",
      "it does not say since when and until when it is good",
      () => issuer.signed(claims({ exp: "never" as never })),
    ],
    ["wrongSignature", "its signature is not the issuer's", () => otherKey(issuer.key().kid)],
    ["unknownKey", "it is signed with a key that the issuer does not publish", () => otherKey("another")],
    ["wrongAlgorithm", "it is not signed with RS256", () => issuer.signed(claims(), "PS256")],
    ["noToken", "it is no signed JWT", async () => "abc"],
    ["noToken", "it is no signed JWT", async () => "a.b.c.d.e"],
    ["noToken", "it is no signed JWT", async () => "YQ.YQ.YQ"],
    [
      "noAccessToken",
      "it does not say which app asked for it, as access tokens of version 2.0 do",
      () => issuer.signed(claims({ azp: undefined })),
    ],
    [
      "foreignToken",
      "it is not one of a user or an app of this tenant",
      () => issuer.signed(claims({ tid: "00000000-0000-4000-8000-000000000009" })),
    ],
  ])("%s: %s", async (code, why, make) => {
    const signedIn = signInAt(issuer.issuer)(`Bearer ${await make()}`);

    await expect(signedIn).rejects.toMatchObject({
      ...NOT_SIGNED_IN,
      message: `The token is not valid: ${why}.`,
      code,
    });
  });
});

describe("the issuer's keys", () => {
  let own: Issuer;

  beforeEach(async () => {
    own = await anIssuer();
    return () => own.close();
  });

  test("nobody signs in while the issuer is away, and everybody when it is back", async () => {
    const token = await own.tokenOf("ana");
    const signIn = signInAt(own.issuer);
    await own.close();

    await expect(signIn(`Bearer ${token}`)).rejects.toMatchObject(UNAVAILABLE);
    await own.open();

    expect(await signIn(`Bearer ${token}`)).toMatchObject({ oid: ANA });
  });

  test("are kept: who can be verified with them signs in while the issuer is away", async () => {
    const [ana, bo] = [await own.tokenOf("ana"), await own.tokenOf("bo")];
    const signIn = signInAt(own.issuer);
    await signIn(`Bearer ${ana}`);
    await own.close();

    expect(await signIn(`Bearer ${bo}`)).toMatchObject({ name: "Bo Approver (security duty)" });
  });

  test("that changed are read again, and the old ones are believed no longer", async () => {
    const old = await own.tokenOf("ana");
    const signIn = signInAt(own.issuer);
    await signIn(`Bearer ${old}`);
    await own.close();
    await own.open({ newKey: true });
    const fresh = await own.tokenOf("ana");

    // Within half a minute of the last look, so that forged key ids cannot make us ask the issuer all the time.
    await expect(signIn(`Bearer ${fresh}`)).rejects.toMatchObject(NOT_SIGNED_IN);
    vi.setSystemTime(Date.now() + 31_000);

    expect(await signIn(`Bearer ${fresh}`)).toMatchObject({ oid: ANA });
    await expect(signIn(`Bearer ${old}`)).rejects.toMatchObject(NOT_SIGNED_IN);
  });

  test("are looked for in vain by many at once, and all are told", async () => {
    const signIn = signInAt(own.issuer);
    await own.close();

    const calls = Array.from({ length: 20 }, () => signIn(`Bearer ${encoded({})}.${encoded({})}.x`));

    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: "rejected", reason: UNAVAILABLE });
    }
  });
});

/** The key of the tests' issuer, as Entra publishes its own: without `alg`. */
const publishedKeys = (): string => {
  const { kty, kid, n, e } = issuer.key();
  return JSON.stringify({ keys: [{ kty, use: "sig", kid, n, e }] });
};

interface AnotherIssuerWish {
  /** What differs in its discovery document. */
  readonly discovery?: object;
  readonly status?: number;
  readonly keys?: string;
}

/** Another issuer, which has the same key; healthy unless told otherwise. */
async function anotherIssuer({ discovery, status = 200, keys = publishedKeys() }: AnotherIssuerWish = {}) {
  const server = createServer((request, response) => {
    const isDiscovery = request.url?.endsWith("/.well-known/openid-configuration");
    const document = { issuer: url, jwks_uri: `${url}/keys`, ...discovery };
    if (isDiscovery) return void response.end(JSON.stringify(document));
    response.writeHead(status).end(keys);
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return url;
}

describe("an issuer that is not well is no fault of the token's:", () => {
  test.each<[string, AnotherIssuerWish]>([
    ["its keys are gone", { status: 404 }],
    ["its keys are out of order", { status: 500, keys: "<html>" }],
    ["its keys are no JSON", { keys: "<html>" }],
    ["its keys are no keys", { keys: '{"keys":"none"}' }],
    [
      "it calls itself by another name",
      { discovery: { issuer: "https://login.microsoftonline.com/x/v2.0" } },
    ],
    ["it does not say where its keys are", { discovery: { jwks_uri: undefined } }],
    ["its keys are at no address", { discovery: { jwks_uri: "keys" } }],
  ])("%s", async (_case, wish) => {
    const url = await anotherIssuer(wish);
    const token = await issuer.signed(claims({ iss: url }));

    await expect(signInAt(url)(`Bearer ${token}`)).rejects.toMatchObject(UNAVAILABLE);
  });
});

describe("keys that are published without an algorithm", () => {
  test("verify RS256", async () => {
    const url = await anotherIssuer();
    const token = await issuer.signed(claims({ iss: url }));

    expect(await signInAt(url)(`Bearer ${token}`)).toMatchObject({ oid: ANA });
  });

  test.each(["PS256", "RS512"])("and not %s, though it is the very key that signed", async (alg) => {
    const url = await anotherIssuer();
    const token = await issuer.signed(claims({ iss: url }), alg);

    await expect(signInAt(url)(`Bearer ${token}`)).rejects.toMatchObject(NOT_SIGNED_IN);
  });
});

test("an issuer on https whose keys would travel in the clear is not believed", async () => {
  const discovery = { body: {} };
  const onHttps = await aWire(discovery);
  discovery.body = { issuer: onHttps.url, jwks_uri: "http://127.0.0.1:1/keys" };

  const signedIn = signInAt(onHttps.url)("Bearer a.b.c");

  await expect(signedIn).rejects.toMatchObject({
    ...UNAVAILABLE,
    cause: { message: "The issuer's keys are not at an https address." },
  });
});
