import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText } from "../../../shared/request/json.ts";
import { keyedSeals } from "../../../shared/request/seal.ts";
import { aKey } from "../../fixtures/seals.ts";

const json = fc.jsonValue({ maxDepth: 4 });
/** The same value with the members of every object in another order. */
const reversed = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  const members = Object.entries(value).reverse();
  return Object.fromEntries(members.map(([name, member]) => [name, reversed(member)]));
};

describe("the canonical text of a value", () => {
  test.each<[string, unknown, string]>([
    ["members by name, at every depth", { b: [{ d: 1, c: 2 }], a: null }, '{"a":null,"b":[{"c":2,"d":1}]}'],
    [
      "capitals before small letters, digits before both",
      { a: 1, B: 2, 10: 3, 9: 4 },
      '{"10":3,"9":4,"B":2,"a":1}',
    ],
    ["no member that is undefined", { a: undefined, b: 1 }, '{"b":1}'],
    ["what JSON makes of what it cannot say", [undefined, Number.NaN, -0], "[null,null,0]"],
    ["quotes, controls and half characters escaped", '"\\\n\ud800é', '"\\"\\\\\\n\\ud800é"'],
    [
      "a member that is called like a prototype",
      JSON.parse('{"__proto__":{"a":1}}'),
      '{"__proto__":{"a":1}}',
    ],
  ])("has %s", (_what, value, expected) => {
    expect(canonicalText(value)).toBe(expected);
  });

  test("law: it says the value and nothing else, whatever the order of members, and through the store", () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalText(value);

        expect(JSON.stringify(JSON.parse(text))).toBe(
          JSON.stringify(JSON.parse(canonicalText(JSON.parse(text)))),
        );
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalText(reversed(value))).toBe(text);
        expect(canonicalText(JSON.parse(JSON.stringify(value)))).toBe(text);
      }),
    );
  });
});

describe("a seal", () => {
  const [one, two] = [aKey("one"), aKey("two")];
  const seals = keyedSeals([one]);
  const YES = '{"says":"yes"}';
  const record = (seal: string, said = YES) => ({ said, seal });

  test("names its key, and is the same for the same record after the same seal", () => {
    const seal = seals.seal("one.x", YES);

    expect(seal).toMatch(/^one\.[\w-]{43}$/);
    expect(seals.seal("one.x", YES)).toBe(seal);
  });

  test("is a known one: HMAC-SHA256 of the seal before, a line break, and the canonical text", () => {
    const seal = seals.seal(null, YES);

    expect(seal).toBe("one.y-gLdg_5c0Q2GR9SZzVBOitq17wqbSSyVovcTehwock");
  });

  test("is right for its record in its place", () => {
    const seal = seals.seal("one.x", YES);

    expect(seals.doubtOf("one.x", record(seal))).toBeNull();
  });

  test.each<[string, string | null, (seal: string) => ReturnType<typeof record>]>([
    ["another record", "one.x", (seal) => record(seal, '{"says":"no"}')],
    ["a record with one more member", "one.x", (seal) => record(seal, '{"by":null,"says":"yes"}')],
    ["another place", "one.y", (seal) => record(seal)],
    ["the first place", null, (seal) => record(seal)],
    ["itself, cut short", "one.x", (seal) => record(seal.slice(0, -1))],
    [
      "itself, with a letter changed",
      "one.x",
      (seal) => record(seal.replace(/.$/, (last) => (last === "A" ? "B" : "A"))),
    ],
    ["itself, longer", "one.x", (seal) => record(`${seal}A`)],
    ["nothing", "one.x", () => record("one.")],
  ])("is wrong for %s", (_what, previous, altered) => {
    const seal = seals.seal("one.x", YES);

    expect(seals.doubtOf(previous, altered(seal))).toBe("is not as the app wrote it");
  });

  test.each([["two.x"], ["x"], [""], [".x"], ["ONE.x"], ["__proto__.x"]])(
    "%j is of a key that the app does not have",
    (seal) => {
      expect(seals.doubtOf(null, record(seal))).toBe("is sealed with a key that the app does not have");
    },
  );

  test("of another key is none of this one, whatever name it borrows", () => {
    const forged = keyedSeals([{ ...two, id: "one" }]).seal(null, YES);

    expect(seals.doubtOf(null, record(forged))).toBe("is not as the app wrote it");
  });

  test("of a key that was replaced is known as long as the key is kept; new ones are of the first", () => {
    const before = seals.seal(null, YES);
    const [kept, dropped] = [keyedSeals([two, one]), keyedSeals([two])];

    expect(kept.doubtOf(null, record(before))).toBeNull();
    expect(kept.seal(before, "{}")).toBe(keyedSeals([two]).seal(before, "{}"));
    expect(dropped.doubtOf(null, record(before))).toBe("is sealed with a key that the app does not have");
  });
});
