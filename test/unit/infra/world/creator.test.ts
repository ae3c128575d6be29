import { expect, test } from "vitest";
import { creatorNamed } from "../../../../infra/local/world/creator.ts";

const ANA = { by: "ana@contoso.example", objectId: "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201" };
const APP = "9a7e4d31-2c60-4f0d-a1b8-6d5c3e2f1a03";

test.each([
  ["a person's name", "ana", ANA],
  ["her sign-in name, in whatever case", "Ana@Contoso.Example", ANA],
  ["a name that the directory does not know", "dana@contoso.example", { by: "dana@contoso.example" }],
  [
    "her name somewhere else",
    "ana_partner.com#EXT#@contoso.example",
    { by: "ana_partner.com#EXT#@contoso.example" },
  ],
  ["an application", APP, { by: APP }],
])("a creator is named by %s", (_by, who, expected) => {
  expect(creatorNamed(who)).toEqual(expected);
});
