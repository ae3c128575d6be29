import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { personToken } from "../../infra/local/world/tokens.ts";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { eventually } from "../journey/kit/patience.ts";
import { ANSWERED, ASKED, settlesOnce } from "../journey/kit/trails.ts";
import type { Inbox } from "./kit/inbox.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

const Found = z.object({ records: z.array(z.object({ sentence: z.string() })) });
const Accesses = z.object({
  accesses: z.array(z.object({ person: z.object({ name: z.string() }), operation: z.string() })),
});

/** What an auditor gets from the API as a file of that type. */
async function fileOf(path: string, type: string): Promise<string> {
  const token = await personToken(world.endpoints(), "fay", world.endpoints().audience);
  const { app } = world.endpoints();
  const response = await fetch(`${app}${path}`, {
    headers: { authorization: `Bearer ${token}`, accept: type },
  });
  return response.text();
}

const entries = ({ page }: Inbox) => page.getByRole("main").getByRole("listitem");

const NAME = "pe-audited";

beforeAll(async () => {
  await peopleAreAsked(world, NAME, "For the month's report");
  await world.api.reviews("di", NAME, "approve", "The board agreed.");
  await settlesOnce(world, NAME, [...ASKED, ...ANSWERED]);
});

test("a search of records shows what the API finds, and one of them leads to its trail", async () => {
  const { body } = await world.api.as("fay").get(`/api/audit?endpoint=${NAME}`);
  const inbox = await world.opens();
  await inbox.comesAs("Fay", `#/audit?endpoint=${NAME}`);

  const sentences = entries(inbox).locator(".what > span");
  await eventually(async () =>
    expect(await sentences.allTextContents()).toEqual(
      Found.parse(body).records.map(({ sentence }) => sentence),
    ),
  );
  await inbox.page.getByLabel("Kind of record").selectOption("reviewed");
  await inbox.button("Apply").click();
  await inbox.page.getByRole("status").getByText("1 found.").waitFor();
  await inbox.link("Reviewed: pe-audited → aks-1").click();

  await inbox.heading("Audit trail").waitFor();
  await eventually(async () =>
    expect(await entries(inbox).locator("> strong").allTextContents()).toEqual(
      expect.arrayContaining(["Received", "Assessed", "Asked", "Reviewed: approve", "Verified: approved"]),
    ),
  );
  await inbox.text('Record 4, by "Di Approver').click();
  const raw = await entries(inbox).nth(3).locator("pre").textContent();
  const [, , , reviewed] = await world.api.records(NAME);
  expect(JSON.parse(raw ?? "")).toMatchObject({ seq: 4, kind: "reviewed", at: reviewed?.at });
  await inbox.text("Record 2, by rule default").click();
  await entries(inbox).nth(1).getByText("ask by default").first().waitFor();
});

test("requests are searched there as well, whatever became of them", async () => {
  const inbox = await world.opens();
  await inbox.comesAs("Fay", `#/audit?endpoint=${NAME}`);

  await inbox.page.getByRole("navigation", { name: "What is searched" }).getByText("Requests").click();

  await inbox.link("pe-audited → aks-1").click();
  await inbox.stands("Approved, by").waitFor();
});

test.each([
  { ending: "csv", type: "text/csv" },
  { ending: "ndjson", type: "application/x-ndjson" },
])("all that is found is saved as $ending, as the API has it", async ({ ending, type }) => {
  const inbox = await world.opens();
  await inbox.comesAs("Fay", `#/audit?endpoint=${NAME}`);

  const saving = inbox.page.waitForEvent("download");
  await inbox.button(`Save all as ${ending}`).click();
  const download = await saving;

  expect(download.suggestedFilename()).toBe(`records.${ending}`);
  const saved = await readFile(await download.path(), "utf8");
  expect(saved).toBe(await fileOf(`/api/audit?endpoint=${NAME}`, type));
  const lines = saved.trimEnd().split(/\r?\n/);
  const records = ASKED.length + ANSWERED.length;
  expect(lines.length).toBeGreaterThanOrEqual(ending === "csv" ? records + 1 : records);
  expect(saved).toContain("The board agreed.");
  await inbox.page.getByRole("status").getByText("Saved.").waitFor();
});

test("a trail, too, is saved as a file", async () => {
  const { id } = await world.api.request(NAME);
  const inbox = await world.opens();
  await inbox.comesAs("Fay", `#/audit/${id}`);

  const saving = inbox.page.waitForEvent("download");
  await inbox.button("Save all as ndjson").click();

  const saved = await readFile(await (await saving).path(), "utf8");
  expect(saved).toBe(await fileOf(`/api/audit?request=${id}`, "application/x-ndjson"));
});

test("an auditor reads who looked at what, and nobody else does", async () => {
  const { id } = await world.api.request(NAME);
  const [bo, fay] = [await world.opens(), await world.opens()];
  await bo.comesAs("Bo", `#/requests/${id}`);
  await bo.requestOf(NAME).waitFor();
  // What is open is looked at again and again.
  await bo.goes("#/policy");

  await fay.comesAs("Fay", `#/audit/${id}`);
  await fay.link("Who looked at it").click();

  const looked = entries(fay).filter({ hasText: '"Bo Approver (security duty)"' });
  await looked.filter({ hasText: "Opened the request, shown 1" }).waitFor();
  const { body } = await world.api.as("fay").get(`/api/audit/accesses?request=${id}`);
  const known = Accesses.parse(body).accesses.filter(({ person }) => person.name.startsWith("Bo "));
  expect(await looked.count()).toBe(known.length);
  expect(known.map(({ operation }) => operation)).toContain("getRequest");
  await bo.goes(`#/audit/${id}`);
  await bo.link("The request").waitFor();
  expect(await bo.link("Who looked at it").count()).toBe(0);
  expect(await bo.button(/^Save all/).count()).toBe(0);
  await bo.goes("#/audit");
  await bo.text("Auditors see more").waitFor();
  expect(await bo.link("Who looked").count()).toBe(0);
});

test("j and k go through what was found", async () => {
  const inbox = await world.opens();
  await inbox.comesAs("Fay", `#/audit?endpoint=${NAME}`);
  const links = entries(inbox).getByRole("link");
  await links.nth(1).waitFor();

  await inbox.page.keyboard.press("j");
  await inbox.page.keyboard.press("j");
  expect(await links.nth(1).evaluate((link) => link === document.activeElement)).toBe(true);
  await inbox.page.keyboard.press("Enter");

  await inbox.heading("Audit trail").waitFor();
});
