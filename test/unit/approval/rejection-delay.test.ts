import { describe, expect, test } from "vitest";
import { isRejectedByPolicy, rejectionDelay } from "../../../shared/approval/rejection-delay.ts";
import type { Entry } from "../../../shared/request/record.ts";
import { aRequest, inState, later, MINUTE, NINE } from "../../fixtures/builders.ts";
import { applying, asked, asPerson, assessed, bo, decided } from "../../fixtures/entries.ts";

describe("a policy's rejection", () => {
  test("waits to the very moment from which the policy may reject", () => {
    const rejectsFrom = later(10 * MINUTE);

    expect(rejectionDelay(rejectsFrom, NINE)).toEqual({
      because:
        "The policy in force rejects this, though not before 2026-03-02 09:10 UTC: it has only just come into force.",
      forMs: 10 * MINUTE,
    });
    expect(rejectionDelay(rejectsFrom, later(10 * MINUTE - 1))).toMatchObject({ forMs: 1 });
    expect(rejectionDelay(rejectsFrom, rejectsFrom)).toBeNull();
    expect(rejectionDelay(rejectsFrom, later(11 * MINUTE))).toBeNull();
  });

  test("waits without an end while nobody can tell since when the policy is in force", () => {
    expect(rejectionDelay(null, NINE)).toMatchObject({ forMs: null });
  });

  test.each<[string, Entry[], boolean]>([
    ["a rule rejects", [assessed(), decided("reject")], true],
    ["silence rejects", [assessed(), asked(), decided("reject")], true],
    [
      "a rule's rejection is about to be written",
      [assessed(), decided("reject"), applying("Rejected")],
      true,
    ],
    ["a rule approves", [assessed(), decided()], false],
    ["a person rejects", [assessed(), asked(), decided("reject", asPerson(bo))], false],
  ])("when %s, it is one that may have to wait: %3$s", (_what, entries, expected) => {
    const request = inState(aRequest({}, ...entries), "applying");

    expect(isRejectedByPolicy(request)).toBe(expected);
  });
});
