import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../../shared/policy/built.ts";
import { loadBuiltPolicy } from "../../../shared/policy/index.ts";
import { verifySignatures } from "../../../shared/policy/signatures.ts";
import { built, newKey, signed, signersOf } from "../../fixtures/signers.ts";

const POLICY = `apiVersion: policy/v1
kind: ConnectionPolicy
approvers: { team: { groups: [6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61] } }
default: { ask: { approvers: [team] } }
rules: [{ name: r, when: { endpoint: { name: pe-1 } }, then: approve }]
`;
const PLAIN = built(POLICY);
const NOON = "2026-11-02T12:00:00.000Z";
const LATER = "2026-11-02T12:01:00.000Z";
const NOW = Date.parse("2026-11-02T13:00:00.000Z");
const [ana, bo, mallory] = [newKey(), newKey(), newKey()];
const two = signersOf(2, { ana, bo });
const one = signersOf(1, { ana, bo });

const byAna = signed(PLAIN, "ana", ana, NOON);
const byBoth = signed(byAna, "bo", bo, LATER);

describe("a policy that two must sign", () => {
  const BY_BOTH = new Map([
    ["ana", NOON],
    ["bo", LATER],
  ]);

  test("counts when both did", () => {
    expect(verifySignatures(byBoth, two, NOW)).toEqual({ kind: "signed", signed: BY_BOTH });
    expect(verifySignatures(byBoth, one, NOW)).toEqual({ kind: "signed", signed: BY_BOTH });
  });

  test("is loaded like one that nobody signed", () => {
    expect(loadBuiltPolicy(byBoth, "p.json")).toMatchObject({ kind: "policy", text: POLICY });
  });

  test.each<[string, string, string]>([
    ["nobody", PLAIN, "needs signatures of 2 of ana and bo, and is signed by nobody who is known"],
    ["one of them", byAna, "needs signatures of 2 of ana and bo, and is signed by ana alone"],
    [
      "one of them twice",
      signed(byAna, "ana", ana, LATER),
      "needs signatures of 2 of ana and bo, and is signed by ana alone",
    ],
    [
      "one of them and somebody who is not known",
      signed(byAna, "mallory", mallory, NOON),
      "needs signatures of 2 of ana and bo, and is signed by ana alone",
    ],
    [
      "one of them under both names",
      signed(byAna, "bo", ana, NOON),
      "has a signature of bo that does not fit: it was changed, or another key signed it",
    ],
    [
      "a stranger under both names",
      signed(signed(PLAIN, "ana", mallory, NOON), "bo", mallory, NOON),
      "has a signature of ana that does not fit: it was changed, or another key signed it",
    ],
    [
      "one who is ahead of time",
      signed(byAna, "bo", bo, "2026-11-02T13:06:00.000Z"),
      "was signed by bo at 2026-11-02 13:06 UTC, which is to come; sign it again",
    ],
  ])("does not count when it was signed by %s", (_who, json, because) => {
    expect(verifySignatures(json, two, NOW)).toEqual({ kind: "refused", because });
  });

  test("counts no signature of who has signed a newer one that was in force: one key alone brings no old policy back", () => {
    const AFTERWARDS = "2026-11-02T12:59:00.000Z";
    const again = signed(byBoth, "bo", bo, AFTERWARDS);
    const newer = new Map([
      ["ana", "2026-11-02T12:30:00.000Z"],
      ["bo", "2026-11-02T12:30:00.000Z"],
    ]);
    const because = (who: string) =>
      `was signed by ${who} before another one that has been in force since; to go back to it, have them sign it again`;

    expect(verifySignatures(byBoth, two, NOW, BY_BOTH).kind).toBe("signed");
    expect(verifySignatures(byBoth, two, NOW, newer)).toEqual({
      kind: "refused",
      because: because("ana and bo"),
    });
    expect(verifySignatures(again, two, NOW, newer)).toEqual({ kind: "refused", because: because("ana") });
    expect(verifySignatures(again, one, NOW, newer)).toEqual({
      kind: "signed",
      signed: new Map([["bo", AFTERWARDS]]),
    });
    expect(verifySignatures(signed(again, "ana", ana, AFTERWARDS), two, NOW, newer).kind).toBe("signed");
  });

  test("counts one name once, whichever of its keys it signs with", () => {
    const rotating = signersOf(2, { ana, bo });
    const keys = new Map([
      ...rotating.keys,
      ["ana", [...signersOf(1, { a: ana, m: mallory }).keys.values()].flat()],
    ]);

    expect(verifySignatures(signed(PLAIN, "ana", mallory, NOON), { keys, needed: 1 }, NOW).kind).toBe(
      "signed",
    );
    expect(verifySignatures(signed(byAna, "ana", mallory, NOON), { keys, needed: 2 }, NOW).kind).toBe(
      "refused",
    );
  });

  test("another policy with the same signatures does not count, even if its digest fits", () => {
    const { signatures } = JSON.parse(byBoth);
    const other = JSON.parse(built(POLICY.replace("pe-1", "pe-*")));

    const forged = `${JSON.stringify({ ...other, digest: digestOf(other), signatures })}\n`;

    expect(loadBuiltPolicy(forged, "p.json").kind).toBe("policy");
    expect(verifySignatures(forged, two, NOW).kind).toBe("refused");
  });
});

describe("whatever is changed of a policy that is signed by as many as must", () => {
  const isRefused = (json: string) =>
    loadBuiltPolicy(json, "p.json").kind === "problems" ||
    verifySignatures(json, two, NOW).kind === "refused";

  test("is refused: one character for another, one more, one less, to the last byte", () => {
    const at = fc.nat(byBoth.length - 1);
    fc.assert(
      fc.property(at, fc.string({ unit: "binary", maxLength: 2 }), fc.nat(2), (index, text, cut) => {
        const changed = byBoth.slice(0, index) + text + byBoth.slice(index + cut);
        fc.pre(changed !== byBoth);

        expect(isRefused(changed)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test("is refused: any member, by anything, also with a digest that fits", () => {
    const whole = JSON.parse(byBoth);
    const member = fc.constantFrom(
      "language",
      "source",
      "hash",
      "text",
      "content",
      "signatures",
      "kind",
      "more",
    );
    fc.assert(
      fc.property(member, fc.jsonValue(), (name, value) => {
        const changed = { ...whole, [name]: value };
        const forged = `${JSON.stringify({ ...changed, digest: digestOf(changed) })}\n`;
        fc.pre(forged !== byBoth);

        expect(isRefused(forged)).toBe(true);
      }),
    );
  });

  test.each<[string, string]>([
    [
      "the order of its members",
      `${JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(byBoth)).toReversed()))}\n`,
    ],
    ["its blanks", `${JSON.stringify(JSON.parse(byBoth), null, 2)}\n`],
    ["a member that stands twice", byBoth.replace("{", '{"hash":"x",')],
    ["the spelling of a letter", byBoth.replace("policy/v1", "polic\\u0079/v1")],
    ["the spelling of a moment", byBoth.replaceAll(NOON, "2026-11-02T12:00:00Z")],
    ["the end of a signature", byBoth.replace(/(.)==/, (_all, last) => `${last === "A" ? "B" : "A"}==`)],
    ["the name of who signed", signed(byAna, "former", bo, LATER).replace('"former"', '"bo"')],
    ["the line's end", byBoth.trimEnd()],
  ])("is refused: %s", (_what, changed) => {
    expect(changed).not.toBe(byBoth);
    expect(isRefused(changed)).toBe(true);
  });
});
