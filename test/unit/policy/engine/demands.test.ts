import { expect, test } from "vitest";
import { describeDemands } from "../../../../shared/policy/index.ts";

const demand = (quorum: number, ...approvers: string[]) => ({
  quorum,
  approvers,
  groups: [],
  escalation: null,
});

test.each([
  ["one demand that either of two groups can meet", [demand(1, "a", "b")], "1 of a or b"],
  ["two demands", [demand(1, "a"), demand(1, "b")], "1 of a and 1 of b"],
  [
    "both at once",
    [demand(2, "security-duty", "aks-platform"), demand(1, "dev-team")],
    "2 of security-duty or aks-platform and 1 of dev-team",
  ],
  [
    "many, for all of them are asked",
    [demand(1, "a"), demand(2, "b"), demand(1, "c"), demand(1, "d")],
    "1 of a, 2 of b, 1 of c and 1 of d",
  ],
])("who must approve, in words: %s", (_name, requirements, words) => {
  expect(describeDemands({ requirements })).toBe(words);
});

test("where a sentence must not get too long, the rest is counted", () => {
  const requirements = [demand(1, "a"), demand(2, "b"), demand(1, "c"), demand(1, "d")];

  expect(describeDemands({ requirements }, 3)).toBe("1 of a, 2 of b, 1 of c and 1 more");
});
