import * as oauth from "oauth4webapi";
import { API_ID_URI } from "../../../../infra/local/entra/constants.ts";
import { INBOX_CLIENT } from "../../../../infra/local/entra/directory.ts";
import { PAGE, PAGE_ORIGIN, type TestTenant } from "./tenant.ts";

export const SCOPE = `openid profile offline_access ${API_ID_URI}/Approvals.ReadWrite`;

const CLIENT: oauth.Client = { client_id: INBOX_CLIENT.clientId };
const ON_LOOPBACK = { [oauth.allowInsecureRequests]: true } as const;

type Sent = URLSearchParams | undefined;

/** A browser adds the origin of the page to what its scripts send, and keeps from them what CORS does not allow. */
function asPageAt(origin: string) {
  return async (url: string, { headers, body, method }: oauth.CustomFetchOptions<string, Sent>) => {
    const response = await fetch(url, { method, headers: { ...headers, origin }, body: body ?? null });
    if (response.headers.get("access-control-allow-origin") === origin) return response;
    throw new TypeError("Failed to fetch");
  };
}

/** One sign-in that was begun: where to send the browser, and what only the page knows. */
export interface Begun {
  readonly url: URL;
  readonly verifier: string;
  readonly nonce: string;
  readonly state: string;
}

/** What a single-page app does with the client that ours uses, at one origin. */
export interface Page {
  begin(more?: Readonly<Record<string, string>>): Promise<Begun>;
  /** The code in the address that the browser was led to, redeemed and validated. */
  finish(begun: Begun, address: URL | undefined): Promise<oauth.TokenEndpointResponse>;
  refresh(token: string | undefined, more?: Record<string, string>): Promise<oauth.TokenEndpointResponse>;
  signOutUrl(): URL;
}

/** A refusal, as the page gets to read it. */
export interface Refused {
  readonly error: string;
  /** Entra's number. */
  readonly code: number;
}

/** What a request of the page was refused with. @throws when it was not refused, or by somebody else */
export async function refusalOf(asked: Promise<unknown>): Promise<Refused> {
  const error = await asked.then(
    () => new Error("It was not refused."),
    (reason: unknown) => reason,
  );
  if (!(error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError))
    throw error;
  return { error: error.error, code: codeIn(error.error_description) };
}

const codeIn = (description = ""): number => Number(/^AADSTS(\d+): /.exec(description)?.[1]);

export async function aPage(tenant: TestTenant, origin = PAGE_ORIGIN): Promise<Page> {
  const http = { ...ON_LOOPBACK, [oauth.customFetch]: asPageAt(origin) };
  const issuer = new URL(tenant.issuer);
  const found = await oauth.discoveryRequest(issuer, http);
  const server = await oauth.processDiscoveryResponse(issuer, found);
  return {
    async begin(more = {}) {
      const verifier = oauth.generateRandomCodeVerifier();
      const [nonce, state] = [oauth.generateRandomNonce(), oauth.generateRandomState()];
      const url = new URL(server.authorization_endpoint ?? "");
      const parameters = {
        client_id: CLIENT.client_id,
        redirect_uri: PAGE,
        response_type: "code",
        scope: SCOPE,
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        ...more,
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return { url, verifier, nonce, state };
    },
    async finish({ verifier, nonce, state }, address) {
      if (address === undefined) throw new Error("The browser still shows a page.");
      const given = address.hash ? new URLSearchParams(address.hash.slice(1)) : address;
      const answer = oauth.validateAuthResponse(server, CLIENT, given, state);
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        CLIENT,
        oauth.None(),
        answer,
        PAGE,
        verifier,
        http,
      );
      const tokens = await oauth.processAuthorizationCodeResponse(server, CLIENT, response, {
        expectedNonce: nonce,
        requireIdToken: true,
      });
      await oauth.validateApplicationLevelSignature(server, response, http);
      return tokens;
    },
    async refresh(token = "", more = {}) {
      const response = await oauth.refreshTokenGrantRequest(server, CLIENT, oauth.None(), token, {
        ...http,
        additionalParameters: more,
      });
      return oauth.processRefreshTokenResponse(server, CLIENT, response);
    },
    signOutUrl() {
      const url = new URL(server.end_session_endpoint ?? "");
      url.searchParams.set("post_logout_redirect_uri", PAGE);
      return url;
    },
  };
}
