import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { eventually } from "../journey/kit/patience.ts";
import { ANSWERED, ASKED, settlesOnce, trailBecomes } from "../journey/kit/trails.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

test("an approval is followed to Approved without loading the page again", async () => {
  await peopleAreAsked(world, "pe-approved");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  const loaded = await inbox.page.evaluate(() => performance.timeOrigin);

  await inbox.opensRequestOf("pe-approved");
  await inbox.button("Approve").click();

  await inbox.stands("Your approval is recorded.").waitFor();
  await inbox.stands("Approved, by").waitFor();
  await expect(inbox.button("Approve").count()).resolves.toBe(0);
  expect(await inbox.page.evaluate(() => performance.timeOrigin)).toBe(loaded);
  await settlesOnce(world, "pe-approved", [...ASKED, ...ANSWERED]);
});

test("the status has the focus once somebody has decided", async () => {
  await peopleAreAsked(world, "pe-focus");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");

  await inbox.opensRequestOf("pe-focus");
  await eventually(async () =>
    expect(await inbox.requestOf("pe-focus").evaluate((heading) => heading === document.activeElement)).toBe(
      true,
    ),
  );
  await inbox.button("Approve").click();

  await inbox.stands("Your approval is recorded.").waitFor();
  expect(await inbox.page.evaluate(() => document.activeElement?.textContent)).toContain("recorded");
});

test("a rejection takes a reason, and the consumer reads it", async () => {
  await peopleAreAsked(world, "pe-rejected");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-rejected");

  await inbox.button("Reject …").click();
  const dialog = inbox.dialog("Reject for good?");
  await dialog.getByRole("button", { name: "Reject for good" }).click();
  await dialog.getByText("Say why, for").waitFor();
  await dialog.getByRole("textbox", { name: "Reason (required)" }).fill("Nobody knows this endpoint.");
  await dialog.getByRole("button", { name: "Reject for good" }).click();

  await inbox.stands(/^Rejected.*Your rejection is recorded\./).waitFor();
  expect(await inbox.region("Your answer").getByRole("button").count()).toBe(0);
  await settlesOnce(world, "pe-rejected", [...ASKED, ...ANSWERED], "Rejected");
  const { description } = await world.consumer.sees("pe-rejected");
  expect(description).toContain("Nobody knows this endpoint.");
});

test("a reason that the policy demands is demanded before anything is sent", async () => {
  await peopleAreAsked(world, "pe-reasoned-1");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-reasoned-1");

  await inbox.button("Approve").click();
  await inbox.text("Say why, for").waitFor();
  expect(await world.trail("pe-reasoned-1")).toEqual(ASKED);
  await inbox.reason.fill("The change board agreed.");
  await inbox.button("Approve").click();

  await inbox.stands("Approved, by").waitFor();
});

test("one of two approvals is shown as such, and taken back", async () => {
  await peopleAreAsked(world, "pe-two-1");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-two-1");
  await inbox.text("0 of 2").waitFor();

  await inbox.button("Approve").click();
  await inbox.text("1 of 2").waitFor();
  await inbox.button("Withdraw my review").click();

  await inbox.text("0 of 2").waitFor();
  await trailBecomes(world, "pe-two-1", [...ASKED, "reviewed", "withdrawn"]);
});

test("two people approve what two have to", async () => {
  await peopleAreAsked(world, "pe-two-2");
  const [ana, di] = [await world.opens(), await world.opens()];
  await ana.comesAs("Ana");
  await di.comesAs("Di");

  await ana.opensRequestOf("pe-two-2");
  await ana.button("Approve").click();
  await ana.stands("Your approval is recorded.").waitFor();
  await di.opensRequestOf("pe-two-2");
  await di.text("1 of 2").waitFor();
  await di.button("Approve").click();

  await di.stands("Approved, by").waitFor();
  await settlesOnce(world, "pe-two-2", [...ASKED, "reviewed", ...ANSWERED]);
});

test.each([
  ["Cy", "who may only read"],
  ["Bo", "who is of a group that is not asked"],
] as const)("%s, %s, reads one sentence why, and has nothing to press", async (name, _who) => {
  await peopleAreAsked(world, `pe-not-of-${name.toLowerCase()}`);
  const { id } = await world.api.request(`pe-not-of-${name.toLowerCase()}`);
  const inbox = await world.opens();

  await inbox.comesAs(name, `#/requests/${id}`);

  const answer = inbox.page.getByRole("region", { name: "Your answer" });
  await answer.waitFor();
  expect((await answer.innerText()).trim()).toMatch(/^[A-Z][^.]+\.$/);
  expect(await answer.getByRole("button").count()).toBe(0);
  expect(await answer.getByRole("textbox").count()).toBe(0);
});

test("several of one kind are approved together, each with a result of its own", async () => {
  for (const name of ["pe-many-1", "pe-many-2", "pe-many-3"]) await peopleAreAsked(world, name);
  const inbox = await world.opens();
  await inbox.comesAs("Ana");

  for (const name of ["pe-many-1", "pe-many-2", "pe-many-3"])
    await inbox.page.getByRole("checkbox", { name: new RegExp(name) }).check();
  await world.api.reviews("di", "pe-many-3", "reject", "Not this one.");
  await inbox.button("Approve together …").click();
  const dialog = inbox.dialog(/^Approve 2 together/);
  await dialog.getByRole("button", { name: "Approve 2" }).click();

  await eventually(async () => expect(await dialog.getByText("Recorded", { exact: true }).count()).toBe(2));
  await dialog.getByText(/^Not this one: /).waitFor();
  for (const name of ["pe-many-1", "pe-many-2"]) await settlesOnce(world, name, [...ASKED, ...ANSWERED]);
});
