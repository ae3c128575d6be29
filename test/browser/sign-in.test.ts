import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

test("somebody signs in by picking who they are on Entra's page", async () => {
  const inbox = await world.opens();

  await inbox.comesAs("Ana");

  await inbox.heading("Waiting for me").waitFor();
  await inbox.text("Ana Approver").waitFor();
});

test("a link to a request leads there through the sign-in", async () => {
  await peopleAreAsked(world, "pe-linked");
  const { id } = await world.api.request("pe-linked");
  const inbox = await world.opens();

  await inbox.comesAs("Ana", `#/requests/${id}?asked=3`);

  await inbox.requestOf("pe-linked").waitFor();
  expect(inbox.page.url()).toContain(`#/requests/${id}?asked=3`);
});

test("nothing of a sign-in is kept in storage, and the page has no cookie", async () => {
  const inbox = await world.opens();

  await inbox.comesAs("Ana");

  expect(
    await inbox.page.evaluate(async () => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookies: document.cookie,
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
      name: window.name,
      state: history.state,
    })),
  ).toEqual({ local: {}, session: {}, cookies: "", databases: [], caches: [], name: "", state: null });
});
