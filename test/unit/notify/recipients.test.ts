import { describe, expect, test } from "vitest";
import { recipientsOf } from "../../../shared/notify/recipients.ts";
import type { ApprovalRequirement } from "../../../shared/policy/index.ts";
import { aTrail, PLATFORM, SECURITY } from "../../fixtures/builders.ts";
import { anEntry, aRequirement, asked, reviewed } from "../../fixtures/entries.ts";

const [, record] = aTrail({}, asked()).records;
if (record === undefined) throw new Error("Nobody was asked.");

const demand = (group: string, notify?: string[]) => ({
  approvers: [group],
  groups: [group],
  quorum: 1,
  escalation: null,
  ...(notify && { notify }),
});

const asking = (...demands: ReturnType<typeof demand>[]): ApprovalRequirement =>
  aRequirement({ requirements: demands });

describe("people hear", () => {
  const named = ["teams", "platform-duty", "security"].map((name) => ({ name }));
  const recipients = recipientsOf({ channels: [{ name: "log" }], named, subscribers: [] });

  test.each([
    ["by the fallback, who have no channel", asking(demand(PLATFORM)), ["teams"]],
    ["by their own", asking(demand(PLATFORM, ["platform-duty"])), ["platform-duty"]],
    [
      "by all of theirs",
      asking(demand(PLATFORM, ["platform-duty"]), demand(SECURITY, ["security", "platform-duty"])),
      ["platform-duty", "security"],
    ],
    [
      "by the fallback and their own, where only some have one",
      asking(demand(PLATFORM, ["platform-duty"]), demand(SECURITY)),
      ["platform-duty", "teams"],
    ],
    ["by the fallback, whose channel has no address", asking(demand(PLATFORM, ["nowhere"])), ["teams"]],
  ])("%s", (_how, audience, channels) => {
    expect(recipients(record, audience)).toEqual(["log", ...channels]);
  });

  test("by no more than the log, where nothing has an address", () => {
    const bare = recipientsOf({ channels: [{ name: "log" }], subscribers: [] });

    expect(bare(record, asking(demand(PLATFORM, ["platform-duty"]), demand(SECURITY)))).toEqual(["log"]);
  });

  test("by their own alone, where the fallback has no address", () => {
    const some = recipientsOf({ channels: [], named: [{ name: "security" }], subscribers: [] });

    expect(some(record, asking(demand(PLATFORM), demand(SECURITY, ["security"])))).toEqual(["security"]);
  });

  test("by the log alone of what only integrations are asked", () => {
    const integrations = [{ name: "tickets", app: null, signed: true, mayReject: false }];
    const ofTickets = { ...demand("tickets"), groups: [], integrations };

    expect(recipients(record, asking(ofTickets))).toEqual(["log"]);
    expect(recipients(record, asking(ofTickets, demand(SECURITY, ["security"])))).toEqual([
      "log",
      "security",
    ]);
  });

  test("of a review by those alone whose message is brought up to date", () => {
    const upToDate = [{ name: "teams" }, { name: "platform-duty", isUpToDate: true } as const];
    const hear = recipientsOf({ channels: [{ name: "log" }], named: upToDate, subscribers: [] });
    const audience = asking(demand(PLATFORM, ["platform-duty"]), demand(SECURITY));
    const [, , review, takenBack] = aTrail({}, asked(), reviewed(), anEntry.withdrawn).records;
    if (review === undefined || takenBack === undefined) throw new Error("Nobody reviewed.");

    expect(hear(record, audience)).toEqual(["log", "platform-duty", "teams"]);
    expect([hear(review, audience), hear(takenBack, audience)]).toEqual([
      ["platform-duty"],
      ["platform-duty"],
    ]);
  });

  test("by none, who are not asked", () => {
    expect(recipients(record, null)).toEqual([]);
  });
});
