import { decodeJwt } from "jose";
import { getValidatedIdTokenClaims } from "oauth4webapi";
import { expect, test } from "vitest";
import { API_CLIENT_ID, API_ID_URI, TENANT_ID } from "../../../infra/local/entra/constants.ts";
import { DEMO_DIRECTORY, INBOX_CLIENT } from "../../../infra/local/entra/directory.ts";
import { aBrowser } from "./kit/browser.ts";
import { aPage } from "./kit/page.ts";
import { aTenant } from "./kit/tenant.ts";

const [ana] = DEMO_DIRECTORY.people;

test.each(["query", "fragment"])(
  "ana picks herself, and the page gets her tokens (%s)",
  async (response_mode) => {
    const tenant = await aTenant();
    const page = await aPage(tenant);
    const browser = aBrowser();
    const begun = await page.begin({ response_mode });

    const signInPage = await browser.open(begun.url);
    const back = await browser.press("person", "ana");
    const tokens = await page.finish(begun, back.to);

    expect(signInPage.html).toContain("Ana Approver (AKS platform)");
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
