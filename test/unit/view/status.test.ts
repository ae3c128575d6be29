import { describe, expect, test } from "vitest";
import type { Entry } from "../../../shared/request/record.ts";
import {
  APPROVES,
  aPolicy,
  aPolicyWith,
  aRequest,
  DAY,
  FREEZE,
  HOUR,
  later,
  MINUTE,
} from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  applied,
  applying,
  aRequirement,
  asked,
  asPerson,
  assessed,
  decided,
  deferred,
  delayed,
  distrusted,
  failed,
  interrupted,
  missing,
  reviewed,
  verified,
} from "../../fixtures/entries.ts";
import { aScreen } from "./world.ts";

/** The status a minute after all of that. */
const statusAfter = (...entries: readonly Entry[]) =>
  aScreen(aRequest({}, ...entries), { now: later(MINUTE) }).status;

const byAna = decided("approve", asPerson(ana));

describe("a status says where a request stands and what happens next", () => {
  test.each<[string, readonly Entry[], string, string]>([
    [
      "assessing",
      [],
      "Assessing",
      "The app looks the connection up and asks the policy. That takes some seconds.",
    ],
    [
      "waiting",
      [assessed(), asked()],
      "Waiting",
      "It waits for 1 of platform. In 23 h, if too few have answered, it expires, and the connection stays Pending.",
    ],
    [
      "waiting, where silence rejects",
      [asked(aRequirement({ onTimeout: "reject" }))],
      "Waiting",
      "It waits for 1 of platform. In 23 h, if too few have answered, it is rejected for good.",
    ],
    [
      "enough approvals",
      [assessed(), asked(), reviewed()],
      "Waiting",
      "It has all the approvals that it needs. The decision follows in a moment.",
    ],
    [
      "waiting, interrupted",
      [assessed(), asked(), interrupted()],
      "Waiting, interrupted",
      "The app cannot look after it right now (BROKEN): No. It goes on in 59 min; what people answered stays.",
    ],
    [
      "missing",
      [assessed(), asked(), missing],
      "Waiting, missing",
      "Azure does not show the connection any more (since 1 min ago). The app looks again; if it stays gone for some minutes, the request is closed.",
    ],
    [
      "deferred by a freeze",
      [assessed(aPolicyWith([FREEZE], APPROVES)), deferred(later(2 * DAY))],
      "Deferred",
      "A freeze (year-end) keeps it from being approved. It is assessed again in 47 h, at 2026-03-04 09:00 UTC; nobody needs to do anything.",
    ],
    [
      "left alone",
      [assessed(aPolicyWith(["mode: shadow"], APPROVES)), deferred()],
      "Deferred",
      "The connection stays Pending until the policy or the connection changes.",
    ],
    [
      "decided",
      [decided()],
      "Applying",
      "It was decided to approve, by rule payments. The app looks once more, then writes Approved to Azure.",
    ],
    ["being written", [decided(), applying()], "Applying", "The app writes Approved to Azure now."],
    [
      "taken",
      [assessed(), asked(), byAna, applying(), applied()],
      "Applying",
      'It was decided to approve, by "Ana" (00000000…). Azure took Approved; it is done when Azure shows it.',
    ],
    [
      "delayed",
      [decided(), delayed("TooManyRequests", later(3 * HOUR))],
      "Applying, delayed",
      "The app has to wait (TooManyRequests): Slow down. It tries again in 2 h.",
    ],
    [
      "approved",
      [decided(), applying(), applied(), verified()],
      "Approved",
      "Approved, by rule payments: Azure shows it. Whoever owns the endpoint can connect until the connection is removed.",
    ],
    [
      "rejected",
      [decided("reject"), applying("Rejected"), applied("Rejected"), verified("Rejected")],
      "Rejected",
      "Rejected, by rule payments, for good: Azure shows it. To ask again, the consumer needs a new private endpoint.",
    ],
    [
      "expired",
      [assessed(), asked(), anEntry.expired],
      "Expired",
      "Too few answered in time. The connection stays Pending; reopen the request to ask again.",
    ],
    [
      "superseded",
      [anEntry.superseded],
      "Superseded",
      "The connection is gone, or was answered elsewhere; the timeline says which.",
    ],
    [
      "refused",
      [anEntry.refused],
      "Refused",
      "It is, or may be, the cluster's own connection. The app leaves it alone for good.",
    ],
    [
      "failed",
      [failed()],
      "Failed",
      "The app gave up for now (AuthorizationFailed): No. It tries again in 59 min; retry it to be sooner.",
    ],
    [
      "failed, and its pause is over",
      [failed(later(1))],
      "Failed",
      "It tries again shortly; retry it to be sooner.",
    ],
    [
      "distrusted",
      [distrusted()],
      "Failed",
      "The app gave up for now (RecordsAltered): Record 2 is missing.",
    ],
  ])("%s", (_name, entries, word, sentence) => {
    const status = statusAfter(...entries);

    expect(status.word).toBe(word);
    expect(status.sentence).toContain(sentence);
  });

  test("after the deadline, before the app acts on it: the time is over", () => {
    const { status, actions, sections } = aScreen(aRequest({}, assessed(), asked()), { now: later(DAY) });

    expect(status.sentence).toBe("The time to answer is over. In a moment it expires.");
    expect(sections.deadline).toMatchObject({ isOver: true, sentence: "The time to answer is over." });
    expect(actions.approve).toEqual({ enabled: false, because: "The time to answer is over." });
  });

  test("of two pairs of eyes, it waits for those that are still missing", () => {
    const request = aRequest(
      {},
      assessed(aPolicy()),
      asked(aRequirement({ quorum: 2, preventSelfReview: true })),
      reviewed(),
    );

    expect(aScreen(request).status.sentence).toContain(
      "2 of platform (one more while it is unknown who asked)",
    );
  });
});
