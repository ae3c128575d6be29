import { describe, expect, test } from "vitest";
import type { Ask } from "../../../../shared/policy/content.ts";
import { addUp } from "../../../../shared/policy/engine/add-up.ts";
import type { Requirement } from "../../../../shared/policy/verdict.ts";
import { anAsk, aRequirement, HOUR } from "./content.ts";

const toDuty = (afterMs: number) => ({ approvers: ["duty"], groups: ["d"], afterMs });
const asking = (...requirements: Requirement[]) => anAsk([], { requirements });

describe("asks add up", () => {
  test.each<[string, Requirement[], Requirement[], Requirement[]]>([
    [
      "each demand stays a demand of its own, and those of one ask want different people",
      [aRequirement(["aks"], { quorum: 2 })],
      [aRequirement(["duty", "aks"]), aRequirement(["duty"])],
      [
        aRequirement(["aks"], { quorum: 2 }),
        aRequirement(["duty", "aks"], { distinctGroup: 1 }),
        aRequirement(["duty"], { distinctGroup: 1 }),
      ],
    ],
    [
      "what two rules ask in the same words is asked once",
      [aRequirement(["aks"]), aRequirement(["duty"])],
      [aRequirement(["duty"]), aRequirement(["aks"])],
      [aRequirement(["aks"], { distinctGroup: 0 }), aRequirement(["duty"], { distinctGroup: 0 })],
    ],
    [
      "the same group under two names is two people",
      [aRequirement(["aks"]), aRequirement(["aks"])],
      [aRequirement(["duty"])],
      [
        aRequirement(["aks"], { distinctGroup: 0 }),
        aRequirement(["aks"], { distinctGroup: 0 }),
        aRequirement(["duty"]),
      ],
    ],
    [
      "the same demand twice is one",
      [aRequirement(["aks", "duty"])],
      [aRequirement(["duty", "aks"])],
      [aRequirement(["aks", "duty"])],
    ],
    [
      "the same demand with the same escalation is one",
      [aRequirement(["aks"], { escalation: toDuty(HOUR) })],
      [aRequirement(["aks"], { escalation: toDuty(HOUR) })],
      [aRequirement(["aks"], { escalation: toDuty(HOUR) })],
    ],
    [
      "with another escalation it is another",
      [aRequirement(["aks"], { escalation: toDuty(HOUR) })],
      [aRequirement(["aks"], { escalation: toDuty(2 * HOUR) }), aRequirement(["aks"])],
      [
        aRequirement(["aks"], { escalation: toDuty(HOUR) }),
        aRequirement(["aks"], { escalation: toDuty(2 * HOUR), distinctGroup: 1 }),
        aRequirement(["aks"], { distinctGroup: 1 }),
      ],
    ],
    [
      "to others it is another, whatever their order",
      [aRequirement(["aks"], { escalation: { approvers: ["b"], groups: ["b", "a"], afterMs: HOUR } })],
      [aRequirement(["aks"], { escalation: { approvers: ["c"], groups: ["c"], afterMs: HOUR } })],
      [
        aRequirement(["aks"], { escalation: { approvers: ["b"], groups: ["b", "a"], afterMs: HOUR } }),
        aRequirement(["aks"], { escalation: { approvers: ["c"], groups: ["c"], afterMs: HOUR } }),
      ],
    ],
    [
      "an escalation after the deadline is none",
      [aRequirement(["aks"], { escalation: toDuty(24 * HOUR) })],
      [aRequirement(["aks"])],
      [aRequirement(["aks"])],
    ],
  ])("%s", (_name, one, other, expected) => {
    expect(addUp([asking(...one), asking(...other)], null).requirements).toEqual(expected);
  });

  test.each<[string, Partial<Ask>[], object]>([
    [
      "the shortest deadline and reminder",
      [
        { timeoutMs: 8 * HOUR, remindAfterMs: 2 * HOUR },
        { timeoutMs: 48 * HOUR, remindAfterMs: HOUR },
      ],
      { timeoutMs: 8 * HOUR, remindAfterMs: HOUR },
    ],
    [
      "a reminder after the deadline is none",
      [{ timeoutMs: HOUR }, { timeoutMs: 48 * HOUR, remindAfterMs: 4 * HOUR }],
      { timeoutMs: HOUR, remindAfterMs: null },
    ],
    [
      "silence rejects when all say so",
      [{ onTimeout: "reject" }, { onTimeout: "reject" }],
      { onTimeout: "reject" },
    ],
    [
      "silence expires when one says so",
      [{ onTimeout: "reject" }, { onTimeout: "expire" }],
      { onTimeout: "expire" },
    ],
    ["a reason is required when one requires it", [{ reasonRequired: true }, {}], { reasonRequired: true }],
    ["no reason is required when none requires it", [{}, {}], { reasonRequired: false }],
    [
      "the requester is kept out when one says so",
      [{ preventSelfReview: true }, {}],
      { preventSelfReview: true, excludedReviewer: "ana" },
    ],
    [
      "different people for everything when one says so",
      [{ distinctPeople: true }, { requirements: [aRequirement(["duty"])] }],
      {
        requirements: [
          aRequirement(["aks"], { distinctGroup: 0 }),
          aRequirement(["duty"], { distinctGroup: 0 }),
        ],
      },
    ],
    [
      "a sign-in needs every authentication context that one demands, once, in order",
      [{ authContext: "c2" }, { authContext: "c1" }, {}, { authContext: "c2" }],
      { authContexts: ["c1", "c2"] },
    ],
    ["a sign-in needs no authentication context when none demands one", [{}, {}], { authContexts: [] }],
    [
      "the requester may review when none says otherwise",
      [{}, {}],
      { preventSelfReview: false, excludedReviewer: null },
    ],
  ])("%s", (_name, some, expected) => {
    expect(
      addUp(
        some.map((more) => anAsk(["aks"], more)),
        "ana",
      ),
    ).toMatchObject(expected);
  });
});

test.each<[string, readonly Partial<Ask>[], true | undefined]>([
  ["when every asker allows it", [{ inCard: true }, { inCard: true }], true],
  ["not when one asker says nothing of it", [{ inCard: true }, {}], undefined],
  [
    "not when one demands an authentication context",
    [{ inCard: true }, { inCard: true, authContext: "c1" }],
    undefined,
  ],
])("an answer in a card of Teams counts %s", (_name, some, counts) => {
  const asks = some.map((more) => anAsk(["aks"], more));

  expect(addUp(asks, "ana").inCard).toBe(counts);
});
