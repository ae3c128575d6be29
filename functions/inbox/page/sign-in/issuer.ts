import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  type CustomFetchOptions,
  calculatePKCECodeChallenge,
  clockSkew,
  clockTolerance,
  customFetch,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  getValidatedIdTokenClaims,
  None,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  type TokenEndpointResponse,
  validateAuthResponse,
} from "oauth4webapi";
import type { Pending } from "./pending.ts";

/** What the app says of signing in: whose page, for which client, to be allowed what. */
export interface SignInSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** What a sign-in brings. It is kept in memory and nowhere else. */
export interface Grant {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly idToken: string | null;
  /** By this machine's clock, in ms. */
  readonly expiresAt: number;
  /** Whom to sign in again without asking who it is. */
  readonly loginHint: string | null;
  /** Id of the tenant that the person signed in to. */
  readonly tenant: string | null;
  /** By which the issuer tells one person from another. */
  readonly sub: string | null;
}

/** How a person is to be asked. */
export interface Wish {
  /** Not at all: it works, or it does not. */
  readonly isSilent: boolean;
  /** What the token has to prove besides, as the API said. */
  readonly claims: string | null;
  readonly loginHint: string | null;
}

/** The page that signs people in. */
export interface Page {
  /** Its address, as it is registered. */
  readonly redirectUri: string;
  /** By how much the app's clock is ahead of this machine's. */
  readonly skewSeconds: number;
  readonly fetch: typeof fetch;
}

type Sent = URLSearchParams | undefined;

interface Http {
  readonly [allowInsecureRequests]: boolean;
  readonly [customFetch]: (url: string, init: CustomFetchOptions<string, Sent>) => Promise<Response>;
}

/** So long may an ID token's times be off beside what is known of the clocks. */
const TOLERANCE_S = 60;

const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** The one who signs people in, found by OpenID discovery: code and PKCE, by redirect, with a client that has no secret. */
export class Issuer {
  readonly #server: AuthorizationServer;
  readonly #client: Client;
  readonly #scope: string;
  readonly #redirectUri: string;
  readonly #http: Http;

  private constructor(
    server: AuthorizationServer,
    { clientId, scopes }: SignInSettings,
    { redirectUri, skewSeconds }: Page,
    http: Http,
  ) {
    this.#server = server;
    this.#client = { client_id: clientId, [clockSkew]: skewSeconds, [clockTolerance]: TOLERANCE_S };
    this.#scope = [...scopes, "openid", "profile", "offline_access"].join(" ");
    this.#redirectUri = redirectUri;
    this.#http = http;
  }

  /** @throws when it cannot be reached, or is not who it is taken for */
  static async discover(settings: SignInSettings, page: Page): Promise<Issuer> {
    const issuer = new URL(settings.issuer);
    const http: Http = {
      [allowInsecureRequests]: isOnThisMachine(issuer),
      [customFetch]: (url, { body = null, signal = null, ...init }) =>
        page.fetch(url, { ...init, body, signal }),
    };
    // The library would ask in more bytes than the page has; what comes of it is checked by the library.
    if (issuer.protocol !== "https:" && !isOnThisMachine(issuer)) throw new Error("Only https is trusted.");
    const place = `${issuer.href.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const server = await processDiscoveryResponse(issuer, await page.fetch(place, { redirect: "error" }));
    return new Issuer(server, settings, page, http);
  }

  /** The address to sign in at, and what must be kept until the answer comes. */
  async begin(
    { isSilent, claims, loginHint }: Wish,
    kept: Pick<Pending, "hash" | "drafts" | "sub">,
  ): Promise<{ readonly url: URL; readonly pending: Pending }> {
    const verifier = generateRandomCodeVerifier();
    const pending = {
      ...kept,
      state: generateRandomState(),
      nonce: generateRandomNonce(),
      verifier,
      isSilent,
    };
    const url = endpoint(this.#server.authorization_endpoint);
    const parameters = {
      client_id: this.#client.client_id,
      redirect_uri: this.#redirectUri,
      response_type: "code",
      // Behind `#` no server and no log ever sees the code.
      response_mode: "fragment",
      scope: this.#scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...(isSilent ? { prompt: "none" } : {}),
      ...(claims === null ? {} : { claims }),
      ...(loginHint === null ? {} : { login_hint: loginHint }),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return { url, pending };
  }

  /** What the answer is good for. @throws `AuthorizationResponseError` where the answer is no, and others for what is no answer */
  async redeem(answer: URLSearchParams, { state, nonce, verifier }: Pending): Promise<Grant> {
    const checked = validateAuthResponse(this.#server, this.#client, answer, state);
    const response = await authorizationCodeGrantRequest(
      this.#server,
      this.#client,
      None(),
      checked,
      this.#redirectUri,
      verifier,
      this.#http,
    );
    const expected = { expectedNonce: nonce, requireIdToken: true };
    return grantOf(await processAuthorizationCodeResponse(this.#server, this.#client, response, expected));
  }

  /** A new token for an old sign-in. @throws where the sign-in is over, or nobody answers */
  async renew(former: Grant & { readonly refreshToken: string }): Promise<Grant> {
    const response = await refreshTokenGrantRequest(this.#server, this.#client, None(), former.refreshToken, {
      ...this.#http,
      additionalParameters: { scope: this.#scope },
    });
    const renewed = grantOf(await processRefreshTokenResponse(this.#server, this.#client, response));
    // What the answer leaves out is as it was.
    return {
      ...former,
      ...Object.fromEntries(Object.entries(renewed).filter(([, value]) => value !== null)),
    };
  }

  /** Where a person signs out of everything, and comes back to the page; null where the issuer has no such place. */
  signOutUrl({ idToken }: Grant): URL | null {
    if (this.#server.end_session_endpoint === undefined) return null;
    const url = new URL(this.#server.end_session_endpoint);
    url.searchParams.set("client_id", this.#client.client_id);
    url.searchParams.set("post_logout_redirect_uri", this.#redirectUri);
    if (idToken !== null) url.searchParams.set("id_token_hint", idToken);
    return url;
  }
}

/** Only there is http as good as https. */
const isOnThisMachine = ({ protocol, hostname }: URL): boolean =>
  protocol === "http:" && LOOPBACK.includes(hostname);

function endpoint(url: string | undefined): URL {
  if (url === undefined) throw new Error("The issuer has no page to sign in at.");
  return new URL(url);
}

function grantOf(response: TokenEndpointResponse): Grant {
  const claims = getValidatedIdTokenClaims(response);
  const text = (name: string): string | null => (typeof claims?.[name] === "string" ? claims[name] : null);
  return {
    accessToken: response.access_token,
    refreshToken: response.refresh_token ?? null,
    idToken: response.id_token ?? null,
    expiresAt: Date.now() + (response.expires_in ?? 0) * 1_000,
    loginHint: text("login_hint") ?? text("preferred_username"),
    tenant: text("tid"),
    sub: text("sub"),
  };
}
