import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { eventually } from "../journey/kit/patience.ts";
import type { Inbox } from "./kit/inbox.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

const POLL_MS = 15_000;

/** What the page asks the app for its list, and how it is answered. */
function looksOf({ page }: Inbox): { readonly tag: string | undefined; readonly status: number }[] {
  const looks: { tag: string | undefined; status: number }[] = [];
  page.on("response", (response) => {
    if (!response.url().includes("waitsForMe=true")) return;
    looks.push({ tag: response.request().headers()["if-none-match"], status: response.status() });
  });
  return looks;
}

/** As the browser has it when another tab or window covers the page, or does so no longer. */
const isSeen = ({ page }: Inbox, visibilityState: "visible" | "hidden"): Promise<void> =>
  page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, visibilityState);

test("a list looks every 15 seconds for what is new, and is sent nothing that it has", async () => {
  const inbox = await world.opens();
  await inbox.page.clock.install();
  await inbox.comesAs("Ana", "#/?q=pe-looked-for");
  await inbox.text("Nothing meets these filters.").waitFor();
  const looks = looksOf(inbox);

  await peopleAreAsked(world, "pe-looked-for");
  await inbox.page.clock.fastForward(POLL_MS);
  await inbox.row("pe-looked-for").waitFor();
  await inbox.page.clock.fastForward(POLL_MS);
  await eventually(() =>
    expect(looks.at(-1)).toEqual({ tag: expect.stringMatching(/^(W\/)?"/), status: 304 }),
  );

  expect(looks.map(({ status }) => status)).toContain(200);
  expect(await inbox.row("pe-looked-for").count()).toBe(1);
});

test("a page that nobody sees asks for nothing, and asks at once when somebody comes back", async () => {
  const inbox = await world.opens();
  await inbox.page.clock.install();
  await inbox.comesAs("Ana", "#/?q=pe-unseen");
  await inbox.text("Nothing meets these filters.").waitFor();
  await isSeen(inbox, "hidden");
  const looks = looksOf(inbox);

  await peopleAreAsked(world, "pe-unseen");
  await inbox.page.clock.runFor(4 * POLL_MS);
  const unseen = looks.length;
  await isSeen(inbox, "visible");
  await inbox.row("pe-unseen").waitFor();

  expect(unseen).toBe(0);
});

test("what was read stays while the app does not answer, and is said to be old", async () => {
  await peopleAreAsked(world, "pe-unplugged");
  const inbox = await world.opens({ failing: /\/api\// });
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-unplugged");
  await inbox.reason.fill("Half a thought");

  await inbox.page.context().setOffline(true);
  await inbox.comesBack();
  await inbox.page
    .getByRole("article")
    .getByText("The app does not answer. What you see may be old.")
    .waitFor();
  expect(await inbox.reason.inputValue()).toBe("Half a thought");
  await inbox.page.context().setOffline(false);
  await inbox.comesBack();

  await inbox.text("What you see may be old.").first().waitFor({ state: "detached" });
  expect(await inbox.button("Approve").isEnabled()).toBe(true);
});
