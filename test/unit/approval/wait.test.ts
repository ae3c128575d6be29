import { describe, expect, test } from "vitest";
import { dueEntries, wakeAt } from "../../../shared/approval/wait.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import { standingOf } from "../../../shared/workflow/contract.ts";
import { aPolicy, aRequest, DAY, followed, HOUR, later, NINE } from "../../fixtures/builders.ts";
import { anEntry, aRequirement, asked, assessed, decided } from "../../fixtures/entries.ts";

/** Asked at nine for a day, reminded every four hours. */
const waiting = (requirement = aRequirement()) => aRequest({}, assessed(aPolicy()), asked(requirement));
const kindsDue = (request: ApprovalRequest, afterMs: number) =>
  dueEntries(request, later(afterMs)).map(({ kind }) => kind);

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
    let request = waiting();
    const reminders: number[] = [];
    for (let hour = 0; hour < 24; hour++) {
      const due = dueEntries(request, later(hour * HOUR));
      if (due.length > 0) reminders.push(hour);
      request = followed(request, due);
    }

    expect(reminders).toEqual([4, 8, 12, 16, 20]);
    expect(request.remindAt).toBeNull();
    expect(wakeAt(request)).toBe(later(DAY));
  });

  test("a clock that slept through three reminders reminds once", () => {
    const request = followed(waiting(), dueEntries(waiting(), later(13 * HOUR)));

    expect(request.remindAt).toBe(later(17 * HOUR));
    expect(kindsDue(request, 13 * HOUR)).toEqual([]);
  });

  test.each([
    ["assessed", aRequest({})],
    ["applied", aRequest({}, asked(), decided())],
    ["expired", aRequest({}, asked(), anEntry.expired)],
  ])("nothing is due for a request that is being %s", (_name, request) => {
    expect(dueEntries(request, later(9 * DAY))).toEqual([]);
  });
});

describe("when nobody answers", () => {
  test("the request expires and decides nothing, so the connection stays Pending", () => {
    const request = followed(waiting(), dueEntries(waiting(), later(DAY)), later(DAY));

    expect(request).toMatchObject({ state: "closed", outcome: "expired", decision: null });
  });

  test("it is rejected only where the policy says so in words, and by the rule that said it", () => {
    const requirement = aRequirement({ onTimeout: "reject" });

    const request = followed(waiting(requirement), dueEntries(waiting(requirement), later(DAY)), later(DAY));

    expect(request).toMatchObject({
      state: "applying",
      decision: {
        decision: "reject",
        by: { kind: "rule", rules: ["default"] },
        reason: `Nobody answered by ${later(DAY)}, and the policy rejects then.`,
      },
    });
  });

  test("also a policy that rejects then does not do it a moment early", () => {
    expect(kindsDue(waiting(aRequirement({ onTimeout: "reject", remindAfterMs: null })), DAY - 1)).toEqual(
      [],
    );
  });
});

describe("where a request stands for its orchestration", () => {
  test("its own round sees the request", () => {
    expect(standingOf(waiting(), 1)).toEqual({ state: "waiting", askedSeq: 3, wakeAt: later(4 * HOUR) });
  });

  test("an earlier round sees that it is over, whatever the later one does", () => {
    const reopened = aRequest({ at: NINE }, asked(), anEntry.expired, anEntry.reopened, asked());

    expect(reopened.state).toBe("waiting");
    expect(standingOf(reopened, 1)).toEqual({ state: "closed", askedSeq: null, wakeAt: null });
    expect(standingOf(reopened, 2)).toMatchObject({ state: "waiting", askedSeq: 5 });
  });
});
