import { expect, test } from "vitest";
import { describeDemands } from "../../../../shared/policy/index.ts";
import type { ApprovalRequirement, Requirement } from "../../../../shared/policy/verdict.ts";

const of = (requirements: Requirement[], differences: Partial<ApprovalRequirement> = {}) => ({
  requirements,
  preventSelfReview: false,
  excludedReviewer: null,
  ...differences,
});

const demand = (quorum: number, ...approvers: string[]) => ({
  quorum,
  approvers,
  groups: [],
  escalation: null,
});

const apart = (one: Requirement): Requirement => ({ ...one, distinctGroup: 0 });

test.each<[string, Requirement[], string]>([
  ["one demand that either of two groups can meet", [demand(1, "a", "b")], "1 of a or b"],
  [
    "two demands",
    [demand(1, "a"), demand(1, "b")],
    "1 of a and 1 of b (one person may count for several rules)",
  ],
  [
    "both at once",
    [demand(2, "security-duty", "aks-platform"), demand(1, "dev-team")],
    "2 of security-duty or aks-platform and 1 of dev-team (one person may count for several rules)",
  ],
  [
    "many, for all of them are asked",
    [demand(1, "a"), demand(2, "b"), demand(1, "c"), demand(1, "d")],
    "1 of a, 2 of b, 1 of c and 1 of d (one person may count for several rules)",
  ],
  [
    "two demands of one ask",
    [apart(demand(1, "a")), apart(demand(1, "b"))],
    "1 of a and 1 of b (different people)",
  ],
  [
    "two demands of one ask and one of another",
    [apart(demand(1, "a")), apart(demand(1, "b")), demand(1, "c")],
    "1 of a, 1 of b and 1 of c (different people within a rule; one person may count for several rules)",
  ],
])("who must approve, in words: %s", (_name, requirements, words) => {
  expect(describeDemands(of(requirements))).toBe(words);
});

test("where a sentence must not get too long, the rest is counted", () => {
  const requirements = [demand(1, "a"), demand(2, "b"), demand(1, "c"), demand(1, "d")];

  expect(describeDemands(of(requirements), 3)).toBe(
    "1 of a, 2 of b, 1 of c and 1 more (one person may count for several rules)",
  );
});

test.each<[string, Requirement[], Partial<ApprovalRequirement>, string]>([
  [
    "one demand",
    [demand(1, "a")],
    { preventSelfReview: true },
    "2 of a (one more while it is unknown who asked)",
  ],
  [
    "two demands",
    [apart(demand(1, "a")), apart(demand(2, "b"))],
    { preventSelfReview: true },
    "2 of a and 3 of b (one more each while it is unknown who asked; different people)",
  ],
  [
    "when it is known",
    [demand(1, "a")],
    { preventSelfReview: true, excludedReviewer: "ana" },
    "1 of a (not whoever asked)",
  ],
])("as long as whoever must not review is unknown, one more must: %s", (_name, requirements, more, words) => {
  expect(describeDemands(of(requirements, more))).toBe(words);
});
