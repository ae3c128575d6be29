import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOf, momentOf } from "../../../shared/evidence/place.ts";
import { canonicalText } from "../../../shared/request/json.ts";
import { NINE } from "../../fixtures/builders.ts";

const ID = "pec-00000000000000000000000000000001";
const OTHER = "pec-00000000000000000000000000000002";

/** What people or Azure may have said, with the names of a record's own members in it. */
const Names = fc.oneof(fc.constantFrom("requestId", "seq", "at", '"seq":9'), fc.string());
const Values = fc.oneof(
  fc.constantFrom(OTHER, 9, NINE, `"requestId":"${OTHER}"`),
  fc.string({ unit: "binary" }),
);
const Tags = fc.dictionary(Names, fc.oneof(Values, fc.dictionary(Names, Values)));

describe("the place that a record says it has", () => {
  test("law: is its own, whatever others are called in it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), Tags, Tags, (seq, early, late) => {
        const said = canonicalText({
          actor: early,
          at: NINE,
          facts: early,
          requestId: ID,
          seq,
          verdict: late,
        });

        expect(isOf(said, ID, seq)).toBe(true);
        expect(isOf(said, OTHER, seq)).toBe(false);
        expect(isOf(said, ID, seq + 1)).toBe(false);
        expect(momentOf(said)).toBe(NINE);
      }),
    );
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["JSON that is no record", "[1]"],
    ["a record of no request", canonicalText({ seq: 1, at: "yesterday" })],
    ["another type of number", canonicalText({ requestId: ID, seq: "1", at: 1 })],
    ["a number that goes on", canonicalText({ requestId: ID, seq: 1.5, at: 1 })],
  ])("is none where there is %s", (_what, said) => {
    expect(isOf(said, ID, 1)).toBe(false);
    expect(momentOf(said)).toBeNull();
  });
});
