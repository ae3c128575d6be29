import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { ASKED, trailBecomes } from "../journey/kit/trails.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

test("what changed while somebody looked is shown to them before they can answer", async () => {
  await peopleAreAsked(world, "pe-changing", "For the reports");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-changing");
  await inbox.reason.fill("Fine with me");

  await world.consumer.requests("pe-changing", { message: "For something else" });
  await trailBecomes(world, "pe-changing", [...ASKED, ...ASKED]);
  await inbox.comesBack();
  await inbox.text("What is asked has changed since you looked.").waitFor();

  expect(await inbox.button("Approve").isDisabled()).toBe(true);
  expect(await inbox.button("Reject …").isDisabled()).toBe(true);
  await inbox.page.getByRole("blockquote").getByText("For the reports").waitFor();
  await inbox.button("Show what changed").click();
  await inbox.page.getByRole("deletion").getByText("For the reports").waitFor();
  await inbox.page.getByRole("insertion").getByText("For something else").waitFor();
  expect(await inbox.reason.inputValue()).toBe("Fine with me");
  await inbox.button("Approve").click();
  await inbox.stands("Approved, by").waitFor();
});

test("an answer to what has changed meanwhile is not taken, and the page says what changed", async () => {
  await peopleAreAsked(world, "pe-changed", "For the reports");
  const inbox = await world.opens({ failing: /\/reviews$/ });
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-changed");

  await world.consumer.requests("pe-changed", { message: "For something else" });
  await trailBecomes(world, "pe-changed", [...ASKED, ...ASKED]);
  await inbox.button("Approve").click();

  await inbox.text("What is asked has changed since you looked.").waitFor();
  expect(await inbox.button("Approve").isDisabled()).toBe(true);
  expect(await world.trail("pe-changed")).toEqual([...ASKED, ...ASKED]);
});

test("what somebody else decided meanwhile is said, with who it was", async () => {
  await peopleAreAsked(world, "pe-decided");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-decided");

  await world.api.reviews("di", "pe-decided", "reject", "Not without a ticket.");
  await inbox.comesBack();
  await inbox.text("While you looked, this stopped waiting for an answer.").waitFor();
  expect(await inbox.button("Approve").isDisabled()).toBe(true);
  await inbox.button("Show what changed").click();

  await inbox.stands(/Rejected, by "Di Approver/).waitFor();
  await inbox.page.getByRole("insertion").getByText("Not without a ticket.").waitFor();
  expect(await inbox.button("Approve").count()).toBe(0);
});

test("an answer that comes after somebody else's counts for nothing", async () => {
  await peopleAreAsked(world, "pe-too-late");
  const inbox = await world.opens({ failing: /\/reviews$/ });
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-too-late");

  await world.api.reviews("di", "pe-too-late", "reject", "Not without a ticket.");
  await inbox.button("Approve").click();

  await inbox.stands(/decided already|Rejected/).waitFor();
  const reviews = (await world.trail("pe-too-late")).filter((kind) => kind === "reviewed");
  expect(reviews).toHaveLength(1);
});
