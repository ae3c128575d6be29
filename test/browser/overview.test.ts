import { expect, test } from "vitest";
import * as z from "zod";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { eventually } from "../journey/kit/patience.ts";
import { trailBecomes } from "../journey/kit/trails.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

const Summary = z.object({
  waiting: z.object({
    total: z.number(),
    byAge: z.array(z.object({ label: z.string(), count: z.number() })),
  }),
  days: z.array(z.object({ day: z.string(), policy: z.number(), people: z.number() })),
  consumers: z.object({ top: z.array(z.object({ name: z.string(), count: z.number() })) }),
});

/** What the pictures are drawn from. */
const summary = async () => Summary.parse((await world.api.as("ana").get("/api/audit/summary")).body);

test("each picture says in words and numbers what it shows, and its figures are the API's", async () => {
  await world.consumer.requests("pe-trusted-drawn");
  await peopleAreAsked(world, "pe-drawn");
  await world.api.reviews("di", "pe-drawn", "approve");
  await eventually(async () =>
    expect(await world.api.request("pe-drawn")).toMatchObject({ state: "closed" }),
  );
  await peopleAreAsked(world, "pe-drawn-waiting");
  const inbox = await world.opens();
  await inbox.comesAs("Ana", "#/overview");
  const figure = (heading: string) => inbox.page.getByRole("figure").filter({ has: inbox.heading(heading) });
  const rows = (heading: string) => figure(heading).getByRole("row");
  const cells = (heading: string) =>
    rows(heading).evaluateAll((all) =>
      all.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent?.trim())),
    );

  await figure("Decisions").waitFor();
  await figure("Decisions").getByText("As a table").click();
  // What was decided before may be on its way into the figures.
  await eventually(async () => {
    await inbox.comesBack();
    const { waiting, days, consumers } = await summary();
    const { day, policy = 0, people = 0 } = days.at(-1) ?? {};
    expect(Math.min(policy, people)).toBeGreaterThan(0);
    expect(await figure("Waiting").innerText()).toMatch(
      new RegExp(`^${waiting.total} waits? for people\\.$`, "m"),
    );
    expect(await cells("Waiting")).toEqual(waiting.byAge.map(({ label, count }) => [label, String(count)]));
    expect(await cells("Consumers")).toEqual(
      consumers.top.slice(0, 5).map(({ name, count }) => [name, String(count)]),
    );
    expect((await cells("Decisions"))[1]).toEqual([day, String(policy), String(people), "0"]);
    expect(await figure("Decisions").innerText()).toMatch(
      new RegExp(
        `In 30 days ${policy} by policy, ${people} by people, 0 by integrations\\. Half within .*, nearly all within `,
      ),
    );
  });
});

test("nothing is told by colour or by a picture alone", async () => {
  await world.consumer.requests("pe-trusted-uncoloured");
  await peopleAreAsked(world, "pe-uncoloured");
  await world.api.reviews("di", "pe-uncoloured", "reject", "No.");
  await eventually(async () =>
    expect(await world.api.request("pe-uncoloured")).toMatchObject({ state: "closed" }),
  );
  const inbox = await world.opens({ forcedColors: "active" });
  await inbox.comesAs("Ana", "#/overview");
  await inbox.page.getByRole("figure").first().waitFor();

  const looks = await inbox.page.evaluate(() =>
    ["policy", "people"].map((who) => {
      const bar = document.querySelector(`.days rect.${who}`);
      const { fillOpacity = "", stroke = "" } = bar === null ? {} : getComputedStyle(bar);
      return { fillOpacity, isOutlined: stroke !== "none" };
    }),
  );
  const unnamed = await inbox.page
    .getByRole("figure")
    .locator("svg:not([aria-hidden=true], [aria-hidden=true] svg)")
    .count();
  const snapshot = await inbox.page.getByRole("main").ariaSnapshot();

  expect(looks).toEqual([
    { fillOpacity: "1", isOutlined: false },
    { fillOpacity: "0.2", isOutlined: true },
  ]);
  expect(unnamed).toBe(0);
  expect(snapshot).not.toMatch(/- img/);
});

test("what failed is there for somebody to open it, and so are the oldest and the consumers", async () => {
  const pathPattern = "/privateEndpointConnections/pe-trusted-fails";
  const locked = { kind: "conflict", code: "ScopeLocked", message: "The scope is locked." } as const;
  await world.arm.trouble({ ...locked, method: "PUT", pathPattern, times: 1 });
  await world.consumer.requests("pe-trusted-fails");
  await trailBecomes(world, "pe-trusted-fails", ["received", "assessed", "decided", "applying", "failed"]);
  const inbox = await world.opens();
  await inbox.comesAs("Ana", "#/overview");

  await inbox.text("Open each, mend the cause, then retry it.").waitFor();
  await inbox.text("The oldest:").waitFor();
  await inbox.link("pe-trusted-fails → aks-1").click();

  await inbox.stands(/^Failed/).waitFor();
  await inbox.button("Try again now").waitFor();
});

test("what changes is drawn anew for who comes back to it", async () => {
  const inbox = await world.opens();
  await inbox.comesAs("Ana", "#/overview");
  const waiting = inbox.page.getByRole("figure").filter({ has: inbox.heading("Waiting") });
  const before = await waiting.locator("figcaption p").textContent();

  await peopleAreAsked(world, "pe-drawn-anew");
  await inbox.comesBack();

  const { total } = (await summary()).waiting;
  await waiting.getByText(new RegExp(`^${total} wait`)).waitFor();
  expect(before).not.toMatch(new RegExp(`^${total} wait`));
});
