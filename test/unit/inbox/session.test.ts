import { describe, expect, test } from "vitest";
import { AppClock } from "../../../functions/inbox/page/clock.ts";
import { Drafts } from "../../../functions/inbox/page/drafts.ts";
import { type Browser, Session } from "../../../functions/inbox/page/sign-in/session.ts";
import { API_ID_URI } from "../../../infra/local/entra/constants.ts";
import { INBOX_CLIENT } from "../../../infra/local/entra/directory.ts";
import { aBrowser } from "../../contract/entra/kit/browser.ts";
import { aTenant, PAGE, PAGE_ORIGIN, type TestTenant } from "../../contract/entra/kit/tenant.ts";

/** What `sessionStorage` is for one tab. */
class Tab extends Map<string, string> {
  getItem = (key: string) => this.get(key) ?? null;
  setItem = (key: string, text: string) => void this.set(key, text);
  removeItem = (key: string) => void this.delete(key);
}

/** A tab of a browser, which the page is loaded into as often as somebody comes back to it. */
function aTab(tenant: TestTenant) {
  const keep = new Tab();
  const entra = aBrowser();
  const left: URL[] = [];
  /** Addresses that the page fetched. */
  const asked: string[] = [];
  const settings = {
    issuer: tenant.issuer,
    clientId: INBOX_CLIENT.clientId,
    scopes: [`${API_ID_URI}/Approvals.ReadWrite`],
  };
  const world = {
    isEntraUp: true,
    doesKeep: true,
    signIn: () => Response.json(settings),
    /** What happens while the page waits for an answer. */
    meanwhile: (_url: string, _session: Session): void => undefined,
  };
  const load = async (hash: string) => {
    let address = hash;
    const drafts = new Drafts();
    const browser: Browser = {
      keep: () => {
        if (!world.doesKeep) throw new Error("The operation is insecure.");
        return keep;
      },
      page: PAGE,
      fetch: async (url, init) => {
        asked.push(String(url));
        world.meanwhile(String(url), session);
        if (String(url) === "/api/sign-in") return world.signIn();
        if (!world.isEntraUp) throw new TypeError("Failed to fetch");
        return fetch(url, {
          ...init,
          headers: { ...Object.fromEntries(new Headers(init?.headers)), origin: PAGE_ORIGIN },
        });
      },
      hash: () => address,
      replaceHash: (other) => {
        address = other;
      },
      go: (url) => left.push(url),
    };
    const session: Session = new Session(browser, new AppClock(Date.now), drafts);
    await session.start();
    return { session, drafts, hash: () => address };
  };
  /** Follows the page to Entra, presses what there is to press, and comes back with what Entra says. */
  const comeBack = async (button: readonly [name: string, value: string] | null = null) => {
    const url = left.at(-1);
    if (url === undefined) throw new Error("The page did not leave.");
    const shown = await entra.open(url);
    const back = button === null ? shown : await entra.press(...button);
    if (back.to === undefined) throw new Error(`Entra shows a page: ${back.html}`);
    return load(back.to.hash);
  };
  /** Loads the page, signs Ana in, and loads it with the answer. */
  const asAna = async (hash = "") => {
    await load(hash);
    const { session } = await comeBack();
    await session.signIn();
    return comeBack(["person", "ana"]);
  };
  return { keep, left, asked, world, load, comeBack, asAna };
}

describe("signing in", () => {
  test("is first tried without asking; who is unknown to Entra is then asked to sign in", async () => {
    const tab = aTab(await aTenant());

    await tab.load("#/requests/pec-1");
    const { session, hash } = await tab.comeBack();

    expect(tab.left[0]?.searchParams.get("prompt")).toBe("none");
    expect(session.state.get()).toEqual({ kind: "signedOut", because: null });
    expect(hash()).toBe("#/requests/pec-1");
  });

  test("leads back to where somebody wanted to go, and leaves nothing in the tab's storage", async () => {
    const tab = aTab(await aTenant());

    const { session, hash } = await tab.asAna("#/requests/pec-1");

    expect(session.state.get()).toEqual({ kind: "signedIn", trouble: null });
    expect(hash()).toBe("#/requests/pec-1");
    expect([...tab.keep]).toEqual([]);
    expect(await session.current()).toMatch(/^ey/);
    expect(session.tenant).toBe("bc28be56-ad87-4cf5-ae34-fb304dc38c65");
  });

  test("takes no more than a reload, as long as Entra knows the person", async () => {
    const tab = aTab(await aTenant());
    await tab.asAna();

    await tab.load("#/policy");
    const { session, hash } = await tab.comeBack();

    expect(session.state.get()).toEqual({ kind: "signedIn", trouble: null });
    expect(hash()).toBe("#/policy");
  });

  test("keeps what somebody had begun to write, and asks for what the token has to prove", async () => {
    const tab = aTab(await aTenant());
    const { session, drafts } = await tab.asAna("#/requests/pec-1");
    const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } });
    drafts.write("pec-1", "It is in the change ticket.");

    await session.signIn(claims);
    const back = await tab.comeBack(["second-factor", "shown"]);

    expect(tab.left.at(-1)?.searchParams.get("claims")).toBe(claims);
    expect(back.drafts.of("pec-1")).toBe("It is in the change ticket.");
    expect(back.hash()).toBe("#/requests/pec-1");
  });

  test("as somebody else finds nothing of what the one before had begun to write", async () => {
    const tenant = await aTenant();
    const tab = aTab(tenant);
    const { session, drafts } = await tab.asAna("#/requests/pec-1");
    drafts.write("pec-1", "Between us: no.");
    await tenant.control("sessions", {});

    await session.signIn();
    const cancelled = await tab.comeBack(["back", "yes"]);
    await cancelled.session.signIn();
    const { session: other, drafts: found } = await tab.comeBack(["person", "bo"]);

    expect(cancelled.drafts.of("pec-1")).toBe("Between us: no.");
    expect(other.state.get()).toEqual({ kind: "signedIn", trouble: null });
    expect(found.of("pec-1")).toBe("");
  });

  test("with an answer to a question that this tab did not ask is refused", async () => {
    const tab = aTab(await aTenant());
    await tab.load("");
    const other = aTab(await aTenant());

    const { session } = await other.load("#code=stolen&state=forged");
    const { session: forged } = await tab.load("#code=stolen&state=forged");

    expect(session.state.get()).toMatchObject({
      kind: "signedOut",
      because: expect.stringContaining("Sign in again"),
    });
    expect(forged.state.get()).toMatchObject({ kind: "signedOut" });
    expect(await forged.current()).toBeNull();
  });
});

describe("what can stand in the way", () => {
  test("Entra is down: nobody is sent to a page that is not there", async () => {
    const tab = aTab(await aTenant());
    tab.world.isEntraUp = false;

    const { session } = await tab.load("");

    expect(session.state.get()).toEqual({
      kind: "down",
      because: "Microsoft Entra, where you sign in, cannot be reached.",
    });
    expect(tab.left).toEqual([]);
  });

  test("Entra goes down while somebody works: what is on the screen stays, and works again once Entra is back", async () => {
    const tab = aTab(await aTenant());
    const { session } = await tab.asAna();
    const token = (await session.current()) ?? "";
    tab.world.isEntraUp = false;

    const none = await session.renewed(token);
    const trouble = session.state.get();
    tab.world.isEntraUp = true;
    const renewed = await session.renewed(token);

    expect(none).toBeNull();
    expect(trouble).toEqual({
      kind: "signedIn",
      trouble: "Microsoft Entra, where you sign in, cannot be reached.",
    });
    expect(renewed).toMatch(/^ey/);
    expect(session.state.get()).toEqual({ kind: "signedIn", trouble: null });
  });

  test.each(["http://login.example/tenant/v2.0", "ftp://localhost/tenant/v2.0"])(
    "the issuer is %s: nothing of it is asked in the clear",
    async (issuer) => {
      const tenant = await aTenant();
      const tab = aTab(tenant);
      tab.world.signIn = () => Response.json({ issuer, clientId: INBOX_CLIENT.clientId, scopes: [] });

      const { session } = await tab.load("");

      expect(session.state.get().kind).toBe("down");
      expect(tab.asked.filter((url) => url.startsWith(issuer))).toEqual([]);
    },
  );

  test("the browser keeps nothing for the page: nobody is sent away who could not come back", async () => {
    const tab = aTab(await aTenant());
    tab.world.doesKeep = false;

    const { session } = await tab.load("");

    expect(session.state.get()).toMatchObject({
      kind: "down",
      because: expect.stringContaining("Allow this site to store data"),
    });
    expect(tab.left).toEqual([]);
  });

  test("the app does not say how to sign in: its own sentence is shown", async () => {
    const tab = aTab(await aTenant());
    tab.world.signIn = () =>
      Response.json({ code: "noInbox", detail: "Set INBOX_CLIENT_ID." }, { status: 404 });

    const { session } = await tab.load("");

    expect(session.state.get()).toEqual({ kind: "down", because: "Set INBOX_CLIENT_ID." });
  });
});

describe("somebody signs out in another tab while this one", () => {
  test.each([
    ["asks how to sign in", /^\/api\/sign-in$/],
    ["looks for Entra", /openid-configuration$/],
    ["redeems what Entra answered", /\/token$/],
  ])("%s: nobody is signed in, nor sent away to be", async (_what, place) => {
    const tab = aTab(await aTenant());
    await tab.load("");
    await tab.comeBack().then(({ session }) => session.signIn());
    const leavings = tab.left.length;
    tab.world.meanwhile = (url, session) => {
      if (place.test(url)) session.forget();
    };

    const { session } = await tab.comeBack(["person", "ana"]);

    expect(await session.current()).toBeNull();
    expect(session.state.get()).toEqual({ kind: "signedOut", because: "You have signed out." });
    expect(tab.left).toHaveLength(leavings);
  });

  test("is about to sign in without asking: it does not", async () => {
    const tab = aTab(await aTenant());
    tab.world.meanwhile = (_url, session) => session.forget();

    const { session } = await tab.load("");

    expect(session.state.get().kind).toBe("signedOut");
    expect(tab.left).toEqual([]);
  });
});

describe("a token", () => {
  test("is renewed once for all who want another one at the same time", async () => {
    const tab = aTab(await aTenant());
    const { session } = await tab.asAna();
    const token = (await session.current()) ?? "";

    const [one, other] = await Promise.all([session.renewed(token), session.renewed(token)]);

    expect(one).toMatch(/^ey/);
    expect(one).toBe(other);
    expect(await session.renewed(token)).toBe(one);
  });

  test("is gone when somebody signs out, here and at Entra", async () => {
    const tab = aTab(await aTenant());
    const { session, drafts } = await tab.asAna();
    drafts.write("pec-1", "mine");

    session.signOut();

    expect(await session.current()).toBeNull();
    expect(drafts.of("pec-1")).toBe("");
    expect(tab.left.at(-1)?.searchParams.get("post_logout_redirect_uri")).toBe(PAGE);
  });

  test("that is on its way when somebody signs out signs nobody in again", async () => {
    const tab = aTab(await aTenant());
    const { session } = await tab.asAna();
    const token = (await session.current()) ?? "";

    const underWay = session.renewed(token);
    session.forget();
    const renewed = await underWay;

    expect(renewed).toBeNull();
    expect(await session.current()).toBeNull();
    expect(session.state.get()).toEqual({ kind: "signedOut", because: "You have signed out." });
  });
});
