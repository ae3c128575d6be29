import type { BrowserContext, Locator, Page } from "playwright-core";

/** Who signs in, by the name on Entra's page. */
export type Name = "Ana" | "Bo" | "Cy" | "Di" | "Ed" | "Fay" | "Gus";

/** Entra's cookies of whoever has signed in before. */
export type Known = Map<Name, Awaited<ReturnType<BrowserContext["cookies"]>>>;

/** More than anybody would press. */
const MOST_TABS = 100;

/** The inbox as a person meets it: everything goes by its role and its name. */
export class Inbox {
  readonly page: Page;
  readonly #address: string;
  readonly #known: Known;

  /** @param address of the page, without what stands behind `#` */
  constructor(page: Page, address: string, known: Known = new Map()) {
    this.page = page;
    this.#address = address;
    this.#known = known;
  }

  /** Opens the page. @param hash where in it, from `#` on */
  async goes(hash = ""): Promise<void> {
    await this.page.goto(`${this.#address}${hash}`);
  }

  /** Another tab of the same browser. */
  async opensTab(): Promise<Inbox> {
    return new Inbox(await this.page.context().newPage(), this.#address, this.#known);
  }

  /** Comes back to the window, so that the page looks at once for what is new. */
  async comesBack(): Promise<void> {
    await this.page.evaluate(() => dispatchEvent(new Event("focus")));
  }

  /** Opens the page as somebody, whom Entra knows once they have signed in before one of these pages: that saves time. */
  async comesAs(name: Name, hash = ""): Promise<void> {
    const context = this.page.context();
    await context.addCookies(this.#known.get(name) ?? []);
    await this.goes(hash);
    const isAsked = await this.button("Sign in").or(this.button("Sign out")).textContent();
    if (isAsked === "Sign in") {
      await this.button("Sign in").click();
      await this.picks(name);
    }
    await this.button("Sign out").waitFor();
    this.#known.set(name, await context.cookies());
  }

  /** On Entra's page. */
  async picks(name: Name): Promise<void> {
    await this.heading("Who are you?").waitFor();
    await this.button(new RegExp(`^${name} `)).click();
  }

  /** On Entra's page, where the app wants more of somebody than that they are who they are. */
  async showsSecondFactor(): Promise<void> {
    await this.heading("Confirm that it is you").waitFor();
    await this.button("Confirm").click();
  }

  /** Opens the request of a private endpoint from the list that is shown. */
  async opensRequestOf(endpoint: string): Promise<void> {
    await this.row(endpoint).click();
    await this.requestOf(endpoint).waitFor();
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { name });
  }

  button(name: string | RegExp): Locator {
    return typeof name === "string"
      ? this.page.getByRole("button", { name, exact: true })
      : this.page.getByRole("button", { name });
  }

  link(name: string): Locator {
    return this.page.getByRole("link", { name, exact: true });
  }

  dialog(name: string | RegExp): Locator {
    return this.page.getByRole("dialog", { name });
  }

  region(name: string | RegExp): Locator {
    return this.page.getByRole("region", { name });
  }

  text(text: string | RegExp): Locator {
    return this.page.getByText(text);
  }

  /** The link of a row of the list. */
  row(endpoint: string): Locator {
    return this.page
      .getByRole("region", { name: "Requests" })
      .getByRole("listitem")
      .getByRole("link", { name: endpoint });
  }

  /** The heading of a request that is open. */
  requestOf(endpoint: string): Locator {
    return this.page.getByRole("article").getByRole("heading", { name: endpoint, level: 1 });
  }

  get reason(): Locator {
    return this.page.getByRole("textbox", { name: /^Reason/ });
  }

  /** Goes on with the Tab key until it is there, as somebody without a mouse does. */
  async tabsTo(target: Locator): Promise<void> {
    for (let presses = 0; presses < MOST_TABS; presses++) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`${MOST_TABS} times Tab does not lead to ${target}`);
  }

  /** Whether a person must scroll sideways to read all of it. */
  async isTooWide(): Promise<boolean> {
    return this.page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
  }

  /** Where the open request stands, in a sentence. */
  stands(sentence: string | RegExp): Locator {
    return this.page.getByRole("article").locator("p.status").filter({ hasText: sentence });
  }
}
