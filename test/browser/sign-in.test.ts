import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

test("somebody signs in by picking who they are on Entra's page", async () => {
  const inbox = await world.opens();
  await inbox.goes();

  await inbox.button("Sign in").click();
  await inbox.picks("Ana");

  await inbox.heading("Waiting for me").waitFor();
  await inbox.text("Ana Approver").waitFor();
});

test("the page asks for a code that only it can use, and takes it out of the address", async () => {
  const inbox = await world.opens();
  const asked: URL[] = [];
  const redeemed: URLSearchParams[] = [];
  inbox.page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname.endsWith("/authorize") && request.method() === "GET") asked.push(url);
    if (url.pathname.endsWith("/token")) redeemed.push(new URLSearchParams(request.postData() ?? ""));
  });

  await inbox.goes("#/policy");
  await inbox.button("Sign in").click();
  await inbox.picks("Ana");
  await inbox.button("Sign out").waitFor();

  const { searchParams: visible } = asked.at(-1) ?? new URL(inbox.page.url());
  expect(Object.fromEntries(visible)).toMatchObject({
    response_type: "code",
    response_mode: "fragment",
    code_challenge_method: "S256",
    scope: expect.stringMatching(/^api:\/\/\S+ openid profile offline_access$/),
  });
  const verifier = redeemed.at(-1)?.get("code_verifier") ?? "";
  const digest = createHash("sha256").update(verifier).digest("base64url");
  expect(visible.get("code_challenge")).toBe(digest);
  expect(redeemed.at(-1)?.has("client_secret")).toBe(false);
  expect(new URL(inbox.page.url()).hash).toBe("#/policy");
});

test("a page that is loaded again signs in again without asking", async () => {
  const inbox = await world.opens();
  await inbox.comesAs("Ana", "#/overview");

  await inbox.page.reload();

  await inbox.text("Ana Approver").waitFor();
  expect(new URL(inbox.page.url()).hash).toBe("#/overview");
});

test("what Entra refuses is told in its words", async () => {
  const { entra } = world.endpoints();
  const inbox = await world.opens();
  await inbox.goes();
  await inbox.page.route(`${entra}/**/authorize?*`, (route) =>
    route.continue({ url: route.request().url().replace("Approvals.ReadWrite", "Approvals.Everything") }),
  );
  await inbox.button("Sign in").click();

  await inbox.text(/^Entra refuses the sign-in: AADSTS\d+/).waitFor();
});

test("an answer to a sign-in that somebody else began is not taken", async () => {
  const inbox = await world.opens();

  await inbox.goes("#code=stolen&state=forged");

  await inbox.text("This answer is to a sign-in that was begun elsewhere").waitFor();
  expect(inbox.page.url()).not.toContain("stolen");
});

test("Entra sends nobody to an address that is not the page's own", async () => {
  const { entra } = world.endpoints();
  const inbox = await world.opens({ failing: /\/authorize/ });
  await inbox.goes();
  await inbox.button("Sign in").waitFor();
  await inbox.page.route(`${entra}/**/authorize?*`, (route) =>
    route.continue({ url: route.request().url().replace("%2Finbox%2F", "%2Felsewhere%2F") }),
  );
  await inbox.button("Sign in").click();

  await inbox.heading("You cannot be signed in").waitFor();
  await inbox.text(/AADSTS50011/).waitFor();
});

test.each([
  ["Gus", "You are in more groups than a token can list"],
  ["Cy", "You have not the role Approver, so nothing can wait for you."],
] as const)("%s is told what is missing", async (name, sentence) => {
  const inbox = await world.opens();

  await inbox.comesAs(name);

  await inbox.text(sentence).waitFor();
});

test("a link to a request leads there through the sign-in", async () => {
  await peopleAreAsked(world, "pe-linked");
  const { id } = await world.api.request("pe-linked");
  const inbox = await world.opens();

  await inbox.goes(`#/requests/${id}?asked=3`);
  await inbox.button("Sign in").click();
  await inbox.picks("Ana");

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
