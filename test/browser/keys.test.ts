import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { ANSWERED, ASKED, settlesOnce } from "../journey/kit/trails.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

test("somebody without a mouse signs in, searches, opens a request and approves it", async () => {
  await peopleAreAsked(world, "pe-by-keys");
  const inbox = await world.opens();
  const { keyboard } = inbox.page;
  await inbox.goes();

  await inbox.button("Sign in").waitFor();
  await inbox.tabsTo(inbox.button("Sign in"));
  await keyboard.press("Enter");
  await inbox.heading("Who are you?").waitFor();
  await inbox.tabsTo(inbox.button(/^Ana /));
  await keyboard.press("Enter");
  await inbox.row("pe-by-keys").waitFor();
  await keyboard.press("/");
  await keyboard.type("pe-by-keys");
  await keyboard.press("Enter");
  await inbox.page.waitForURL(/q=pe-by-keys/);
  await inbox.row("pe-by-keys").waitFor();
  await inbox.tabsTo(inbox.row("pe-by-keys"));
  await keyboard.press("Enter");
  await inbox.requestOf("pe-by-keys").waitFor();
  await inbox.tabsTo(inbox.button("Approve"));
  await keyboard.press("Enter");

  await inbox.stands("Approved, by").waitFor();
  await settlesOnce(world, "pe-by-keys", [...ASKED, ...ANSWERED]);
});

test("j and k go through the rows, Enter opens one, and no letter decides anything", async () => {
  for (const name of ["pe-rows-1", "pe-rows-2"]) await peopleAreAsked(world, name);
  const inbox = await world.opens();
  const { keyboard } = inbox.page;
  await inbox.comesAs("Ana");
  await inbox.row("pe-rows-2").waitFor();
  const focused = () => inbox.page.evaluate(() => document.activeElement?.textContent);
  const rows = await inbox.row("pe-").allTextContents();

  await keyboard.press("j");
  expect(await focused()).toBe(rows[0]);
  await keyboard.press("j");
  expect(await focused()).toBe(rows[1]);
  await keyboard.press("k");
  expect(await focused()).toBe(rows[0]);
  await keyboard.press("Enter");
  await inbox.button("Approve").waitFor();
  for (const letter of "abcdefghijklmnopqrstuvwxyz") await keyboard.press(letter);
  for (const name of ["pe-rows-1", "pe-rows-2"]) expect(await world.trail(name)).toEqual(ASKED);
});

test("? says which keys there are, and Esc goes back to where one was", async () => {
  await peopleAreAsked(world, "pe-help");
  const inbox = await world.opens();
  const { keyboard } = inbox.page;
  await inbox.comesAs("Ana");
  await inbox.row("pe-help").focus();

  await keyboard.press("?");
  await inbox.dialog("Keys").getByText("opens it").waitFor();
  await keyboard.press("Escape");

  await inbox.dialog("Keys").waitFor({ state: "hidden" });
  expect(await inbox.row("pe-help").evaluate((row) => row === document.activeElement)).toBe(true);
});

test("letters are letters where somebody types, and everywhere once they are turned off", async () => {
  for (const name of ["pe-typed-1", "pe-typed-2"]) await peopleAreAsked(world, name);
  const inbox = await world.opens();
  const { keyboard } = inbox.page;
  await inbox.comesAs("Ana", "#/?q=typed");
  await inbox.opensRequestOf("pe-typed-1");

  await inbox.reason.focus();
  await keyboard.type("jk/?");
  expect(await inbox.reason.inputValue()).toBe("jk/?");
  expect(await inbox.dialog("Keys").count()).toBe(0);
  await inbox.button("Keys").click();
  await inbox.page.getByRole("checkbox", { name: "Single letters are keys" }).uncheck();
  await inbox.button("Close").click();
  await keyboard.press("j");
  await keyboard.press("?");

  expect(await inbox.button("Keys").evaluate((button) => button === document.activeElement)).toBe(true);
  expect(await inbox.dialog("Keys").count()).toBe(0);
});

test("the first Tab leads past the views to what the page is about", async () => {
  const inbox = await world.opens();
  await inbox.comesAs("Ana", "#/?q=nobody");

  await inbox.page.keyboard.press("Tab");
  expect(await inbox.page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
  await inbox.page.keyboard.press("Enter");
  await inbox.page.keyboard.press("Tab");

  expect(await inbox.link("Waiting for me").evaluate((link) => link === document.activeElement)).toBe(true);
});

test("each view that is opened has the focus at its heading", async () => {
  const inbox = await world.opens();
  await inbox.comesAs("Ana", "#/?q=nobody");

  for (const name of ["Audit", "Policy", "Overview"]) {
    await inbox.link(name).focus();
    await inbox.page.keyboard.press("Enter");
    const heading = inbox.page.getByRole("heading", { name, level: 1 });
    await heading.waitFor();
    expect(await heading.evaluate((one) => one === document.activeElement)).toBe(true);
    expect(await inbox.page.title()).toBe(`${name} · Private endpoint approvals`);
  }
});

test("who goes back to the list is at the row from which they came", async () => {
  await peopleAreAsked(world, "pe-came-from");
  const inbox = await world.opens({ viewport: { width: 800, height: 700 } });
  await inbox.comesAs("Ana", "#/?endpoint=pe-came-from");
  await inbox.opensRequestOf("pe-came-from");

  await inbox.link("← Back to the list").click();

  await inbox.row("pe-came-from").waitFor();
  expect(await inbox.row("pe-came-from").evaluate((row) => row === document.activeElement)).toBe(true);
});

test("the browser's keys for back and forward lead from a request to its list and there again", async () => {
  await peopleAreAsked(world, "pe-back");
  const inbox = await world.opens();
  await inbox.comesAs("Ana", "#/?endpoint=pe-back");
  await inbox.opensRequestOf("pe-back");

  await inbox.page.goBack();
  await inbox.requestOf("pe-back").waitFor({ state: "hidden" });
  expect(await inbox.row("pe-back").count()).toBe(1);
  await inbox.page.goForward();

  await inbox.requestOf("pe-back").waitFor();
});
