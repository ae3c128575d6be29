import { describe, expect, test } from "vitest";
import { missingOf } from "../../../functions/kit/missing.ts";
import type { Caller } from "../../../functions/kit/sign-in.ts";
import { ana } from "../../fixtures/entries.ts";

const SETTINGS = { REVIEW_SCOPE: "Approvals.ReadWrite", READ_SCOPE: "Approvals.Read" };

const approver: Caller = {
  ...ana,
  roles: ["Reader", "Approver"],
  isPerson: true,
  scopes: ["Approvals.ReadWrite"],
  clientId: "6d2c9f14-7e58-4b3a-8c1d-2f0a9b7e5d04",
};
const reader: Caller = { ...approver, roles: ["Reader"], groups: [] };

describe("what a token lacks", () => {
  test.each<[string, Caller, readonly string[]]>([
    ["an approver with all", approver, []],
    ["a reader, whom no policy asks", reader, []],
    ["a reader whose token may only read", { ...reader, scopes: ["Approvals.Read"] }, []],
    ["somebody without a role", { ...approver, roles: [] }, ["noRole"]],
    ["somebody with a role of another app", { ...approver, roles: ["Owner"] }, ["noRole"]],
    ["an approver whose token may only read", { ...approver, scopes: ["Approvals.Read"] }, ["noScope"]],
    ["an approver without a scope", { ...approver, scopes: [] }, ["noScope"]],
    ["an approver in no group", { ...approver, groups: [] }, ["noGroups"]],
    ["an approver in too many", { ...approver, groups: [], hasTooManyGroups: true }, ["tooManyGroups"]],
    ["an app, which has no scopes and no groups", { ...reader, isPerson: false, scopes: [] }, []],
    [
      "somebody who lacks all",
      { ...approver, roles: [], scopes: [], groups: [], hasTooManyGroups: true },
      ["noRole", "noScope", "tooManyGroups"],
    ],
  ])("of %s", (_case, caller, codes) => {
    const missing = missingOf(caller, SETTINGS);

    expect(missing.map(({ code }) => code)).toEqual(codes);
    for (const { sentence } of missing) expect(sentence).toMatch(/^[A-Z].*\. Ask an administrator to .*\.$/);
  });

  test("names the scopes as they are called here", () => {
    const [lack] = missingOf({ ...approver, scopes: [] }, { ...SETTINGS, REVIEW_SCOPE: "Decide" });

    expect(lack?.sentence).toContain("the scope Decide.");
  });
});
