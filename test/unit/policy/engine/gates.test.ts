import { describe, expect, test } from "vitest";
import { explain } from "../../../../shared/policy/engine/explain.ts";
import { renderVerdict } from "../../../../shared/policy/engine/render.ts";
import { compactVerdict } from "../../../../shared/policy/verdict.ts";
import {
  absent,
  aFreeze,
  aPolicy,
  approve,
  aRule,
  asks,
  during,
  is,
  onlyVisible,
  someFacts,
} from "./content.ts";

const facts = someFacts({ source: is("sweep"), message: is("hi"), time: is("2026-11-23T10:15:00Z") });
const rules = [
  aRule("opens", { source: "sweep" }, approve, { line: 9 }),
  aRule("other", { source: "event" }, approve, { line: 10 }),
];
const winter = aFreeze("winter", { time: during({ until: Date.UTC(2027, 0, 4) }) }, { kind: "wait" }, 3);
const summer = aFreeze("summer", { message: "x" }, asks(["duty"]), 4);

describe("what stands between a rule that approves and its doing so is explained, condition by condition", () => {
  test("every gate is in the verdict: visibility first, then the freezes by name", () => {
    const policy = aPolicy({
      rules,
      visibility: onlyVisible([{ message: "hi" }]),
      freezes: [winter, summer],
    });

    expect(explain(policy, facts).gates).toMatchObject([
      { name: "visibility", line: 5, result: "yes", anyOf: [[{ field: "message", result: "yes" }]] },
      { name: "summer", line: 4, result: "no", anyOf: [[{ field: "message", result: "no" }]] },
      { name: "winter", line: 3, result: "yes", anyOf: [[{ field: "time", result: "yes" }]] },
    ]);
  });

  test("a freeze is shown with the rule that it holds back", () => {
    const policy = aPolicy({ rules, freezes: [winter, summer] });

    expect(renderVerdict(explain(policy, facts))).toBe(`wait by winter (line 3): until 2027-01-04 00:00 UTC
  freeze winter (line 3)
    ok  time is "2026-11-23 10:15 UTC", expected to be within a time
  rule opens (line 9, approve)
    ok  source is "sweep", expected to be "sweep"`);
  });

  test("of several blocks of visibility the nearest is shown", () => {
    const visibility = onlyVisible([{ message: "a" }, { message: "hi", source: "event" }]);

    const shown = renderVerdict(explain(aPolicy({ rules, visibility }), facts));

    expect(shown.split("\n").slice(1, 4)).toEqual([
      "  visibility (line 5), nearest of 2 blocks",
      '    ok  message is "hi", expected to be "hi"',
      '    no  source is "sweep", expected to be "event"',
    ]);
  });

  test("a gate that cannot be decided is shown, one that lets through is not", () => {
    const asked = aPolicy({ rules, visibility: onlyVisible([{ message: "hi" }]) });

    expect(renderVerdict(explain(asked, { ...facts, message: { kind: "unknown", cause: "403" } }))).toContain(
      "  visibility (line 5)\n    ??  message is unknown",
    );
    expect(renderVerdict(explain(asked, facts))).not.toContain("visibility");
    expect(renderVerdict(explain(asked, { ...facts, message: absent }))).toContain("  visibility (line 5)");
  });

  test("the trail keeps the gates that tell something, and the rule behind them", () => {
    const kept = compactVerdict(explain(aPolicy({ rules, freezes: [winter, summer] }), facts));

    expect(kept.gates.map(({ name }) => name)).toEqual(["winter"]);
    expect(kept.rules.map(({ name }) => name)).toEqual(["opens"]);
  });
});
