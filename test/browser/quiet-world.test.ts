import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { dataFolder } from "../../infra/local/supervisor/data-folder.ts";
import { clockOf } from "../../infra/local/world/clock.ts";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { eventually, TIMEOUT_MS } from "../journey/kit/patience.ts";
import { ASKED, trailBecomes } from "../journey/kit/trails.ts";
import { aStack } from "../journey/stack.ts";
import { isAccessible } from "./kit/axe.ts";
import { BROWSER_POLICY } from "./kit/policy.ts";
import { aWorld } from "./kit/visits.ts";

const FROZEN = `${BROWSER_POLICY}
freeze:
  - name: for-ever
    when: { endpoint: { name: "pe-frozen-*" }, time: { from: 2020-01-01, until: "2099-01-01T00:00", timezone: Europe/Oslo } }
    then: wait
  - name: far-away
    when: { endpoint: { name: "pe-frozen-*" }, time: { from: 2100-01-01, until: "2100-02-01T00:00", timezone: Europe/Oslo } }
    then: wait
`;

const stack = aStack({ KILL_SWITCH: "on", POLICY_SCHEDULE: "*/2 * * * * *" }, ["--virtual-clock"]);
writeFileSync(stack.policyFile, FROZEN);
const world = aWorld(stack);

const Policy = z.object({ text: z.string(), hash: z.string() });

describe("in a world in which nothing has happened yet", { timeout: TIMEOUT_MS }, () => {
  test("every view says that there is nothing, and of what", async () => {
    const inbox = await world.opens();
    await inbox.comesAs("Ana");

    for (const [hash, sentences] of [
      ["", ["Nothing waits for you. Nothing waits for anybody else either."]],
      ["#/?tab=others", ["Nothing waits for anybody else."]],
      ["#/?tab=decided", ["Nothing was decided yet."]],
      ["#/audit", ["Nothing found."]],
      ["#/audit?of=requests", ["Nothing found."]],
      [
        "#/overview",
        ["Nothing waits for people.", "No request closed in 30 days.", "Nothing failed or is in the way."],
      ],
    ] as const) {
      await inbox.goes(hash);
      for (const sentence of sentences) await inbox.text(sentence).waitFor();
    }
  });
});

describe("where the kill switch is on, and a freeze holds", { timeout: TIMEOUT_MS }, () => {
  test("the policy is shown as it stands in its file, line by line, with what keeps it from deciding", async () => {
    await world.consumer.requests("pe-sandbox-quiet");
    await eventually(async () =>
      expect(await world.api.request("pe-sandbox-quiet")).toMatchObject({ state: "closed" }),
    );
    const { text, hash } = Policy.parse((await world.api.as("cy").get("/api/policy")).body);
    const inbox = await world.opens();
    await inbox.comesAs("Cy", "#/policy");

    const lines = inbox.region("The file").getByRole("listitem");
    await lines.first().waitFor();
    expect(text).toBe(FROZEN);
    expect(await lines.locator("code").allTextContents()).toEqual(text.trimEnd().split("\n"));
    expect(await lines.getByRole("link", { name: /^Line \d+$/ }).allTextContents()).toEqual(
      text
        .trimEnd()
        .split("\n")
        .map((_line, index) => String(index + 1)),
    );
    const sandbox = lines.filter({ hasText: "- name: sandbox" });
    await sandbox.getByText("decided 1").waitFor();
    const inForce = (await inbox.region("In force").innerText()).replaceAll(/\s+/g, " ");
    for (const words of [
      `File ${stack.policyFile} Hash ${hash} Mode `,
      "Kill switch on: people are asked what it would approve",
      "Writes on",
      "Frozen now for-ever, ends in ",
      "1 Jan, 00:00 CET Next freeze far-away, begins in ",
    ])
      expect(inForce).toContain(words);
    await isAccessible(inbox);
    await sandbox.getByText("decided 1").click();
    await inbox.text("Decided: pe-sandbox-quiet → aks-1").waitFor();
  });

  test("a policy that was refused is told with its faults, until it is mended", async () => {
    const inbox = await world.opens();
    await inbox.comesAs("Ana", "#/policy");
    await inbox.heading("In force").waitFor();
    const refused = inbox.page.getByRole("alert").filter({ hasText: "A newer policy was refused" });

    writeFileSync(stack.policyFile, FROZEN.replace("- name: sandbox", "- nmae: sandbox"));
    await eventually(async () => {
      await inbox.comesBack();
      expect(await refused.count()).toBe(1);
    });
    await refused.getByText(/unknown field "nmae" in rules\[\]; did you mean "name"\?/).waitFor();
    await inbox.region("The file").getByText("- name: sandbox").waitFor();
    await isAccessible(inbox);

    writeFileSync(stack.policyFile, FROZEN);
    await eventually(async () => {
      await inbox.comesBack();
      expect(await refused.count()).toBe(0);
    });
  });

  test("who has nothing to answer reads whom others wait for", async () => {
    await peopleAreAsked(world, "pe-secured-quiet");
    const inbox = await world.opens();
    await inbox.comesAs("Ana");

    await inbox.text("Nothing waits for you. 1 waits for security-duty.").waitFor();
    await inbox.link("See what waits for others").click();

    await inbox.row("pe-secured-quiet").waitFor();
  });

  test("what expired is asked again by an approver, and then answered", async () => {
    await peopleAreAsked(world, "pe-hurried-quiet");
    const inbox = await world.opens();
    await inbox.comesAs("Ana");
    await inbox.opensRequestOf("pe-hurried-quiet");

    await clockOf(dataFolder(stack.data), stack.endpoints()).advance(2 * 60_000);
    await trailBecomes(world, "pe-hurried-quiet", [...ASKED, "expired"]);
    await inbox.comesBack();
    await inbox.button("Show what changed").click();
    await inbox.stands(/^Expired/).waitFor();
    await inbox.button("Ask again").click();
    await inbox.stands("Recorded: the request is taken up again.").waitFor();

    await inbox.button("Approve").click();
    await inbox.stands("Approved, by").waitFor();
  });
});
