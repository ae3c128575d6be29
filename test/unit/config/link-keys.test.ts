import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { LinkKeysText } from "../../../shared/link-keys.ts";

const ONE = Buffer.alloc(32, 1).toString("base64");
const OTHER = Buffer.alloc(40, 2).toString("base64");

describe("keys of links", () => {
  test("are one or two, of which each has a name of its own", () => {
    const [first, second] = LinkKeysText.parse(` ${ONE} , ${OTHER}`);

    expect([first.key.export(), second?.key.export()]).toEqual([Buffer.alloc(32, 1), Buffer.alloc(40, 2)]);
    expect(first.id).toMatch(/^[0-9a-f]{8}$/);
    expect(second?.id).not.toBe(first.id);
    expect(LinkKeysText.parse(ONE)).toHaveLength(1);
  });

  test("show their bytes in no log and in no JSON", () => {
    const keys = LinkKeysText.parse(ONE);

    expect(`${inspect(keys, { depth: 5 })}${JSON.stringify(keys)}`).not.toContain(ONE.slice(0, 12));
  });

  test.each<[string, string]>([
    ["too short", Buffer.alloc(31, 1).toString("base64")],
    ["three", `${ONE},${OTHER},${ONE}`],
    ["one and nothing", `${ONE},`],
    ["no base64", `s3cret-${ONE}`],
    [
      "a reference that the platform could not read",
      "@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/s)",
    ],
  ])("%s are refused, and not shown", (_what, text) => {
    const { error } = LinkKeysText.safeParse(text);

    expect(error?.issues.map(({ message }) => message)).toEqual([
      "must be one or two keys, separated by a comma, each at least 32 bytes in base64; `openssl rand -base64 32` makes one",
    ]);
  });
});
