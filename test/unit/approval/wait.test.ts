import { describe, expect, test } from "vitest";
import { dueEntries, wakeAt } from "../../../shared/approval/wait.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import { statusOf } from "../../../shared/workflow/contract.ts";
import { aPolicy, aRequest, DAY, followed, HOUR, inState, later, NINE } from "../../fixtures/builders.ts";
import { ana, anEntry, aRequirement, asked, assessed, reviewed } from "../../fixtures/entries.ts";

/** Asked at nine for a day, reminded every four hours. */
const waiting = (requirement = aRequirement()) =>
  inState(aRequest({}, assessed(aPolicy()), asked(requirement)), "waiting");
const kindsDue = (request: ApprovalRequest, afterMs: number) =>
  dueEntries(inState(request, "waiting"), later(afterMs)).map(({ kind }) => kind);

describe("what is due while people are waited for", () => {
  test.each<[string, number, string[]]>([
    ["at once", 0, []],
    ["before the first reminder", 4 * HOUR - 1, []],
    ["at the first reminder", 4 * HOUR, ["reminded"]],
    ["long after the first reminder", 23 * HOUR, ["reminded"]],
    ["just before the deadline", DAY - 1, ["reminded"]],
    ["at the deadline", DAY, ["expired"]],
    ["long after the deadline", 9 * DAY, ["expired"]],
    ["before it was asked, by a clock that is behind", -HOUR, []],
  ])("%s: %j", (_name, afterMs, expected) => {
    expect(kindsDue(waiting(), afterMs)).toEqual(expected);
  });

  test("reminders come every four hours, and none at or after the deadline", () => {
    let request: ApprovalRequest = waiting();
    const reminders: number[] = [];
    for (let hour = 0; hour < 24; hour++) {
      const due = dueEntries(inState(request, "waiting"), later(hour * HOUR));
      if (due.length > 0) reminders.push(hour);
      request = followed(request, due);
    }

    expect(reminders).toEqual([4, 8, 12, 16, 20]);
    expect(request.ask?.remindAt).toBeNull();
    expect(wakeAt(request)).toBe(later(DAY));
  });

  test("a clock that slept through three reminders reminds once", () => {
    const request = followed(waiting(), dueEntries(waiting(), later(13 * HOUR)));

    expect(request.ask?.remindAt).toBe(later(17 * HOUR));
    expect(kindsDue(request, 13 * HOUR)).toEqual([]);
  });
});

describe("when nobody answers", () => {
  test("the request expires and decides nothing, so the connection stays Pending", () => {
    const request = followed(waiting(), dueEntries(waiting(), later(DAY)), later(DAY));

    expect(request).toMatchObject({ state: "closed", closure: { outcome: "expired" }, decision: null });
  });

  test("it is rejected only where the policy says so in words, and by the rule that said it", () => {
    const requirement = aRequirement({ onTimeout: "reject" });

    const request = followed(waiting(requirement), dueEntries(waiting(requirement), later(DAY)), later(DAY));

    expect(request).toMatchObject({
      state: "applying",
      decision: {
        decision: "reject",
        by: { kind: "rule", rules: ["default"] },
        reason: "Nobody answered by 2026-03-03 09:00 UTC, and the policy rejects then.",
      },
    });
  });

  test.each(["expire", "reject"] as const)(
    "who did answer is not said to have been silent: onTimeout %s",
    (onTimeout) => {
      const requirement = aRequirement({ onTimeout, quorum: 2 });
      const request = inState(
        aRequest({}, assessed(aPolicy()), asked(requirement), reviewed(ana)),
        "waiting",
      );

      const [entry] = dueEntries(request, later(DAY));

      expect(entry?.sentence).toContain(
        '1 of 2 approved ("Ana" (00000000…)); too few by 2026-03-03 09:00 UTC',
      );
      expect(JSON.stringify(entry)).not.toContain("Nobody answered");
    },
  );

  test("as many are too few as are needed while it is unknown who asked", () => {
    const requirement = aRequirement({ preventSelfReview: true });
    const request = inState(aRequest({}, assessed(aPolicy()), asked(requirement), reviewed(ana)), "waiting");

    expect(dueEntries(request, later(DAY))[0]?.sentence).toContain("1 of 2 approved");
  });

  test("also a policy that rejects then does not do it a moment early", () => {
    expect(kindsDue(waiting(aRequirement({ onTimeout: "reject", remindAfterMs: null })), DAY - 1)).toEqual(
      [],
    );
  });
});

describe("where a request stands for its orchestration", () => {
  test("its own round sees the request", () => {
    expect(statusOf(waiting(), 1)).toEqual({ state: "waiting", waitSeq: 3, wakeAt: later(4 * HOUR) });
  });

  test("an earlier round sees that it is over, whatever the later one does", () => {
    const reopened = aRequest({ at: NINE }, asked(), anEntry.expired, anEntry.reopened, asked());

    expect(reopened.state).toBe("waiting");
    expect(statusOf(reopened, 1)).toEqual({ state: "closed", waitSeq: null, wakeAt: null });
    expect(statusOf(reopened, 2)).toMatchObject({ state: "waiting", waitSeq: 5 });
  });
});
