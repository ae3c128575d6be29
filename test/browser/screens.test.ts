import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import type { Inbox } from "./kit/inbox.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

test.each([
  { what: "a phone of 360 px", viewport: { width: 360, height: 740 }, name: "pe-phone" },
  { what: "a desk's screen at 400 %", viewport: { width: 320, height: 256 }, name: "pe-zoomed" },
])("on $what nobody scrolls sideways, and everything is within reach", async ({ viewport, name }) => {
  await peopleAreAsked(world, name, "For the month's report");
  const inbox = await world.opens({ viewport });
  await inbox.comesAs("Ana", `#/?endpoint=${name}`);

  await inbox.row(name).waitFor();
  expect(await inbox.isTooWide()).toBe(false);
  await inbox.opensRequestOf(name);
  expect(await inbox.row(name).isVisible()).toBe(false);
  expect(await inbox.isTooWide()).toBe(false);
  await inbox.button("Reject …").click();
  expect(await inbox.isTooWide()).toBe(false);
  await inbox.button("Cancel").click();
  await inbox.link("← Back to the list").click();
  await inbox.opensRequestOf(name);
  await inbox.button("Approve").click();

  await inbox.stands("Approved, by").waitFor();
});

test.each([
  { what: "a phone of 360 px", viewport: { width: 360, height: 740 }, name: "pe-views-phone" },
  { what: "a desk's screen at 400 %", viewport: { width: 320, height: 256 }, name: "pe-views-zoomed" },
  { what: "a wide screen", viewport: { width: 2560, height: 1300 }, name: "pe-views-wide" },
])("on $what no view and no dialog needs scrolling sideways", async ({ viewport, name }) => {
  const names = [1, 2].map((number) => `${name}-${number}`);
  for (const one of names) await peopleAreAsked(world, one, "For the month's report");
  const { id } = await world.api.request(`${name}-1`);
  const inbox = await world.opens({ viewport });
  await inbox.comesAs("Fay");

  for (const [hash, seen] of [
    ["#/?tab=others", inbox.row(`${name}-1`)],
    ["#/?tab=decided", inbox.heading("Decided")],
    ["#/audit", inbox.button("Save all as csv")],
    ["#/audit?of=accesses", inbox.text(/, shown \d/).first()],
    [`#/audit/${id}`, inbox.text(/^Record 1/)],
    ["#/policy", inbox.heading("The file")],
    ["#/overview", inbox.heading("Decisions")],
    ["#/nowhere", inbox.heading("Nothing is here")],
  ] as const) {
    await inbox.goes(hash);
    await seen.waitFor();
    for (const details of await inbox.page.locator("summary").all()) await details.click();
    expect(await inbox.isTooWide(), hash).toBe(false);
  }
  await inbox.page.keyboard.press("?");
  await inbox.dialog("Keys").waitFor();
  expect(await inbox.isTooWide()).toBe(false);
  const ana = await world.opens({ viewport });
  await ana.comesAs("Ana", `#/?q=${name}`);
  for (const box of choices(ana, names)) await box.check();
  await ana.button("Approve together …").click();
  await ana.dialog(/^Approve 2 together/).waitFor();
  expect(await ana.isTooWide()).toBe(false);
});

const choices = ({ page }: Inbox, names: readonly string[]) =>
  names.map((name) => page.getByRole("checkbox", { name: new RegExp(`${name} `) }));

test("rows are cards on a phone, and lines on a desk", async () => {
  await peopleAreAsked(world, "pe-card");
  const inbox = await world.opens();
  await inbox.comesAs("Ana", "#/?endpoint=pe-card");
  const row = inbox.row("pe-card");
  const due = inbox.region("Requests").getByRole("time");
  const places = async () => ({ link: await row.boundingBox(), due: await due.boundingBox() });

  await row.waitFor();
  const onADesk = await places();
  await inbox.page.setViewportSize({ width: 360, height: 740 });
  const onAPhone = await places();

  expect(onADesk.due?.x).toBeGreaterThan((onADesk.link?.x ?? 0) + (onADesk.link?.width ?? 0) / 2);
  expect(onAPhone.due?.y).toBeGreaterThan((onAPhone.link?.y ?? 0) + (onAPhone.link?.height ?? 0));
});

test("the page is dark for who wants that, and light for who does not", async () => {
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  const brightness = async (colorScheme: "light" | "dark") => {
    await inbox.page.emulateMedia({ colorScheme });
    return inbox.page.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      return [backgroundColor, color].map((text) => Number(/\d+/.exec(text)?.[0]));
    });
  };

  const [paper = 0, ink = 0] = await brightness("light");
  const [night = 0, chalk = 0] = await brightness("dark");

  expect(paper).toBeGreaterThan(ink);
  expect(night).toBeLessThan(chalk);
});

test("a deadline is told in the time of whoever looks, with its zone, and in UTC on hover", async () => {
  await peopleAreAsked(world, "pe-far-away");
  const { ask } = await world.api.request("pe-far-away");
  const deadline = ask?.deadline ?? "";
  const inKolkata = new Date(Date.parse(deadline) + 5.5 * 3_600_000).toISOString();
  const inbox = await world.opens({ timezoneId: "Asia/Kolkata" });
  await inbox.comesAs("Ana", "#/?endpoint=pe-far-away");
  await inbox.opensRequestOf("pe-far-away");

  const time = inbox.page.getByRole("region", { name: "Deadline" }).getByRole("time");

  expect(await time.textContent()).toContain(`${inKolkata.slice(11, 16)} GMT+5:30`);
  expect(await time.getAttribute("title")).toContain(
    `${deadline.slice(0, 10)} ${deadline.slice(11, 16)} UTC`,
  );
});

test("every time in every view is local with its zone, and in UTC on hover", async () => {
  await peopleAreAsked(world, "pe-far-and-wide");
  await world.api.reviews("di", "pe-far-and-wide", "reject", "Not without a ticket.");
  const { id } = await world.api.request("pe-far-and-wide");
  await peopleAreAsked(world, "pe-far-waiting");
  const inbox = await world.opens({ timezoneId: "Asia/Kolkata" });
  await inbox.comesAs("Fay");

  for (const hash of [
    "#/?tab=others",
    "#/?tab=decided",
    "#/audit",
    `#/audit/${id}`,
    "#/policy",
    "#/overview",
  ]) {
    await inbox.goes(hash);
    const times = inbox.page.getByRole("time");
    await times.first().waitFor();
    const told = await times.evaluateAll((all) =>
      all.map((time) => ({
        at: time.getAttribute("datetime") ?? "",
        title: time.getAttribute("title") ?? "",
      })),
    );
    for (const { at, title } of told) {
      const local = new Date(Date.parse(at) + 5.5 * 3_600_000).toISOString().slice(11, 16);
      expect(title, hash).toMatch(
        new RegExp(`^\\d+ [A-Z][a-z]+, ${local} GMT\\+5:30, ${at.slice(0, 10)} ${at.slice(11, 16)} UTC$`),
      );
    }
  }
});

test("nothing moves for who does not want it", async () => {
  await peopleAreAsked(world, "pe-still");
  const inbox = await world.opens({ reducedMotion: "reduce" });
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-still");
  await inbox.button("Reject …").click();

  const moving = await inbox.page.evaluate(() =>
    [...document.querySelectorAll("*")]
      .filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return transitionDuration !== "0s" || animationName !== "none";
      })
      .map(({ outerHTML }) => outerHTML),
  );

  expect(moving).toEqual([]);
});
