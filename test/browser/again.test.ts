import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { eventually } from "../journey/kit/patience.ts";
import { ANSWERED, ASKED, settlesOnce } from "../journey/kit/trails.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

/** What ARM says while somebody has locked the cluster's resource group: nothing that passes by itself. */
const LOCKED = { kind: "conflict", code: "ScopeLocked", message: "The scope is locked." } as const;

test("what failed says why, and an approver who mended it has it tried again", async () => {
  const pathPattern = "/privateEndpointConnections/pe-locked";
  await world.arm.trouble({ ...LOCKED, method: "PUT", pathPattern, times: 1 });
  await peopleAreAsked(world, "pe-locked");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-locked");

  await inbox.button("Approve").click();
  await inbox.stands(/^Failed.*The app gave up for now \(ScopeLocked\): The scope is locked\./).waitFor();
  expect(await inbox.button("Approve").count()).toBe(0);
  await inbox.button("Try again now").click();

  await inbox.stands("Recorded: the app tries again.").waitFor();
  await inbox.stands("Approved, by").waitFor();
  expect(await world.arm.connection("pe-locked")).toMatchObject({ status: "Approved" });
});

test("who was not asked has nothing to retry, and reads why", async () => {
  const pathPattern = "/privateEndpointConnections/pe-stays-locked";
  await world.arm.trouble({ ...LOCKED, method: "PUT", pathPattern, times: 1 });
  await peopleAreAsked(world, "pe-stays-locked");
  await world.api.reviews("di", "pe-stays-locked", "approve");
  const inbox = await world.opens();
  await inbox.comesAs("Bo", `#/requests/${(await world.api.request("pe-stays-locked")).id}`);

  await inbox.stands(/^Failed/).waitFor();

  const answer = inbox.region("Your answer");
  expect((await answer.innerText()).trim()).toMatch(/^[A-Z][^.]+\.$/);
  expect(await answer.getByRole("button").count()).toBe(0);
});

test("a double click is one answer", async () => {
  await peopleAreAsked(world, "pe-two-clicks");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-two-clicks");
  let posts = 0;
  inbox.page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/reviews")) posts += 1;
  });

  await inbox.button("Approve").dblclick();
  await inbox.stands("Your approval is recorded.").waitFor();

  expect(posts).toBe(1);
  expect(await world.trail("pe-two-clicks")).toEqual([...ASKED, "reviewed"]);
});

test.each([
  { what: "the reply is lost", name: "pe-two-lost", answersTwice: false },
  { what: "it is sent twice on its way", name: "pe-two-sends", answersTwice: true },
])("where $what, an answer is on record once, and the page says so", async ({ name, answersTwice }) => {
  await peopleAreAsked(world, name);
  const inbox = await world.opens({ failing: /\/reviews$/ });
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf(name);
  await inbox.page.route("**/reviews", async (route) => {
    await route.fetch();
    await (answersTwice ? route.continue() : route.abort("connectionreset"));
  });

  await inbox.button("Approve").click();

  await inbox.stands("Your approval is recorded.").waitFor();
  expect(await world.trail(name)).toEqual([...ASKED, "reviewed"]);
});

test("nothing is shown as done before Azure shows it", async () => {
  const pathPattern = "/privateEndpointConnections/pe-in-its-time";
  await world.arm.trouble({ kind: "hang", method: "PUT", pathPattern, ms: 4_000, times: 1 });
  await peopleAreAsked(world, "pe-in-its-time");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.opensRequestOf("pe-in-its-time");

  await inbox.button("Approve").click();
  await inbox.stands(/^Applying.*Your approval is recorded\./).waitFor();
  const meanwhile = await world.arm.connection("pe-in-its-time");
  await inbox.stands(/^Approved/).waitFor();

  expect(meanwhile.status).toBe("Pending");
  await settlesOnce(world, "pe-in-its-time", [...ASKED, ...ANSWERED]);
  const words = inbox.region("Timeline").getByRole("listitem").locator("strong");
  await eventually(async () => expect((await words.allTextContents()).at(-1)).toBe("Verified: approved"));
  expect((await words.allTextContents()).filter((word) => word !== "Delayed")).toEqual([
    ...["Received", "Assessed", "Asked", "Reviewed: approve", "Decided: approve"],
    ...["Writing", "Taken by Azure", "Verified: approved"],
  ]);
});
