import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "../../journey/kit/patience.ts";
import type { Inbox } from "../kit/inbox.ts";
import { aWorld } from "../kit/visits.ts";

const FOLDER = join(import.meta.dirname, "../../../functions/inbox/screenshots");
const DESK = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 760 };
const MAX_BYTES = 150_000;

const world = aWorld();

/** What the sample has before a picture of it says much. */
const PLAYED = { waiting: 5, decided: 8 };

async function picture({ page }: Inbox, name: string): Promise<void> {
  const path = join(FOLDER, `${name}.png`);
  await page.mouse.move(0, 0);
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
  expect(statSync(path).size).toBeLessThan(MAX_BYTES);
}

test("the README shows the list, one request and the overview", async () => {
  const inbox = await world.opens({ viewport: DESK });
  await inbox.comesAs("Ana", "#/?tab=decided");
  await eventually(async () => {
    await inbox.comesBack();
    expect(await inbox.row("").count()).toBeGreaterThan(PLAYED.decided);
  });
  await inbox.link("Waiting for me").click();
  await eventually(async () => {
    await inbox.comesBack();
    expect(await inbox.row("").count()).toBeGreaterThan(PLAYED.waiting);
  });

  await picture(inbox, "list");
  await inbox.row("").first().click();
  await inbox.button("Approve").waitFor();
  await eventually(async () => expect(await inbox.text("Loading …").count()).toBe(0));
  await picture(inbox, "request");
  await inbox.page.setViewportSize(PHONE);
  await inbox.page.emulateMedia({ colorScheme: "dark" });
  await picture(inbox, "request-phone-dark");
  await inbox.page.setViewportSize(DESK);
  await inbox.page.emulateMedia({ colorScheme: "light" });
  await inbox.link("Overview").click();
  await inbox
    .heading(/^Overview/)
    .first()
    .waitFor();
  await eventually(async () => expect(await inbox.text("Loading …").count()).toBe(0));
  await picture(inbox, "overview");
});
