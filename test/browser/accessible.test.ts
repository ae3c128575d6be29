import { beforeAll, describe, expect, test } from "vitest";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { eventually } from "../journey/kit/patience.ts";
import { isAccessible } from "./kit/axe.ts";
import type { Inbox } from "./kit/inbox.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

const WAITING = "pe-accessible";
const REJECTED = "pe-accessible-no";
const TOGETHER = ["pe-accessible-1", "pe-accessible-2"];

describe("axe finds nothing, in light and in dark", () => {
  beforeAll(async () => {
    for (const name of [WAITING, REJECTED, ...TOGETHER])
      await peopleAreAsked(world, name, "For the month's report");
    await world.api.reviews("di", REJECTED, "reject", "Not without a ticket.");
  });

  test("before somebody signs in", async () => {
    const inbox = await world.opens();
    await inbox.goes();
    await inbox.button("Sign in").waitFor();

    await isAccessible(inbox);
  });

  const opensRejection = async (inbox: Inbox): Promise<void> => {
    await inbox.opensRequestOf(WAITING);
    await inbox.button("Reject …").click();
    await inbox.dialog("Reject for good?").getByRole("button", { name: "Reject for good" }).click();
    await inbox.text("Say why, for").first().waitFor();
  };
  const opensTogether = async (inbox: Inbox): Promise<void> => {
    for (const name of TOGETHER)
      await inbox.page.getByRole("checkbox", { name: new RegExp(`${name} `) }).check();
    await inbox.button("Approve together …").click();
    await inbox.dialog(/^Approve 2 together/).waitFor();
  };

  test.each<[what: string, hash: string, opens: (inbox: Inbox) => Promise<void>]>([
    ["what waits for me", "", (inbox) => inbox.row(WAITING).first().waitFor()],
    ["what waits for others", "#/?tab=others", (inbox) => inbox.heading("Waiting for others").waitFor()],
    ["what was decided", "#/?tab=decided", (inbox) => inbox.row(REJECTED).waitFor()],
    ["one request", `#/?endpoint=${WAITING}`, (inbox) => inbox.opensRequestOf(WAITING)],
    [
      "one that was rejected",
      `#/?tab=decided&endpoint=${REJECTED}`,
      (inbox) => inbox.opensRequestOf(REJECTED),
    ],
    ["the dialog that rejects", `#/?endpoint=${WAITING}`, opensRejection],
    ["the dialog that approves several", "", opensTogether],
    ["the keys", "", (inbox) => inbox.button("Keys").click()],
    [
      "the audit",
      "#/audit",
      (inbox) =>
        inbox
          .heading(/^Audit/)
          .first()
          .waitFor(),
    ],
    [
      "the policy",
      "#/policy",
      (inbox) =>
        inbox
          .heading(/^Policy/)
          .first()
          .waitFor(),
    ],
    [
      "the overview",
      "#/overview",
      (inbox) =>
        inbox
          .heading(/^Overview/)
          .first()
          .waitFor(),
    ],
  ])("%s", async (_what, hash, opens) => {
    const inbox = await world.opens();
    await inbox.comesAs("Ana", hash);
    await opens(inbox);
    await eventually(async () => expect(await inbox.text("Loading …").count()).toBe(0));

    await isAccessible(inbox);
  });
});
