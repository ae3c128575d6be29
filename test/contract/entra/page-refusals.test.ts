import { AuthorizationResponseError } from "oauth4webapi";
import { afterEach, describe, expect, test, vi } from "vitest";
import { API_ID_URI, ARM_AUDIENCE } from "../../../infra/local/entra/constants.ts";
import {
  type Application,
  COMMAND_LINE_CLIENT,
  DEMO_SECRET,
  INBOX_CLIENT,
  withSpaRedirects,
} from "../../../infra/local/entra/directory.ts";
import { aBrowser } from "./kit/browser.ts";
import { aPage, refusalOf, SCOPE } from "./kit/page.ts";
import { aTenant, DIRECTORY, PAGE, PAGE_ORIGIN, type TestTenant } from "./kit/tenant.ts";

const MINUTE_MS = 60_000;

afterEach(() => {
  vi.useRealTimers();
});

describe("where nobody vouches for the address, the sign-in page says why and leads nowhere", () => {
  test.each<[string, Record<string, string>, number]>([
    ["an unknown client", { client_id: "x" }, 700016],
    ["a client without any redirect URI", { client_id: COMMAND_LINE_CLIENT.clientId }, 500113],
    ["no redirect URI", { redirect_uri: "" }, 900971],
    ["another host", { redirect_uri: "https://elsewhere.example/inbox/" }, 50011],
    ["another path", { redirect_uri: `${PAGE_ORIGIN}/` }, 50011],
    ["no slash at the end", { redirect_uri: PAGE.slice(0, -1) }, 50011],
    ["another case", { redirect_uri: PAGE.replace("inbox", "Inbox") }, 50011],
    ["a query of its own", { redirect_uri: `${PAGE}?x=1` }, 50011],
    ["another port of 127.0.0.1", { redirect_uri: PAGE.replace("17071", "17072") }, 50011],
    ["localhost in place of 127.0.0.1", { redirect_uri: PAGE.replace("127.0.0.1", "localhost") }, 50011],
    ["https in place of http", { redirect_uri: PAGE.replace("http", "https") }, 50011],
    ["what is no address", { redirect_uri: "<script>alert(1)</script>" }, 50011],
  ])("%s", async (_name, wrong, code) => {
    const page = await aPage(await aTenant());
    const { url } = await page.begin({ ...wrong, prompt: "none" });

    const shown = await aBrowser().open(url);

    expect(shown).toMatchObject({ status: 400, to: undefined });
    expect(shown.html).toContain(`AADSTS${code}: `);
    expect(shown.html).not.toContain("<script");
  });

  test("another tenant has no sign-in page here", async () => {
    const page = await aPage(await aTenant());
    const { url } = await page.begin();
    url.pathname = url.pathname.replace(/^.[^/]+/, "/11111111-1111-4111-8111-111111111111");

    const shown = await aBrowser().open(url);

    expect(shown).toMatchObject({ status: 400, to: undefined });
    expect(shown.headers.get("content-type")).toContain("text/html");
    expect(shown.html).toContain("AADSTS90002: ");
  });
});

test.each([
  ["is not looked at of localhost", "http://localhost/inbox/", "http://localhost:5173/inbox/", "50058"],
  ["is of a secure localhost", "https://localhost/inbox/", "https://localhost:5173/inbox/", "50011"],
])("the port of a redirect URI %s", async (_name, registered, redirect_uri, code) => {
  const page = await aPage(await aTenant(withSpaRedirects(DIRECTORY, INBOX_CLIENT, [registered])));
  const { url } = await page.begin({ redirect_uri, prompt: "none" });

  const { to, html } = await aBrowser().open(url);

  expect(`${to?.href}${html}`).toContain(`AADSTS${code}`);
});

describe("what is wrong otherwise is sent to the page, with its state", () => {
  test.each<[string, Record<string, string>, string, number]>([
    ["no response type", { response_type: "" }, "invalid_request", 900144],
    ["an ID token without a code", { response_type: "id_token" }, "unsupported_response_type", 700054],
    ["an access token without a code", { response_type: "token" }, "unsupported_response_type", 700051],
    ["an unknown response type", { response_type: "magic" }, "invalid_request", 90023],
    ["an answer by POST", { response_mode: "form_post" }, "invalid_request", 90023],
    ["no code challenge", { code_challenge: "" }, "invalid_request", 9002325],
    ["a plain code challenge", { code_challenge_method: "plain" }, "invalid_request", 50149],
    ["a short code challenge", { code_challenge: "short" }, "invalid_request", 501491],
    ["no scope", { scope: "" }, "invalid_request", 900144],
    ["an unknown permission", { scope: `openid ${API_ID_URI}/Root` }, "invalid_client", 650053],
    ["an unknown resource", { scope: "api://x/Read" }, "invalid_resource", 500011],
    ["a permission of no resource", { scope: "Approvals.Read" }, "invalid_resource", 500011],
    [
      "permissions of two resources",
      { scope: `${SCOPE} ${ARM_AUDIENCE}/user_impersonation` },
      "invalid_scope",
      70011,
    ],
    ["an unknown prompt", { prompt: "perhaps" }, "invalid_request", 90023],
    ["claims that are no JSON", { claims: "{" }, "invalid_request", 90023],
    ["claims of another form", { claims: '{"access_token":{"acrs":"c1"}}' }, "invalid_request", 90023],
  ])("%s", async (_name, wrong, error, code) => {
    const page = await aPage(await aTenant());
    const begun = await page.begin(wrong);

    const { to } = await aBrowser().open(begun.url);

    expect(to?.searchParams.get("state")).toBe(begun.state);
    expect(await refusalOf(page.finish(begun, to))).toEqual({ error, code });
  });

  test("behind # where the page wants it there", async () => {
    const page = await aPage(await aTenant());
    const begun = await page.begin({ response_mode: "fragment", prompt: "perhaps" });

    const { to } = await aBrowser().open(begun.url);

    expect(to?.search).toBe("");
    expect(await refusalOf(page.finish(begun, to))).toEqual({ error: "invalid_request", code: 90023 });
  });

  test("that the person went back", async () => {
    const page = await aPage(await aTenant());
    const browser = aBrowser();
    const begun = await page.begin();
    await browser.open(begun.url);

    const { to } = await browser.press("back", "yes");

    expect(Object.fromEntries(to?.searchParams ?? [])).toEqual({
      error: "access_denied",
      error_subcode: "cancel",
      state: begun.state,
    });
  });
});

test.each(["https://elsewhere.example", PAGE_ORIGIN, "null"])(
  "a form that came from %s signs nobody in",
  async (origin) => {
    const page = await aPage(await aTenant());
    const browser = aBrowser();
    await browser.open((await page.begin()).url);

    const shown = await browser.press("person", "ana", origin);

    expect(shown).toMatchObject({ status: 400, to: undefined });
    expect(browser.cookies().size).toBe(0);
  },
);

test.each([
  ["person", "mallory"],
  ["second-factor", "shown"],
])("who presses a button %s=%s that is not there is asked again", async (name, value) => {
  const page = await aPage(await aTenant());
  const browser = aBrowser();
  await browser.open((await page.begin()).url);

  const shown = await browser.press(name, value);

  expect(shown).toMatchObject({ status: 200, to: undefined });
  expect(shown.html).toContain("Who are you?");
});

/** A code for ana, and the form by which the page would redeem it. */
async function aCode(tenant: TestTenant): Promise<Record<string, string>> {
  const page = await aPage(tenant);
  const browser = aBrowser();
  const begun = await page.begin();
  await browser.open(begun.url);
  const { to } = await browser.press("person", "ana");
  return {
    grant_type: "authorization_code",
    client_id: INBOX_CLIENT.clientId,
    redirect_uri: PAGE,
    code: to?.searchParams.get("code") ?? "",
    code_verifier: begun.verifier,
  };
}

async function redeem(tenant: TestTenant, form: Record<string, string>, origin: string | null = PAGE_ORIGIN) {
  const response = await fetch(tenant.tokenUrl, {
    method: "POST",
    headers: origin === null ? {} : { origin },
    body: new URLSearchParams(form),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}

describe("a code is for the page that asked for it", () => {
  test.each<[string, Record<string, string>, string, number]>([
    ["with a wrong verifier", { code_verifier: "w".repeat(43) }, "invalid_grant", 501481],
    ["with no verifier", { code_verifier: "" }, "invalid_grant", 50148],
    ["under another redirect URI", { redirect_uri: `${PAGE_ORIGIN}/` }, "invalid_client", 500112],
    ["under no redirect URI", { redirect_uri: "" }, "invalid_request", 900144],
    ["that was made up", { code: "made-up" }, "invalid_grant", 9002313],
    ["by an unknown client", { client_id: "x" }, "unauthorized_client", 700016],
    ["by another client", { client_id: COMMAND_LINE_CLIENT.clientId }, "invalid_request", 9002326],
  ])("and nobody redeems one %s", async (_name, wrong, error, code) => {
    const tenant = await aTenant();
    const form = await aCode(tenant);

    const { status, body } = await redeem(tenant, { ...form, ...wrong });

    expect(status).toBe(400);
    expect(body).toMatchObject({ error, error_codes: [code] });
    expect(body).not.toHaveProperty("access_token");
  });

  test("once", async () => {
    const tenant = await aTenant();
    const form = await aCode(tenant);

    const [first, second] = [await redeem(tenant, form), await redeem(tenant, form)];

    expect(first.status).toBe(200);
    expect(second.body).toMatchObject({ error: "invalid_grant", error_codes: [54005] });
  });

  test.each([
    ["a second before ten minutes are over", 10 * MINUTE_MS - 1000, 200],
    ["after ten minutes", 10 * MINUTE_MS, 400],
  ])("%s", async (_name, ms, status) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const tenant = await aTenant();
    const form = await aCode(tenant);
    vi.setSystemTime(Date.now() + ms);

    const answer = await redeem(tenant, form);

    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body).toMatchObject({ error: "invalid_grant", error_codes: [70008] });
  });

  test.each([
    ["no page", null, 9002327],
    ["a page elsewhere", "https://elsewhere.example", 9002326],
    ["a page at another port", PAGE_ORIGIN.replace("17071", "17072"), 9002326],
    ["a page that hides where it is", "null", 9002326],
  ])("and %s redeems it, or reads the refusal", async (_name, origin, code) => {
    const tenant = await aTenant();
    const form = await aCode(tenant);

    const { status, headers, body } = await redeem(tenant, form, origin);

    expect(status).toBe(400);
    expect(body).toMatchObject({ error: "invalid_request", error_codes: [code] });
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  test("and no other app at the same address uses what the inbox was given", async () => {
    const other: Application = {
      clientId: "11111111-1111-4111-8111-111111111111",
      oid: "22222222-2222-4222-8222-222222222222",
      name: "another-page",
      spaRedirectUris: [PAGE],
    };
    const tenant = await aTenant({ ...DIRECTORY, applications: [...DIRECTORY.applications, other] });
    const { body } = await redeem(tenant, await aCode(tenant));
    const refreshing = { grant_type: "refresh_token", refresh_token: String(body.refresh_token) };

    for (const form of [await aCode(tenant), refreshing]) {
      const answer = await redeem(tenant, { ...form, client_id: other.clientId });
      expect(answer.body).toMatchObject({ error: "invalid_grant", error_codes: [70000] });
    }
  });

  test("nor does anybody use the page's refresh token elsewhere", async () => {
    const tenant = await aTenant();
    const { body } = await redeem(tenant, await aCode(tenant));
    const form = {
      grant_type: "refresh_token",
      client_id: INBOX_CLIENT.clientId,
      refresh_token: String(body.refresh_token),
    };

    const [alone, elsewhere] = [
      await redeem(tenant, form, null),
      await redeem(tenant, form, "https://elsewhere.example"),
    ];

    expect(alone.body).toMatchObject({ error_codes: [9002327] });
    expect(elsewhere.body).toMatchObject({ error_codes: [9002326] });
  });
});

test.each([
  ["a password", { grant_type: "password", username: "ana@contoso.example", password: DEMO_SECRET }],
  ["a secret", { grant_type: "client_credentials", client_secret: DEMO_SECRET }],
])("the page's registration takes nobody's word by %s", async (_name, form) => {
  const tenant = await aTenant();

  const { status, body } = await redeem(tenant, {
    client_id: INBOX_CLIENT.clientId,
    scope: `${API_ID_URI}/.default`,
    ...form,
  });

  expect(status).toBe(401);
  expect(body).toMatchObject({ error: "invalid_client", error_codes: [7000218] });
});

describe("what a browser lets pages read", () => {
  const read = (url: string, method: string, origin: string) => fetch(url, { method, headers: { origin } });

  test.each(["tokenUrl", "jwksUrl", "discovery"] as const)("of %s: the inbox alone", async (place) => {
    const tenant = await aTenant();
    const url = place === "discovery" ? `${tenant.issuer}/.well-known/openid-configuration` : tenant[place];

    for (const method of ["OPTIONS", place === "tokenUrl" ? "POST" : "GET"]) {
      const [ours, theirs] = [
        await read(url, method, PAGE_ORIGIN),
        await read(url, method, "https://elsewhere.example"),
      ];
      expect(ours.headers.get("access-control-allow-origin")).toBe(PAGE_ORIGIN);
      expect(theirs.headers.get("access-control-allow-origin")).toBeNull();
      for (const { headers } of [ours, theirs]) expect(headers.get("vary")).toBe("Origin");
    }
  });

  test("a preflight is answered", async () => {
    const tenant = await aTenant();

    const { status, headers } = await read(tenant.tokenUrl, "OPTIONS", PAGE_ORIGIN);

    expect(status).toBe(204);
    expect(headers.get("access-control-allow-methods")).toContain("POST");
  });

  test("of the sign-in page: nobody", async () => {
    const page = await aPage(await aTenant());

    const { headers } = await read((await page.begin()).url.href, "GET", PAGE_ORIGIN);

    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});

test("the client that the inbox uses notices an answer to another request", async () => {
  const page = await aPage(await aTenant());
  const browser = aBrowser();
  const begun = await page.begin();
  await browser.open(begun.url);
  const { to } = await browser.press("person", "ana");

  await expect(page.finish({ ...begun, state: "another" }, to)).rejects.toThrow("state");
  await expect(page.finish({ ...begun, nonce: "another" }, to)).rejects.not.toBeInstanceOf(
    AuthorizationResponseError,
  );
});
