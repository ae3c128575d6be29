import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { actorName } from "../../../shared/request/names.ts";
import { type Actor, SYSTEM } from "../../../shared/request/terms.ts";

const OID = "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201";
const called = (name: string): Actor => ({ kind: "person", oid: OID, name });

describe("sentences call", () => {
  test.each<[string, Actor, string]>([
    ["a person by name in quotes, and by who it is", called("Ana Approver"), '"Ana Approver" (a1b5c7d9…)'],
    ["a rule by name", { kind: "rule", rules: ["payments"] }, "rule payments"],
    ["rules by their names", { kind: "rule", rules: ["a", "b"] }, "rules a, b"],
    ["the app so", SYSTEM, "the app"],
  ])("%s", (_name, actor, expected) => {
    expect(actorName(actor)).toBe(expected);
  });

  test.each<[string, string, string]>([
    ["like a rule", "rule payments-prod", '"rule payments-prod" (a1b5c7d9…)'],
    ["like the app", "the app", '"the app" (a1b5c7d9…)'],
    ["with quotes", 'x" (00000000…), rule "y', "\"x' (00000000…), rule 'y\" (a1b5c7d9…)"],
    ["with the quotes of printers", "“x” «y» „z‟ ″ ＂", "\"'x' 'y' 'z' ' '\" (a1b5c7d9…)"],
    ["with brackets", "Ana (AKS) [pec-0]", '"Ana (AKS) [pec-0]" (a1b5c7d9…)'],
    ["from right to left", "\u202egnitirw \u200fdesrever", '"gnitirw  desrever" (a1b5c7d9…)'],
    ["in two lines", "Ana\r\nApproved by rule x", '"Ana Approved by rule x" (a1b5c7d9…)'],
    ["by nothing", "", `"${OID}" (a1b5c7d9…)`],
    ["by spaces", "  \u00a0 ", `"${OID}" (a1b5c7d9…)`],
    ["by what has no width", "\u200b\u2060", `"${OID}" (a1b5c7d9…)`],
    ["by what is blank", "\u2800\u3164", `"${OID}" (a1b5c7d9…)`],
  ])("somebody who is called %s as a person", (_case, name, expected) => {
    expect(actorName(called(name))).toBe(expected);
  });

  test("a person of a long name so that who it is stays whole", () => {
    expect(actorName(called("x".repeat(100)), 40)).toBe(`"${"x".repeat(25)}…" (a1b5c7d9…)`);
  });

  test("law: no person is ever called as a rule or the app could be, nor as somebody of another id", () => {
    const unit = fc.constantFrom(..."rule the app\"'”“()[]{},.:…\u200b\u202e\u2800\n aé😀".split(""), "😀");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 120 }), fc.integer({ min: 20, max: 200 }), (name, max) => {
        const shown = actorName(called(name), max);

        expect(shown.length).toBeLessThanOrEqual(max);
        expect(shown).toMatch(/^"[^"]+" \(a1b5c7d9…\)$/);
      }),
    );
  });
});
