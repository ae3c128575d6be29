import { AuthorizationResponseError, ResponseBodyError } from "oauth4webapi";
import type { AppClock } from "../clock.ts";
import type { Drafts } from "../drafts.ts";
import { refusalIn } from "../reply.ts";
import { Store } from "../store.ts";
import { type Grant, Issuer, type SignInSettings } from "./issuer.ts";
import { type Keep, keepPending, type Pending, takePending } from "./pending.ts";

/** Where somebody stands with signing in. */
export type SignInState =
  | { readonly kind: "starting" }
  /** `because` is null for who has not signed in yet. */
  | { readonly kind: "signedOut"; readonly because: string | null }
  /** Nobody can sign in for now, or at all before somebody sets something. */
  | { readonly kind: "down"; readonly because: string }
  /** `trouble` is why calls do not get through any more; what is on the screen stays, and what is being typed. */
  | { readonly kind: "signedIn"; readonly trouble: string | null };

const SIGNED_IN: SignInState = { kind: "signedIn", trouble: null };

/** The browser, as far as signing in needs it. */
export interface Browser {
  /** @throws where the browser keeps nothing for the page */
  keep(): Keep;
  readonly fetch: typeof fetch;
  /** The page's own address, without query and fragment: it is registered as such. */
  readonly page: string;
  /** What stands in the address from `#` on. */
  hash(): string;
  /** Puts another address into the place of this one, without loading anything. */
  replaceHash(hash: string): void;
  /** Leaves the page. */
  go(url: URL): void;
}

/** A token that ends within this time is renewed before it is used. */
const SOON_MS = 60_000;

/** What Entra answers where it would have to ask the person, who was not to be asked. */
const MUST_ASK: readonly string[] = [
  "login_required",
  "interaction_required",
  "consent_required",
  "account_selection_required",
];

/** Who is signed in. Tokens are in memory only: a reload signs in again without asking, as long as the issuer knows the person. */
export class Session {
  readonly state = new Store<SignInState>({ kind: "starting" });
  /** Called when a person signs out here. */
  onSignOut: () => void = () => undefined;
  readonly #browser: Browser;
  readonly #clock: AppClock;
  readonly #drafts: Drafts;
  #issuer: Issuer | null = null;
  #grant: Grant | null = null;
  /** Who began the drafts, also while nobody is signed in. */
  #sub: string | null = null;
  #renewing: Promise<string | null> | null = null;

  constructor(browser: Browser, clock: AppClock, drafts: Drafts) {
    this.#browser = browser;
    this.#clock = clock;
    this.#drafts = drafts;
  }

  /** Id of the tenant that the person signed in to; null while nobody has. */
  get tenant(): string | null {
    return this.#grant?.tenant ?? null;
  }

  /** Takes up the answer that the address holds, or asks for one without asking the person. */
  async start(): Promise<void> {
    this.state.set({ kind: "starting" });
    const pending = this.#taken();
    const answer = answerIn(this.#browser.hash());
    if (answer !== null) this.#browser.replaceHash(pending?.hash ?? "");
    for (const [request, text] of Object.entries(pending?.drafts ?? {})) this.#drafts.write(request, text);
    this.#sub = pending?.sub ?? null;
    const issuer = await this.#reach();
    if (issuer === null || this.#isOff) return;
    if (answer === null) return this.#leave(issuer, { isSilent: true, claims: null, loginHint: null });
    if (pending === null)
      return this.#signedOut(
        "This answer is to a sign-in that was begun elsewhere, or long ago. Sign in again.",
      );
    try {
      const grant = await issuer.redeem(answer, pending);
      if (this.#isOff) return;
      this.#grant = grant;
      // Nobody's words are left for somebody else.
      if (this.#grant.sub !== pending.sub) this.#drafts.clear();
      this.state.set(SIGNED_IN);
    } catch (error) {
      if (this.#isOff) return;
      const isNews =
        !pending.isSilent || !(error instanceof AuthorizationResponseError && MUST_ASK.includes(error.error));
      this.#signedOut(isNews ? whyNot(error) : null);
    }
  }

  /** Whether somebody has signed out, in another tab, since this one began to sign them in. */
  get #isOff(): boolean {
    return this.state.get().kind === "signedOut";
  }

  /** Signs a person in, by leaving the page; what is written stays. @param claims that the API demands of the token */
  async signIn(claims: string | null = null): Promise<void> {
    // Looked for anew: whoever leaves for a page that is not there does not come back.
    const issuer = await this.#reach();
    const loginHint = this.#grant?.loginHint ?? null;
    if (issuer !== null) await this.#leave(issuer, { isSilent: false, claims, loginHint });
  }

  /** Signs a person out: here, in other tabs, and at the issuer. */
  signOut(): void {
    const url = this.#grant === null ? null : (this.#issuer?.signOutUrl(this.#grant) ?? null);
    this.forget();
    this.onSignOut();
    if (url !== null) this.#browser.go(url);
  }

  /** Nobody is signed in here any more. */
  forget(): void {
    this.#drafts.clear();
    this.#signedOut("You have signed out.");
  }

  /** A token that is good for now; null when nobody is signed in any more. */
  async current(): Promise<string | null> {
    const grant = this.#grant;
    if (grant === null) return null;
    return grant.expiresAt - Date.now() > SOON_MS ? grant.accessToken : this.renewed(grant.accessToken);
  }

  /** Another token than the one that was not taken: several calls ask for one at a time, and share it. */
  async renewed(than: string): Promise<string | null> {
    if (this.#grant !== null && this.#grant.accessToken !== than) return this.#grant.accessToken;
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** Where that fails, what was granted stays: a later call tries again. */
  async #renew(): Promise<string | null> {
    const grant = this.#grant;
    if (grant === null || this.#issuer === null) return null;
    const { refreshToken } = grant;
    try {
      if (refreshToken === null) throw new Error("There is nothing to renew it with.");
      const renewed = await this.#issuer.renew({ ...grant, refreshToken });
      // Whoever has signed out since then stays so.
      if (this.#grant !== grant) return null;
      this.#grant = renewed;
      this.state.set(SIGNED_IN);
      return renewed.accessToken;
    } catch (error) {
      const isOver = refreshToken === null || error instanceof ResponseBodyError;
      if (this.#grant === grant) this.#obstacle(isOver ? "Your sign-in has ended." : ENTRA_IS_DOWN);
      return null;
    }
  }

  #obstacle(because: string): void {
    this.state.set(this.#grant === null ? { kind: "down", because } : { kind: "signedIn", trouble: because });
  }

  /** The issuer, once it was found; null, with the reason told, where it cannot be. */
  async #reach(): Promise<Issuer | null> {
    const settings = await this.#settings();
    if (typeof settings === "string") {
      this.#obstacle(settings);
      return null;
    }
    try {
      const { page: redirectUri, fetch } = this.#browser;
      const skewSeconds = Math.round(this.#clock.offset.get() / 1_000);
      this.#issuer = await Issuer.discover(settings, { redirectUri, skewSeconds, fetch });
      return this.#issuer;
    } catch {
      // What exactly failed is in the browser's network log; what to do is the same.
      this.#obstacle(ENTRA_IS_DOWN);
      return null;
    }
  }

  /** How to sign in; a sentence where the app does not say. */
  async #settings(): Promise<SignInSettings | string> {
    try {
      const response = await this.#browser.fetch("/api/sign-in", { cache: "no-store" });
      this.#clock.heard(response.headers.get("date") ?? "");
      const body: unknown = await response.json();
      return response.ok ? (body as SignInSettings) : refusalIn(response.status, body).sentence;
    } catch {
      return "The app does not answer.";
    }
  }

  async #leave(issuer: Issuer, wish: Parameters<Issuer["begin"]>[0]): Promise<void> {
    const sub = this.#grant?.sub ?? this.#sub;
    const kept = { hash: this.#browser.hash(), drafts: this.#drafts.all(), sub };
    const { url, pending } = await issuer.begin(wish, kept);
    try {
      keepPending(this.#browser.keep(), pending);
    } catch {
      // Whoever left now could not come back.
      return this.#obstacle(KEEPS_NOTHING);
    }
    this.#browser.go(url);
  }

  /** What was kept for the answer; nothing where the browser keeps nothing, which is said when somebody is to leave. */
  #taken(): Pending | null {
    try {
      return takePending(this.#browser.keep());
    } catch {
      return null;
    }
  }

  #signedOut(because: string | null): void {
    this.#grant = null;
    this.state.set({ kind: "signedOut", because });
  }
}

const KEEPS_NOTHING =
  "Your browser keeps nothing for this page, so nobody could come back from signing in. Allow this site to store data.";
const ENTRA_IS_DOWN = "Microsoft Entra, where you sign in, cannot be reached.";

/** What stands behind `#` when somebody comes from signing in; null where that is a place in the page, or nothing. */
function answerIn(hash: string): URLSearchParams | null {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  return parameters.has("state") && (parameters.has("code") || parameters.has("error")) ? parameters : null;
}

/** Why somebody could not sign in, for that person. */
function whyNot(error: unknown): string {
  if (!(error instanceof AuthorizationResponseError || error instanceof ResponseBodyError))
    return ENTRA_IS_DOWN;
  const { error: code, error_description: description = code } = error;
  return code === "access_denied"
    ? "You broke the sign-in off."
    : `Entra refuses the sign-in: ${description}`;
}
