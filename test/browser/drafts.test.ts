import { afterEach, expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { entra } from "./kit/entra.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

afterEach(() => entra(world, "tokens", { accessTokenSeconds: 3_600 }));

test("what somebody began to write is kept for each request, wherever else they look meanwhile", async () => {
  for (const name of ["pe-draft-1", "pe-draft-2"]) await peopleAreAsked(world, name);
  const inbox = await world.opens();
  await inbox.comesAs("Ana");

  await inbox.opensRequestOf("pe-draft-1");
  await inbox.reason.fill("For the first");
  await inbox.opensRequestOf("pe-draft-2");
  expect(await inbox.reason.inputValue()).toBe("");
  await inbox.reason.fill("For the second");
  await inbox.link("Policy").click();
  await inbox.heading("In force").waitFor();
  await inbox.link("Requests").click();

  await inbox.opensRequestOf("pe-draft-1");
  expect(await inbox.reason.inputValue()).toBe("For the first");
  await inbox.opensRequestOf("pe-draft-2");
  expect(await inbox.reason.inputValue()).toBe("For the second");
});

test("what is being typed stays, with the focus, while others answer", async () => {
  await peopleAreAsked(world, "pe-two-drafts");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-two-drafts");
  await inbox.reason.pressSequentially("Half of a sen");

  await world.api.reviews("di", "pe-two-drafts", "approve", "Fine");
  await inbox.comesBack();
  await inbox.text("1 of 2").waitFor();
  await inbox.page.keyboard.type("tence");

  expect(await inbox.reason.inputValue()).toBe("Half of a sentence");
});

test("what was sent is no draft any more", async () => {
  await peopleAreAsked(world, "pe-two-sent");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-two-sent");
  await inbox.reason.fill("Fine with me");

  await inbox.button("Approve").click();
  await inbox.text("1 of 2").waitFor();
  await inbox.button("Withdraw my review").click();

  await inbox.text("0 of 2").waitFor();
  await inbox.button("Approve").waitFor();
  expect(await inbox.reason.inputValue()).toBe("");
});

test("nobody finds the words of somebody else", async () => {
  await peopleAreAsked(world, "pe-draft-ana");
  await entra(world, "tokens", { accessTokenSeconds: 30 });
  const inbox = await world.opens({ failing: /\/token$/ });
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-draft-ana");
  await inbox.reason.fill("Between Ana and the board");

  await entra(world, "sessions", {});
  await inbox.comesBack();
  await inbox.button("Sign in again").click();
  await inbox.picks("Di");
  await inbox.requestOf("pe-draft-ana").waitFor();

  expect(await inbox.reason.inputValue()).toBe("");
});

test("who signs out, in whichever tab, leaves nothing written behind", async () => {
  await peopleAreAsked(world, "pe-draft-out");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  const other = await inbox.opensTab();
  await other.goes();
  await other.opensRequestOf("pe-draft-out");
  await other.reason.fill("Not to be read here");

  await inbox.button("Sign out").click();
  await other.button("Sign in").click();
  await other.picks("Ana");
  await other.requestOf("pe-draft-out").waitFor();

  expect(await other.reason.inputValue()).toBe("");
});
