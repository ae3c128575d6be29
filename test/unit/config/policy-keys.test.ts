import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { PolicyKeys } from "../../../shared/policy-keys.ts";
import { newKey, publicTextOf } from "../../fixtures/signers.ts";

const [ana, bo] = [newKey(), newKey()];
const [anaText, boText] = [publicTextOf(ana), publicTextOf(bo)];
const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).publicKey;

describe("who may sign the policy", () => {
  test("goes by their names; one of them may have two keys while one is being replaced", () => {
    const third = publicTextOf(newKey());

    const keys = PolicyKeys.parse(`ana:${anaText}, bo-2:${boText},ana:${third}`);

    expect([...keys].map(([name, own]) => [name, own.length])).toEqual([
      ["ana", 2],
      ["bo-2", 1],
    ]);
    expect(keys.get("bo-2")?.[0]?.equals(createPublicKey(bo))).toBe(true);
  });

  test.each([
    ["one key under two names, which would be two people", `ana:${anaText},bo:${anaText}`],
    ["the same, twice", `ana:${anaText},ana:${anaText}`],
    ["a key of another kind", `ana:${rsa.export({ format: "der", type: "spki" }).toString("base64")}`],
    ["a private key", `ana:${ana.export({ format: "der", type: "pkcs8" }).toString("base64")}`],
    ["half a key", `ana:${anaText.slice(0, 20)}`],
    ["a key without a name", anaText],
    ["a name that none may have", `Ana:${anaText}`],
    ["nothing after a comma", `ana:${anaText},`],
  ])("is not %s", (_what, text) => {
    const { success, error } = PolicyKeys.safeParse(text);

    expect(success).toBe(false);
    expect(error?.issues[0]?.message).toMatch(/^must be pairs name:key .*; no two names share a key$/);
  });
});
