import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
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

test.each(["#/audit", "#/policy", "#/overview"])(
  "on a phone %s needs no scrolling sideways",
  async (hash) => {
    const inbox = await world.opens({ viewport: { width: 360, height: 740 } });

    await inbox.comesAs("Ana", hash);
    await inbox.page.waitForLoadState("networkidle");

    expect(await inbox.isTooWide()).toBe(false);
  },
);

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
