import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { ANSWERED, ASKED, settlesOnce } from "../journey/kit/trails.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

/** The app says no the first time. */
const failing = /\/reviews$/;

test("who has to prove more signs in again with it, and answers without typing anything twice", async () => {
  await peopleAreAsked(world, "pe-strong-1");
  const inbox = await world.opens({ failing });
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-strong-1");
  await inbox.reason.fill("The change is planned");

  const refused = inbox.page.waitForResponse(failing);
  await inbox.button("Approve").click();
  const refusal = await refused;
  await inbox.showsSecondFactor();
  await inbox.requestOf("pe-strong-1").waitFor();

  expect(refusal.status()).toBe(401);
  expect(refusal.headers()["www-authenticate"]).toMatch(/error="insufficient_claims".*claims="/);
  expect(await world.trail("pe-strong-1")).toEqual(ASKED);
  expect(await inbox.reason.inputValue()).toBe("The change is planned");
  await inbox.button("Approve").click();
  await inbox.stands("Your approval is recorded.").waitFor();
  const { decision } = await world.api.request("pe-strong-1");
  expect(decision?.reason).toContain("The change is planned");
});

test("a rejection, too, takes the second factor, and its reason is still in the dialog", async () => {
  await peopleAreAsked(world, "pe-strong-2");
  const inbox = await world.opens({ failing });
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-strong-2");
  const dialog = inbox.dialog("Reject for good?");
  const reject = dialog.getByRole("button", { name: "Reject for good" });

  await inbox.button("Reject …").click();
  await dialog.getByRole("textbox").fill("Not without a ticket.");
  await reject.click();
  await inbox.showsSecondFactor();
  await inbox.button("Reject …").click();
  await reject.click();

  await inbox.stands("Your rejection is recorded.").waitFor();
  const { decision } = await world.api.request("pe-strong-2");
  expect(decision).toMatchObject({ decision: "reject", reason: "Not without a ticket." });
});

test("who would rather not prove it has decided nothing, and loses nothing", async () => {
  await peopleAreAsked(world, "pe-strong-3");
  const inbox = await world.opens({ failing });
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-strong-3");
  await inbox.reason.fill("The change is planned");

  await inbox.button("Approve").click();
  await inbox.heading("Confirm that it is you").waitFor();
  await inbox.button("Back to the app without signing in").click();

  await inbox.text("You broke the sign-in off.").waitFor();
  await inbox.button("Sign in").click();
  await inbox.requestOf("pe-strong-3").waitFor();
  expect(await inbox.reason.inputValue()).toBe("The change is planned");
  expect(await world.trail("pe-strong-3")).toEqual(ASKED);
});

test("several at once wait for the second factor, and then none is missing and none is done twice", async () => {
  const names = ["pe-strong-4", "pe-strong-5"];
  for (const name of names) await peopleAreAsked(world, name);
  const inbox = await world.opens({ failing });
  await inbox.comesAs("Ana");
  const together = async () => {
    for (const name of names) await inbox.page.getByRole("checkbox", { name: new RegExp(name) }).check();
    await inbox.button("Approve together …").click();
  };

  await together();
  await inbox.reason.fill("Both are planned");
  await inbox.button("Approve 2").click();
  await inbox.showsSecondFactor();
  await together();

  expect(await inbox.reason.inputValue()).toBe("Both are planned");
  await inbox.button("Approve 2").click();

  for (const name of names) await settlesOnce(world, name, [...ASKED, ...ANSWERED]);
});
