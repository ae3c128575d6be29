import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { BY_RULE, trailBecomes } from "../journey/kit/trails.ts";
import { asksFrom } from "./kit/consumers.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

const OURS = {
  id: "5d0b7c3e-2a61-4f0c-9a8e-1c6b2f4d8e93",
  displayName: "sub-web-dev",
  managementGroups: ["mg-landing-zones", "mg-nonproduction"],
};
const FABRIKAM = {
  id: "46a8e0d1-7b3f-4c95-8e62-b9d5f1c07a38",
  displayName: "Fabrikam Logistics",
  tenantId: "8f6f2b1e-93d4-4d1a-9a57-2c0e6b7d4f35",
};

test("the screen says what a person needs in the order in which they need it, by names with the ids behind them", async () => {
  await asksFrom(world, OURS, "pe-known-1");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");

  await inbox.opensRequestOf("pe-known-1");

  const article = inbox.page.getByRole("article");
  await article.getByText("Received", { exact: true }).waitFor();
  expect(await article.getByRole("heading", { level: 2 }).allTextContents()).toEqual([
    ...["Who asks for what", "Their message", "Why a person decides", "What nearly decided"],
    ...["What this consumer asked for before", "Who is asked", "Deadline", "What an answer does", "Timeline"],
  ]);
  const who = inbox.region("Who asks for what");
  await who.getByText("pe-known-1 of subscription sub-web-dev asks for a private connection").waitFor();
  expect((await who.innerText()).replaceAll(/\s+/g, " ")).toContain(
    `Subscription sub-web-dev ${OURS.id} Tenant our own bc28be56-ad87-4cf5-ae34-fb304dc38c65 Management groups mg-landing-zones, mg-nonproduction`,
  );
  expect(await inbox.region("What nearly decided").innerText()).toMatch(
    /Would be approved by known-landing-zones \(line \d+\), if history\.approvedBefore were/,
  );
  expect(await inbox.region("What an answer does").innerText()).toMatch(
    /network path .*no Kubernetes rights.*Rejecting is final/s,
  );
});

test("another tenant is loud", async () => {
  await asksFrom(world, FABRIKAM, "pe-foreign");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");

  await inbox.opensRequestOf("pe-foreign");

  const who = inbox.region("Who asks for what");
  await who.getByRole("alert").getByText("which belongs to ANOTHER TENANT").waitFor();
  await who.getByRole("definition").getByText(FABRIKAM.tenantId).waitFor();
});

test("the rule that asks leads to its line in the policy, with what it says there", async () => {
  await peopleAreAsked(world, "pe-two-lines");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-two-lines");

  await inbox
    .region("Why a person decides")
    .getByRole("link", { name: /^two-of-the-platform-team/ })
    .click();

  const line = inbox.page.getByRole("listitem").filter({ has: inbox.page.locator('[aria-current="true"]') });
  await line.getByText("- name: two-of-the-platform-team").waitFor();
  expect(
    await line
      .getByRole("link")
      .first()
      .evaluate((link) => link === document.activeElement),
  ).toBe(true);
});

test("the last three of this consumer are there with what became of them, also once it is decided", async () => {
  for (const name of ["pe-trusted-before", "pe-sandbox-before"]) {
    await world.consumer.requests(name);
    await trailBecomes(world, name, BY_RULE);
  }
  await peopleAreAsked(world, "pe-after-those");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-after-those");
  const history = inbox.region("What this consumer asked for before");
  const earlier = history.getByRole("listitem").filter({ has: inbox.page.getByRole("link") });

  await earlier.filter({ hasText: /Approved\s*pe-trusted-before/ }).waitFor();
  await earlier.filter({ hasText: /Rejected\s*pe-sandbox-before/ }).waitFor();
  expect(await earlier.count()).toBe(3);
  await inbox.button("Approve").click();
  await inbox.stands("Approved, by").waitFor();

  expect(await earlier.count()).toBe(3);
});

test("the bar with the answers is within reach wherever somebody reads", async () => {
  await peopleAreAsked(world, "pe-within-reach");
  const inbox = await world.opens({ viewport: { width: 1280, height: 500 } });
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-within-reach");

  for (const heading of ["Who asks for what", "Why a person decides", "Timeline"]) {
    await inbox.heading(heading).evaluate((element) => element.scrollIntoView());
    const { y = 0, height = 0 } = (await inbox.button("Approve").boundingBox()) ?? {};
    expect(y, heading).toBeGreaterThan(0);
    expect(y + height, heading).toBeLessThan(500);
  }
});

test("a link that is older than what is asked says so", async () => {
  await peopleAreAsked(world, "pe-old-link");
  const { id, ask } = await world.api.request("pe-old-link");
  const inbox = await world.opens();

  await inbox.comesAs("Ana", `#/requests/${id}?asked=${(ask?.seq ?? 0) - 1}`);

  await inbox.text("What was asked has changed since you were told of it.").waitFor();
});
