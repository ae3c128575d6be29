import { expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { eventually } from "../journey/kit/patience.ts";
import { ASKED } from "../journey/kit/trails.ts";
import { asksFrom } from "./kit/consumers.ts";
import type { Inbox } from "./kit/inbox.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

const ANOTHER = { id: "92b5d3f8-1c7e-4a06-bd24-6f3e8a9c0d57", displayName: "sub-marketing" };
const ANA = "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201";

/** Which of these endpoints the list shows. */
const shown = async (inbox: Inbox, names: readonly string[]): Promise<readonly string[]> => {
  const rows = await inbox.row("").allTextContents();
  return names.filter((name) => rows.some((row) => row.startsWith(`${name} `)));
};

test("each list has what belongs there, and what is due first stands first", async () => {
  const names = ["pe-of-mine", "pe-secured-1", "pe-slow-listed", "pe-trusted-listed"];
  // What is due first is not the newest.
  await peopleAreAsked(world, "pe-slow-listed");
  await peopleAreAsked(world, "pe-secured-1");
  await peopleAreAsked(world, "pe-of-mine");
  await world.consumer.requests("pe-trusted-listed");
  await eventually(async () =>
    expect(await world.api.request("pe-trusted-listed")).toMatchObject({ state: "closed" }),
  );
  const inbox = await world.opens();
  await inbox.comesAs("Ana");

  await inbox.row("pe-of-mine").waitFor();
  expect(await shown(inbox, names)).toEqual(["pe-of-mine", "pe-slow-listed"]);
  const due = await inbox
    .region("Requests")
    .getByRole("time")
    .evaluateAll((times) => times.map((time) => time.getAttribute("datetime")));
  expect(due).toEqual(due.toSorted());
  expect(await inbox.row("").first().textContent()).toContain("pe-slow-listed");
  await inbox.link("Waiting for others").click();
  await inbox.row("pe-secured-1").waitFor();
  expect(await shown(inbox, names)).toEqual(["pe-secured-1"]);
  await inbox.link("Decided").click();
  await inbox.row("pe-trusted-listed").waitFor();
  expect(await shown(inbox, names)).toEqual(["pe-trusted-listed"]);
});

test("every filter of the search finds what it says, and stands in the address", async () => {
  const all = ["pe-trusted-found", "pe-sandbox-found", "pe-found", "pe-found-afar"];
  await world.arm.createsCluster("aks-afar");
  await world.consumer.requests("pe-trusted-found");
  await world.consumer.requests("pe-sandbox-found");
  await peopleAreAsked(world, "pe-found");
  await asksFrom(world, ANOTHER, "pe-found-afar", "aks-afar");
  await world.api.reviews("ana", "pe-found", "approve");
  await world.api.reviews("di", "pe-found-afar", "reject", "Not this one.");
  await eventually(async () => {
    for (const name of all) expect(await world.api.request(name)).toMatchObject({ state: "closed" });
  });
  const inbox = await world.opens();
  await inbox.comesAs("Ana", "#/?tab=decided");
  await inbox.row("pe-found").first().waitFor();

  for (const [label, name, value, found] of [
    ["Cluster", "cluster", "aks-afar", ["pe-found-afar"]],
    ["Consumer's subscription, by id", "consumer", ANOTHER.id, ["pe-found-afar"]],
    ["Private endpoint", "endpoint", "pe-sandbox-found", ["pe-sandbox-found"]],
    ["Person, by object id or full name", "person", ANA, ["pe-found"]],
    ["Rule", "rule", "trusted", ["pe-trusted-found"]],
    ["From", "from", "2099-01-01", []],
    ["Until", "to", "2099-01-01", all],
    ["Outcome", "outcome", "rejected", ["pe-sandbox-found", "pe-found-afar"]],
  ] as const) {
    await inbox.page.getByText("Filters", { exact: true }).click();
    const field = inbox.page.getByLabel(label, { exact: true });
    await (label === "Outcome" ? field.selectOption(value) : field.fill(value));
    await inbox.button("Apply").click();
    await inbox.text(/^Filters \(1\)$/).waitFor();
    await eventually(async () => expect(await shown(inbox, all), label).toEqual(found));
    expect(new URL(inbox.page.url()).hash).toBe(`#/?tab=decided&${name}=${value}`);
    await inbox.link("Clear all filters").click();
    await eventually(async () => expect(await shown(inbox, all)).toEqual(all));
  }
});

test("/ leads to the search, which says how many it found and why it found nothing", async () => {
  await peopleAreAsked(world, "pe-sought");
  const inbox = await world.opens();
  const { keyboard } = inbox.page;
  await inbox.comesAs("Ana");
  await inbox.row("pe-sought").waitFor();

  await keyboard.press("/");
  await keyboard.type("sought");
  await keyboard.press("Enter");
  await inbox.page.getByRole("status").getByText("1 found.").waitFor();
  expect(await inbox.row("").allTextContents()).toEqual(["pe-sought → aks-1"]);
  await inbox.page.getByRole("searchbox").fill("nobody-has-this-name");
  await keyboard.press("Enter");
  await inbox.text("Nothing meets these filters.").waitFor();
  await inbox.link("Show all").click();

  await inbox.row("pe-sought").waitFor();
});

test("only requests of one kind are approved together", async () => {
  await world.arm.createsCluster("aks-afar");
  await peopleAreAsked(world, "pe-kind-1");
  await peopleAreAsked(world, "pe-reasoned-kind");
  await world.consumer.requests("pe-kind-afar", { cluster: "aks-afar" });
  await asksFrom(world, ANOTHER, "pe-kind-of-others");
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  await inbox.row("pe-kind-afar").waitFor();
  const box = (name: string) => inbox.page.getByRole("checkbox", { name: new RegExp(`${name} `) });

  await box("pe-kind-1").check();
  expect([await box("pe-kind-afar").isDisabled(), await box("pe-kind-of-others").isDisabled()]).toEqual([
    true,
    true,
  ]);
  await box("pe-reasoned-kind").check();
  await inbox.button("Approve together …").click();

  const dialog = inbox.dialog(/^Approve 1 together/);
  await dialog.getByText("Not this one: Another rule asks about it than about the first one.").waitFor();
  await dialog.getByRole("button", { name: "Approve 1" }).click();
  await dialog.getByText("Recorded", { exact: true }).waitFor();
  expect(await world.trail("pe-kind-1")).toContain("reviewed");
  expect(await world.trail("pe-reasoned-kind")).toEqual(ASKED);
});

test("one reason for all of them is demanded where the policy demands one", async () => {
  const names = ["pe-reasoned-all-1", "pe-reasoned-all-2"];
  for (const name of names) await peopleAreAsked(world, name);
  const inbox = await world.opens();
  await inbox.comesAs("Ana");
  for (const name of names) await inbox.page.getByRole("checkbox", { name: new RegExp(name) }).check();
  await inbox.button("Approve together …").click();
  const dialog = inbox.dialog(/^Approve 2 together/);
  const approve = dialog.getByRole("button", { name: "Approve 2" });

  await approve.click();
  await dialog.getByText("Say why, for").waitFor();
  await dialog.getByRole("textbox", { name: "Reason (required)" }).fill("The board agreed to both.");
  await approve.click();

  for (const name of names)
    await eventually(async () =>
      expect((await world.api.request(name)).decision?.reason).toContain("The board agreed to both."),
    );
});
