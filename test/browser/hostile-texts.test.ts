import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

const MARKUP = `<script>alert(1)</script><img src=x onerror="alert(1)"><b>bold</b>`;
const LONG = "W".repeat(140);

test.each([
  { what: "markup", name: "pe-hostile-markup", message: MARKUP, shows: MARKUP },
  {
    what: "a letter that turns the others around",
    name: "pe-hostile-bidi",
    message: "invoice\u202efdp.exe",
    shows: "invoice<U+202E>fdp.exe",
  },
  {
    what: "a control character",
    name: "pe-hostile-control",
    message: "a\u0000b\u001b[31mc\nd",
    shows: "a<U+0000>b<U+001B>[31mc<U+000A>d",
  },
  { what: "a word that never ends", name: "pe-hostile-long", message: LONG, shows: LONG },
  {
    what: "a script from right to left",
    name: "pe-hostile-rtl",
    message: "مرحبا بالعالم",
    shows: "مرحبا بالعالم",
  },
  {
    what: "an address",
    name: "pe-hostile-link",
    message: "See https://contoso.example/please",
    shows: "See https://contoso.example/please",
  },
])("$what in a consumer's message is text and nothing else", async ({ name, message, shows }) => {
  await peopleAreAsked(world, name, message);
  const inbox = await world.opens({ viewport: { width: 360, height: 740 } });
  await inbox.comesAs("Ana");

  const inTheList = await inbox.row(name).locator("xpath=ancestor::li").locator("q").textContent();
  await inbox.opensRequestOf(name);
  const quoted = inbox.page.getByRole("blockquote");

  expect(shows).toContain(inTheList?.replace(/…$/, ""));
  expect(await quoted.textContent()).toBe(shows);
  expect(await quoted.locator("*").count()).toBe(0);
  expect(await inbox.page.locator('script:not([src]), img, a[href*="contoso.example/"]').count()).toBe(0);
  expect(await inbox.isTooWide()).toBe(false);
  await inbox.link("The whole trail").click();
  await inbox.page.getByText(/^Record 1/).click();
  const record = inbox.page.getByRole("main").getByRole("listitem").first();
  expect(JSON.parse((await record.locator("pre").textContent()) ?? "")).toMatchObject({ kind: "received" });
  expect(await record.locator("script, img, b").count()).toBe(0);
  const trail = (await inbox.page.getByRole("main").textContent()) ?? "";
  expect(["\u0000", "\u001b", "\u202e"].filter((letter) => trail.includes(letter))).toEqual([]);
  expect(await inbox.isTooWide()).toBe(false);
});
