import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { eventually, TIMEOUT_MS } from "../journey/kit/patience.ts";
import { ANSWERED, ASKED, settlesOnce } from "../journey/kit/trails.ts";
import { isAccessible } from "./kit/axe.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

const NAME = "pe-by-link";
const HOSTILE = "<img src=x onerror=alert(1)>\u202e";

let id = "";
let link = "";
const token = () => link.split("/").at(-1) ?? "";

beforeAll(async () => {
  await peopleAreAsked(world, NAME, HOSTILE);
  id = (await world.api.request(NAME)).id;
  const { body } = await world.api.as("cy").post(`/api/requests/${id}/links`);
  link = z.object({ link: z.url() }).parse(body).link;
}, TIMEOUT_MS);

const INBOX = () => `${world.endpoints().app}/inbox/#/requests/${id}`;

describe("somebody who has a link and nothing else", () => {
  test("sees what is asked, and the token goes nowhere but into a header to the app", async () => {
    const inbox = await world.opens();
    const sent: { url: string; authorization: string | undefined }[] = [];
    inbox.page.on("request", (request) => {
      sent.push({ url: request.url(), authorization: request.headers().authorization });
    });

    await inbox.page.goto(link);

    await inbox.heading(`${NAME} → aks-1`).waitFor();
    await inbox.text(/^It waits for 1 of aks-platform\./).waitFor();
    expect(await inbox.heading(/./).allTextContents()).toEqual([
      `${NAME} → aks-1`,
      "What is to be connected",
      "Who is asked",
      "Deadline",
    ]);
    expect(await inbox.page.title()).toBe(`${NAME} → aks-1 – Private endpoint approval`);
    expect(await inbox.page.locator("body").textContent()).not.toMatch(/img|Ana|@/);
    expect(sent.filter(({ url }) => new URL(url).href.split("#")[0]?.includes(token()))).toEqual([]);
    expect(sent.filter(({ authorization }) => authorization !== undefined)).toEqual([
      { url: `${world.endpoints().app}/api/requests/${id}/view`, authorization: `Link ${token()}` },
    ]);
  });

  test("has nothing to press, and a way into the inbox for those who may", async () => {
    const inbox = await world.opens();
    await inbox.page.goto(link);
    await inbox.link("Open it in the inbox").waitFor();

    expect(await inbox.page.locator("button, input, form, textarea, select").count()).toBe(0);
    // The heading has focus, so that a screen reader begins there; the next stop is the only one.
    expect(await inbox.page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    await inbox.page.keyboard.press("Tab");
    expect(
      await inbox.link("Open it in the inbox").evaluate((element) => element === document.activeElement),
    ).toBe(true);
    await inbox.page.keyboard.press("Enter");
    await inbox.button("Sign in").waitFor();
    expect(inbox.page.url()).toBe(INBOX());
  });

  test("sees the time of the place, and UTC behind it", async () => {
    const inbox = await world.opens();
    await inbox.page.goto(link);
    await inbox.heading("Deadline").waitFor();

    const { ask } = await world.api.request(NAME);
    const time = inbox.page.locator("section time");

    expect(await time.getAttribute("datetime")).toBe(ask?.deadline);
    expect(await time.getAttribute("title")).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    expect(await time.textContent()).toMatch(/^\w+day,? \d+ \w+ \d{4}.* CES?T$/);
  });

  test("has all of it on a phone without scrolling sideways, in light, in dark and in forced colours", async () => {
    const inbox = await world.opens({ viewport: { width: 320, height: 640 } });
    await inbox.page.goto(link);
    await inbox.heading("Deadline").waitFor();

    expect(await inbox.isTooWide()).toBe(false);
    await isAccessible(inbox, "a link");
    await inbox.page.emulateMedia({ forcedColors: "active" });
    await inbox.text("Waiting").first().waitFor();
  });
});

describe("a link that shows nothing says why, and how to get in otherwise", () => {
  test.each<[string, () => string, RegExp, RegExp, RegExp | undefined]>([
    [
      "without what opens it",
      () => link.replace(/#.*/, ""),
      /^The link is incomplete$/,
      /Copy the whole of it/,
      undefined,
    ],
    [
      "that was changed",
      () => `${link.slice(0, -9)}aaaaaaaaa`,
      /^The link opens nothing$/,
      /^The link is incomplete or was changed/,
      /\/view$/,
    ],
    [
      "of another request",
      () => link.replace(id, `pec-${"0".repeat(32)}`),
      /^The link opens nothing$/,
      /^The link is of another request/,
      /\/view$/,
    ],
  ])("%s", async (_what, address, heading, sentence, failing) => {
    const inbox = await world.opens(failing === undefined ? {} : { failing });

    await inbox.page.goto(address());

    await inbox.heading(heading).waitFor();
    await inbox.text(sentence).waitFor();
    await inbox.link("Sign in to the inbox").waitFor();
    expect(await inbox.page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    await isAccessible(inbox, "a link that shows nothing");
  });

  test("while the app does not answer", async () => {
    const inbox = await world.opens({ failing: /\/view$/ });
    await inbox.page.route("**/view", (route) => route.abort());

    await inbox.page.goto(link);

    await inbox.heading("The app does not answer").waitFor();
  });

  test("once it is decided; and another link in the same tab is looked at anew", async () => {
    const other = "pe-by-link-too";
    await peopleAreAsked(world, other);
    const { id: otherId } = await world.api.request(other);
    const { body } = await world.api.as("cy").post(`/api/requests/${otherId}/links`);
    await world.api.reviews("ana", NAME, "approve");
    await settlesOnce(world, NAME, [...ASKED, ...ANSWERED]);
    const inbox = await world.opens({ failing: /\/view$/ });

    await inbox.page.goto(link);
    await inbox.heading("The link shows nothing any more").waitFor();
    await inbox.text(/^The request is closed, and links show nothing of it any more\./).waitFor();
    await inbox.page.goto(z.object({ link: z.url() }).parse(body).link);

    await eventually(async () => expect(await inbox.heading(`${other} → aks-1`).count()).toBe(1));
  });
});
