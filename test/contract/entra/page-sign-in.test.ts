import { decodeJwt } from "jose";
import { getValidatedIdTokenClaims } from "oauth4webapi";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSignIn } from "../../../functions/kit/sign-in.ts";
import { API_CLIENT_ID, API_ID_URI, TENANT_ID } from "../../../infra/local/entra/constants.ts";
import { DEMO_DIRECTORY, INBOX_CLIENT } from "../../../infra/local/entra/directory.ts";
import { aBrowser, type Browser } from "./kit/browser.ts";
import { aPage, type Page, refusalOf, SCOPE } from "./kit/page.ts";
import { aTenant, PAGE, type TestTenant } from "./kit/tenant.ts";

const HOUR_MS = 3_600_000;
const [ana] = DEMO_DIRECTORY.people;

interface World {
  readonly tenant: TestTenant;
  readonly page: Page;
  readonly browser: Browser;
  /** Ana has just signed in. */
  readonly tokens: Awaited<ReturnType<Page["finish"]>>;
}

async function anaSignedIn(more: Readonly<Record<string, string>> = {}): Promise<World> {
  const tenant = await aTenant();
  const page = await aPage(tenant);
  const browser = aBrowser();
  const begun = await page.begin(more);
  await browser.open(begun.url);
  const { to } = await browser.press("person", "ana");
  return { tenant, page, browser, tokens: await page.finish(begun, to) };
}

/** What the page gets when it asks without anybody being asked. */
async function silently({ page, browser }: World) {
  const begun = await page.begin({ prompt: "none" });
  const { to } = await browser.open(begun.url);
  return page.finish(begun, to);
}

const nameIn = (tokens: World["tokens"]) => getValidatedIdTokenClaims(tokens)?.name;

describe("the first sign-in", () => {
  test.each(["query", "fragment"])(
    "ana picks herself, and the page gets her tokens (%s)",
    async (response_mode) => {
      const tenant = await aTenant();
      const page = await aPage(tenant);
      const browser = aBrowser();
      const begun = await page.begin({ response_mode });

      const shown = await browser.open(begun.url);
      const { to } = await browser.press("person", "ana");
      const tokens = await page.finish(begun, to);

      expect(shown.html).toContain("Ana Approver (AKS platform)");
      expect(`${to?.origin}${to?.pathname}`).toBe(PAGE);
      expect(getValidatedIdTokenClaims(tokens)).toMatchObject({
        iss: tenant.issuer,
        aud: INBOX_CLIENT.clientId,
        tid: TENANT_ID,
        oid: ana?.oid,
        name: "Ana Approver (AKS platform)",
        preferred_username: "ana@contoso.example",
        nonce: begun.nonce,
        ver: "2.0",
      });
      expect(tokens).toMatchObject({
        token_type: "bearer",
        expires_in: 3600,
        scope: `${API_ID_URI}/Approvals.ReadWrite`,
        refresh_token: expect.any(String),
      });
      expect(decodeJwt(tokens.access_token)).toMatchObject({
        aud: API_CLIENT_ID,
        azp: INBOX_CLIENT.clientId,
        scp: "Approvals.ReadWrite",
        oid: ana?.oid,
        groups: ana?.groups,
        roles: ["Approver", "Reader"],
      });
    },
  );

  test("everybody can be picked, and the page says what they may", async () => {
    const page = await aPage(await aTenant());

    const { html } = await aBrowser().open((await page.begin()).url);

    for (const person of DEMO_DIRECTORY.people) {
      expect(html).toContain(`value="${person.name}"`);
      expect(html).toContain(person.about);
    }
  });

  test("the sign-in page runs nothing, loads nothing, and can be framed by nobody", async () => {
    const page = await aPage(await aTenant());

    const { headers, html } = await aBrowser().open((await page.begin()).url);

    const policy = headers.get("content-security-policy");
    for (const part of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
      expect(policy).toContain(part);
    expect(policy).toContain(`form-action 'self' ${new URL(PAGE).origin}`);
    expect(html).not.toContain("<script");
  });

  test("the session's cookie is for no script, for no other site's forms, and not for the app's paths", async () => {
    const { browser, tenant } = await anaSignedIn();

    const [[name, set] = []] = browser.cookies();

    expect(name).toBe(`ESTSAUTH_${new URL(tenant.url).port}`);
    expect(set).toMatch(new RegExp(`; Path=/${TENANT_ID}/oauth2/v2.0; HttpOnly; SameSite=Lax$`));
  });

  test.each([
    ["offline_access", "refresh_token"],
    ["openid", "id_token"],
  ])("without %s there is no %s", async (scope, member) => {
    const tenant = await aTenant();
    const page = await aPage(tenant);
    const browser = aBrowser();
    const begun = await page.begin({ scope: SCOPE.replace(scope, "") });
    await browser.open(begun.url);
    const { to } = await browser.press("person", "ana");

    const answer = await fetch(tenant.tokenUrl, {
      method: "POST",
      headers: { origin: new URL(PAGE).origin },
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: INBOX_CLIENT.clientId,
        redirect_uri: PAGE,
        code: to?.searchParams.get("code") ?? "",
        code_verifier: begun.verifier,
      }),
    });

    const tokens = await answer.json();
    expect(tokens).toHaveProperty("access_token");
    expect(tokens).not.toHaveProperty(member);
  });

  test("without profile the ID token holds no name", async () => {
    const { tokens } = await anaSignedIn({ scope: SCOPE.replace("profile", "") });

    expect(getValidatedIdTokenClaims(tokens)).toMatchObject({ sub: expect.any(String), tid: TENANT_ID });
    for (const claim of ["name", "oid", "preferred_username"])
      expect(getValidatedIdTokenClaims(tokens)).not.toHaveProperty(claim);
  });

  test("the app takes the access token for ana's, and the ID token for nobody's", async () => {
    const { tenant, tokens } = await anaSignedIn();
    const signIn = createSignIn({
      SIGN_IN_ISSUER: tenant.issuer,
      SIGN_IN_AUDIENCE: API_CLIENT_ID,
      TENANT_ID,
    });

    expect(await signIn(`Bearer ${tokens.access_token}`)).toMatchObject({
      oid: ana?.oid,
      isPerson: true,
      clientId: INBOX_CLIENT.clientId,
      scopes: ["Approvals.ReadWrite"],
    });
    await expect(signIn(`Bearer ${tokens.id_token}`)).rejects.toThrow("made out to another app");
  });

  test("the API's client and the page know ana by different subjects", async () => {
    const { tokens } = await anaSignedIn();

    expect(getValidatedIdTokenClaims(tokens)?.sub).not.toBe(decodeJwt(tokens.access_token).sub);
  });
});

describe("who is signed in already", () => {
  test("is let through without a page", async () => {
    const { page, browser } = await anaSignedIn();
    const begun = await page.begin();

    const { to } = await browser.open(begun.url);

    expect(nameIn(await page.finish(begun, to))).toBe(ana?.displayName);
  });

  test("gets new tokens silently, after a reload", async () => {
    const world = await anaSignedIn();

    expect(nameIn(await silently(world))).toBe(ana?.displayName);
  });

  test("with nobody signed in, a silent sign-in is told so, and nobody is asked", async () => {
    const page = await aPage(await aTenant());
    const begun = await page.begin({ prompt: "none" });

    const { to } = await aBrowser().open(begun.url);

    expect(to?.searchParams.get("state")).toBe(begun.state);
    expect(await refusalOf(page.finish(begun, to))).toEqual({ error: "login_required", code: 50058 });
  });

  test.each(["select_account", "login"])(
    "is asked again by prompt=%s, and may be somebody else",
    async (prompt) => {
      const { page, browser } = await anaSignedIn();
      const begun = await page.begin({ prompt });

      const shown = await browser.open(begun.url);
      const { to } = await browser.press("person", "bo");

      expect(shown.to).toBeUndefined();
      expect(nameIn(await page.finish(begun, to))).toBe("Bo Approver (security duty)");
    },
  );

  test("is asked when the page expects somebody else, who then stands first", async () => {
    const { page, browser } = await anaSignedIn();

    const { html } = await browser.open((await page.begin({ login_hint: "ED@contoso.example" })).url);

    expect(html.indexOf('value="ed"')).toBeLessThan(html.indexOf('value="ana"'));
    expect(html.indexOf('value="ed"')).toBeGreaterThan(0);
  });

  test("is not taken for somebody else by a silent sign-in", async () => {
    const { page, browser } = await anaSignedIn();
    const begun = await page.begin({ prompt: "none", login_hint: "ed@contoso.example" });

    const { to } = await browser.open(begun.url);

    expect(await refusalOf(page.finish(begun, to))).toEqual({ error: "login_required", code: 50058 });
  });

  test("is nobody to another tenant of the machine", async () => {
    const { browser } = await anaSignedIn();
    const other = await aPage(await aTenant());
    const begun = await other.begin({ prompt: "none" });

    const { to } = await browser.open(begun.url);

    expect(await refusalOf(other.finish(begun, to))).toEqual({ error: "login_required", code: 50058 });
  });
});

describe("signing out", () => {
  test("leads back to the page, and ends the session", async () => {
    const world = await anaSignedIn();

    const { to } = await world.browser.open(`${world.page.signOutUrl()}&state=bye`);

    expect(to?.href).toBe(`${PAGE}?state=bye`);
    expect(world.browser.cookies().size).toBe(0);
    expect(await refusalOf(silently(world))).toEqual({ error: "login_required", code: 50058 });
  });

  test("makes the cookie worthless, whoever kept it", async () => {
    const world = await anaSignedIn();
    const [[name, set] = []] = world.browser.cookies();
    await world.browser.open(world.page.signOutUrl());

    const { headers } = await fetch((await world.page.begin({ prompt: "none" })).url, {
      headers: { cookie: `${name}=${set?.split(";")[0]}` },
      redirect: "manual",
    });

    expect(headers.get("location")).toContain("error=login_required");
  });

  test.each(["https://elsewhere.example/", `${PAGE}other`, ""])("leads nowhere else: %j", async (uri) => {
    const world = await anaSignedIn();
    const url = world.page.signOutUrl();
    url.searchParams.set("post_logout_redirect_uri", uri);

    const shown = await world.browser.open(url);

    expect(shown).toMatchObject({ status: 200, to: undefined });
    expect(shown.html).toContain("You signed out");
    expect(await refusalOf(silently(world))).toMatchObject({ error: "login_required" });
  });

  test("leaves a refresh token alive, as Entra does", async () => {
    const { browser, page, tokens } = await anaSignedIn();
    await browser.open(page.signOutUrl());

    await expect(page.refresh(tokens.refresh_token)).resolves.toHaveProperty("access_token");
  });
});

describe("refresh tokens", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-03-02T12:00:00Z") });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

  test("give new tokens of the same person, the next refresh token among them", async () => {
    const { page, tokens } = await anaSignedIn();
    later(HOUR_MS);

    const renewed = await page.refresh(tokens.refresh_token);

    expect(decodeJwt(renewed.access_token)).toMatchObject({ oid: ana?.oid, scp: "Approvals.ReadWrite" });
    expect(decodeJwt(renewed.access_token).exp).toBe((decodeJwt(tokens.access_token).exp ?? 0) + 3600);
    expect(nameIn(renewed)).toBe(ana?.displayName);
    expect(getValidatedIdTokenClaims(renewed)).not.toHaveProperty("nonce");
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
    await expect(page.refresh(renewed.refresh_token)).resolves.toHaveProperty("access_token");
  });

  test("can be used again although a newer one was given: Entra does not take them back", async () => {
    const { page, tokens } = await anaSignedIn();
    await page.refresh(tokens.refresh_token);

    await expect(page.refresh(tokens.refresh_token)).resolves.toHaveProperty("access_token");
  });

  test("give what is named, when less is named", async () => {
    const { page, tokens } = await anaSignedIn();

    const { access_token } = await page.refresh(tokens.refresh_token, {
      scope: `${API_ID_URI}/Approvals.Read`,
    });

    expect(decodeJwt(access_token).scp).toBe("Approvals.Read");
  });

  test("end a day after the sign-in, however often they were renewed", async () => {
    const { page, tokens } = await anaSignedIn();
    later(23 * HOUR_MS);
    const renewed = await page.refresh(tokens.refresh_token);
    later(HOUR_MS);

    for (const token of [tokens.refresh_token, renewed.refresh_token])
      expect(await refusalOf(page.refresh(token))).toEqual({ error: "invalid_grant", code: 700084 });
  });

  test("that were never given are refused", async () => {
    const { page } = await anaSignedIn();

    expect(await refusalOf(page.refresh("made-up"))).toEqual({ error: "invalid_grant", code: 9002313 });
  });
});

describe("control", () => {
  test("ends all sessions and takes back the refresh tokens", async () => {
    const world = await anaSignedIn();

    const status = await world.tenant.control("sessions", {});

    expect(status).toBe(200);
    expect(await refusalOf(silently(world))).toEqual({ error: "login_required", code: 50058 });
    expect(await refusalOf(world.page.refresh(world.tokens.refresh_token))).toEqual({
      error: "invalid_grant",
      code: 50173,
    });
  });

  test("what is renewed while everything is taken back is taken back, too", async () => {
    const world = await anaSignedIn();
    const renewed = Array.from({ length: 50 }, () => world.page.refresh(world.tokens.refresh_token));

    await Promise.any(renewed);
    await world.tenant.control("sessions", {});
    const answers = await Promise.allSettled(renewed);

    for (const answer of answers)
      if (answer.status === "fulfilled")
        expect(await refusalOf(world.page.refresh(answer.value.refresh_token))).toEqual({
          error: "invalid_grant",
          code: 50173,
        });
    expect(await refusalOf(world.page.refresh(world.tokens.refresh_token))).toMatchObject({ code: 50173 });
  });

  test("sets how long the tokens live that are given from then on", async () => {
    const world = await anaSignedIn();

    const status = await world.tenant.control("tokens", { accessTokenSeconds: 65 });
    const { expires_in, access_token, id_token = "" } = await silently(world);

    expect({ status, expires_in }).toEqual({ status: 200, expires_in: 65 });
    for (const { exp = 0, nbf = 0 } of [decodeJwt(access_token), decodeJwt(id_token)])
      expect(exp - nbf).toBe(300 + 65);
  });

  test.each<[string, unknown]>([
    ["tokens", {}],
    ["tokens", { accessTokenSeconds: 0 }],
    ["tokens", { accessTokenSeconds: 65, refreshTokenSeconds: 1 }],
    ["sessions", { of: "ana" }],
  ])("%s refuses %j, and nothing changes", async (command, body) => {
    const world = await anaSignedIn();

    expect(await world.tenant.control(command, body)).toBe(400);

    expect(await silently(world)).toMatchObject({ expires_in: 3600 });
  });
});
