import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { API_CLIENT_ID, TENANT_ID } from "../../../infra/local/entra/constants.ts";
import { DEMO_DIRECTORY } from "../../../infra/local/entra/directory.ts";
import { personToken } from "../../../infra/local/world/tokens.ts";
import { aBrowser, type Browser } from "./kit/browser.ts";
import { aPage, type Page, refusalOf } from "./kit/page.ts";
import { aTenant } from "./kit/tenant.ts";

/** What an API's claims challenge holds, decoded. */
const C1 = JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } });
const CP1 = JSON.stringify({ access_token: { xms_cc: { values: ["cp1", "unheard-of"] } } });

interface Visitor {
  readonly page: Page;
  readonly browser: Browser;
}

async function aVisitor(): Promise<Visitor> {
  return { page: await aPage(await aTenant()), browser: aBrowser() };
}

/** Signs in by these buttons, one after the other, and redeems the code. */
async function signIn({ page, browser }: Visitor, more: Record<string, string>, buttons: readonly string[]) {
  const begun = await page.begin(more);
  let shown = await browser.open(begun.url);
  for (const button of buttons) {
    const [name = "", value = ""] = button.split("=");
    shown = await browser.press(name, value);
  }
  return page.finish(begun, shown.to);
}

const claimsOf = ({ access_token }: { access_token: string }) => decodeJwt(access_token);

describe("step-up", () => {
  test("a second factor is asked for, and the access token says that it was shown", async () => {
    const visitor = await aVisitor();
    const begun = await visitor.page.begin({ claims: C1 });
    await visitor.browser.open(begun.url);

    const asked = await visitor.browser.press("person", "ana");
    const { to } = await visitor.browser.press("second-factor", "shown");

    expect(asked).toMatchObject({ status: 200, to: undefined });
    expect(asked.html).toContain("authentication context c1");
    expect(claimsOf(await visitor.page.finish(begun, to))).toMatchObject({ acrs: ["c1"] });
  });

  test("who is signed in shows the second factor and nothing else", async () => {
    const visitor = await aVisitor();
    const before = await signIn(visitor, {}, ["person=ana"]);

    const after = await signIn(visitor, { claims: C1 }, ["second-factor=shown"]);

    expect(claimsOf(before)).not.toHaveProperty("acrs");
    expect(claimsOf(after)).toMatchObject({ acrs: ["c1"], name: "Ana Approver (AKS platform)" });
  });

  test("who showed it is not asked for it again in that session", async () => {
    const visitor = await aVisitor();
    await signIn(visitor, { claims: C1 }, ["person=ana", "second-factor=shown"]);

    const again = await signIn(visitor, { claims: C1, prompt: "none" }, []);

    expect(claimsOf(again)).toMatchObject({ acrs: ["c1"] });
  });

  test("who signs in anew is", async () => {
    const visitor = await aVisitor();
    await signIn(visitor, { claims: C1 }, ["person=ana", "second-factor=shown"]);
    await signIn(visitor, { prompt: "login" }, ["person=ana"]);

    const silently = signIn(visitor, { claims: C1, prompt: "none" }, []);

    expect(await refusalOf(silently)).toEqual({ error: "interaction_required", code: 50076 });
  });

  test("who would rather not goes back to the page, still signed in", async () => {
    const visitor = await aVisitor();
    await signIn(visitor, {}, ["person=ana"]);

    const declined = signIn(visitor, { claims: C1 }, ["back=yes"]);

    expect(await refusalOf(declined)).toMatchObject({ error: "access_denied" });
    expect(claimsOf(await signIn(visitor, { prompt: "none" }, []))).toMatchObject({
      oid: DEMO_DIRECTORY.people[0]?.oid,
    });
  });

  test("a token that nobody asked more of carries no context, whatever was shown", async () => {
    const visitor = await aVisitor();
    await signIn(visitor, { claims: C1 }, ["person=ana", "second-factor=shown"]);

    expect(claimsOf(await signIn(visitor, {}, []))).not.toHaveProperty("acrs");
  });

  test("tokens that follow by refresh carry it on", async () => {
    const visitor = await aVisitor();
    const { refresh_token } = await signIn(visitor, { claims: C1 }, ["person=ana", "second-factor=shown"]);

    expect(claimsOf(await visitor.page.refresh(refresh_token))).toMatchObject({ acrs: ["c1"] });
  });

  test("a refresh token does not stand in for a second factor", async () => {
    const visitor = await aVisitor();
    const { refresh_token } = await signIn(visitor, {}, ["person=ana"]);

    const renewed = visitor.page.refresh(refresh_token, { claims: C1 });

    expect(await refusalOf(renewed)).toEqual({ error: "interaction_required", code: 50076 });
  });

  test("the token says what its client can do, if the client says so", async () => {
    const visitor = await aVisitor();

    expect(claimsOf(await signIn(visitor, { claims: CP1 }, ["person=ana"]))).toMatchObject({
      xms_cc: ["cp1"],
    });
    expect(claimsOf(await signIn(visitor, {}, []))).not.toHaveProperty("xms_cc");
  });
});

describe("gus, who is in too many groups", () => {
  const overage = {
    roles: ["Approver", "Reader"],
    _claim_names: { groups: "src1" },
    _claim_sources: { src1: { endpoint: expect.stringContaining("/getMemberObjects") } },
  };

  test("has a token that says so, and lists none", async () => {
    const claims = claimsOf(await signIn(await aVisitor(), {}, ["person=gus"]));

    expect(claims).toMatchObject(overage);
    expect(claims).not.toHaveProperty("groups");
  });

  test("has the same on the command line", async () => {
    const { url } = await aTenant();

    const claims = decodeJwt(await personToken({ entra: url, tenantId: TENANT_ID }, "gus", API_CLIENT_ID));

    expect(claims).toMatchObject(overage);
    expect(claims).not.toHaveProperty("groups");
  });
});
