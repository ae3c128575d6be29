import { afterEach, expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { ANSWERED, ASKED, settlesOnce } from "../journey/kit/trails.ts";
import { entra } from "./kit/entra.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

/** As Entra has it when nobody asks for anything else. */
const USUAL = { accessTokenSeconds: 3_600 };
/** The page renews what ends within a minute, so it does before each call. */
const HARDLY_ANY = { accessTokenSeconds: 30 };

afterEach(() => entra(world, "tokens", USUAL));

test("while Entra is down the page says so, and signs in once it is back", async () => {
  const { entra: issuer } = world.endpoints();
  const inbox = await world.opens({ failing: new RegExp(`^${issuer}`) });
  await inbox.page.route(`${issuer}/**`, (route) => route.abort());

  await inbox.goes();
  await inbox.text("Microsoft Entra, where you sign in, cannot be reached.").waitFor();
  await inbox.page.unroute(`${issuer}/**`);
  await inbox.button("Try again").click();
  await inbox.button("Sign in").click();
  await inbox.picks("Ana");

  await inbox.heading("Waiting for me").waitFor();
});

test("a token that has expired is renewed without a word", async () => {
  await peopleAreAsked(world, "pe-renewed");
  await entra(world, "tokens", HARDLY_ANY);
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-renewed");

  await inbox.button("Approve").click();

  await inbox.stands("Approved, by").waitFor();
});

test("a sign-in that has ended is begun again, and what was written is still there", async () => {
  await peopleAreAsked(world, "pe-signed-out");
  await entra(world, "tokens", HARDLY_ANY);
  const inbox = await world.opens({ failing: /\/token$/ });
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-signed-out");
  await inbox.reason.fill("Agreed with the board");

  await entra(world, "sessions", {});
  await inbox.comesBack();
  await inbox.text("Your sign-in has ended.").first().waitFor();
  expect(await inbox.reason.inputValue()).toBe("Agreed with the board");
  await inbox.button("Sign in again").click();
  await inbox.picks("Ana");
  await inbox.requestOf("pe-signed-out").waitFor();

  expect(await inbox.reason.inputValue()).toBe("Agreed with the board");
  await inbox.button("Approve").click();
  await inbox.stands("Approved, by").waitFor();
});

test("the app is killed between a click and its reply: nobody approves twice", async () => {
  await peopleAreAsked(world, "pe-killed");
  const inbox = await world.opens({ failing: /\/api\// });
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-killed");
  let back: Promise<void> = Promise.resolve();
  await inbox.page.route("**/reviews", async (route) => {
    await route.fetch();
    back = world.kill("app");
    await route.abort("connectionreset");
  });

  await inbox.button("Approve").click();
  await inbox.stands(/does not answer|no answer|Your approval is recorded/i).waitFor();
  await back;
  await inbox.comesBack();

  await inbox.button("Show what changed").or(inbox.stands("Approved, by")).first().waitFor();
  await settlesOnce(world, "pe-killed", [...ASKED, ...ANSWERED]);
});

test("signing out in one tab signs out in the others", async () => {
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  const other = await inbox.opensTab();
  await other.goes();
  await other.heading("Waiting for me").waitFor();

  await inbox.button("Sign out").click();

  await inbox.button("Sign in").waitFor();
  await other.button("Sign in").waitFor();
  await other.page.reload();
  await other.button("Sign in").waitFor();
});
