import { describe, expect, test } from "vitest";
import { dueEntries, wakeAt } from "../../../shared/approval/wait.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import {
  aPolicy,
  aRequest,
  DAY,
  followed,
  HOUR,
  inState,
  later,
  PLATFORM,
  SECURITY,
} from "../../fixtures/builders.ts";
import { ana, aRequirement, asked, assessed, bo, cy, reviewed, stranger } from "../../fixtures/entries.ts";
import { said, yes } from "../../fixtures/reviews.ts";

const NETWORK = "0d7f6d4e-4a0b-4a53-9a3c-5a1f1b9f8e77";
const to = (name: string, group: string, afterMs: number) => ({
  approvers: [name],
  groups: [group],
  afterMs,
});
const demand = (name: string, group: string, escalation: ReturnType<typeof to> | null, quorum = 1) => ({
  approvers: [name],
  groups: [group],
  quorum,
  escalation,
});

/** Asked at nine for a day; the platform team for two hours before security may answer, too. */
const waiting = (requirements = [demand("platform", PLATFORM, to("security", SECURITY, 2 * HOUR))]) =>
  inState(aRequest({}, assessed(aPolicy()), asked(aRequirement({ requirements }))), "waiting");

const sam = { ...stranger, groups: [SECURITY] };
const kindsDue = (request: ApprovalRequest, afterMs: number) =>
  dueEntries(inState(request, "waiting"), later(afterMs)).map(({ kind }) => kind);
const escalated = (request: ApprovalRequest, afterMs = 2 * HOUR) =>
  followed(request, dueEntries(inState(request, "waiting"), later(afterMs)), later(afterMs));

describe("what is due when nobody answers", () => {
  test.each<[string, number, string[]]>([
    ["just before its time", 2 * HOUR - 1, []],
    ["at its time", 2 * HOUR, ["escalated"]],
    ["before the reminder that is due as well", 5 * HOUR, ["escalated"]],
    ["not when the deadline has passed", DAY, ["expired"]],
  ])("%s: %j", (_when, afterMs, expected) => {
    expect(kindsDue(waiting(), afterMs)).toEqual(expected);
  });

  test("it wakes for the escalation, and after it for the reminder", () => {
    expect(wakeAt(waiting())).toBe(later(2 * HOUR));
    expect(wakeAt(escalated(waiting()))).toBe(later(4 * HOUR));
  });

  test("a reminder that was due at the same time comes right after", () => {
    const request = escalated(waiting(), 5 * HOUR);

    expect(wakeAt(request)).toBe(later(4 * HOUR));
    expect(kindsDue(request, 5 * HOUR)).toEqual(["reminded"]);
  });

  test("it happens once: those who were asked at first may still answer, and so may the others", () => {
    const request = escalated(waiting());

    expect(kindsDue(request, 2 * HOUR)).toEqual([]);
    expect(request.ask?.requirement.requirements).toEqual([
      { approvers: ["platform", "security"], groups: [PLATFORM, SECURITY], quorum: 1, escalation: null },
    ]);
    expect(request).toMatchObject({
      state: "waiting",
      ask: { deadline: later(DAY), remindAt: later(4 * HOUR) },
    });
  });

  test("the record says who may answer from now on", () => {
    const [entry] = dueEntries(waiting(), later(2 * HOUR));

    expect(entry?.sentence).toBe(
      "Too few have answered: security may, too. Waits for 1 of platform or security, until 2026-03-03 09:00 UTC.",
    );
  });

  test("each demand in its own time, and one that is met not at all", () => {
    const request = waiting([
      demand("platform", PLATFORM, to("security", SECURITY, 2 * HOUR)),
      demand("network", NETWORK, to("security", SECURITY, 3 * HOUR)),
    ]);
    expect(wakeAt(request)).toBe(later(2 * HOUR));

    const met = said(request, [ana, yes]);

    expect(wakeAt(met)).toBe(later(3 * HOUR));
    expect(kindsDue(met, 2 * HOUR)).toEqual([]);
    expect(escalated(met, 3 * HOUR).ask?.requirement.requirements.map(({ approvers }) => approvers)).toEqual([
      ["platform"],
      ["network", "security"],
    ]);
  });

  test("one of two is not enough to keep it from turning to more people", () => {
    const request = waiting([demand("platform", PLATFORM, to("security", SECURITY, 2 * HOUR), 2)]);

    expect(kindsDue(said(request, [ana, yes]), 2 * HOUR)).toEqual(["escalated"]);
  });
});

describe("who counts after an escalation", () => {
  test("the added group alone may settle it", () => {
    expect(said(waiting(), [sam, yes]).state).toBe("waiting");
    expect(said(escalated(waiting()), [sam, yes])).toMatchObject({
      state: "applying",
      decision: { by: { name: "Sam" } },
    });
  });

  test("those who were asked at first may, too, and reviews of before count on", () => {
    const two = [demand("platform", PLATFORM, to("security", SECURITY, 2 * HOUR), 2)];
    const request = escalated(said(waiting(two), [ana, yes]));

    expect(said(request, [bo, yes]).state).toBe("applying");
    expect(said(request, [sam, yes]).state).toBe("applying");
    expect(said(request, [ana, yes]).state).toBe("waiting");
  });

  test("who reviewed as one of the platform team, and is of security, too, has had their say: it does not count for security", () => {
    const both = { ...ana, groups: [PLATFORM, SECURITY] };
    const request = escalated(
      said(
        waiting([
          demand("platform", PLATFORM, null, 2),
          demand("network", NETWORK, to("security", SECURITY, 2 * HOUR)),
        ]),
        [both, yes],
      ),
    );

    expect(said(request, [both, yes])).toEqual(request);
    expect(said(request, [bo, yes]).state).toBe("waiting");
    expect(said(request, [bo, yes], [sam, yes]).state).toBe("applying");
  });

  test("a person counts once for a demand, also as a member of both its groups", () => {
    const both = { ...cy, groups: [PLATFORM, SECURITY] };
    const two = escalated(waiting([demand("platform", PLATFORM, to("security", SECURITY, 2 * HOUR), 2)]));

    expect(said(two, [both, yes]).state).toBe("waiting");
    expect(followed(two, [reviewed(both), reviewed(both)]).state).toBe("waiting");
  });
});
