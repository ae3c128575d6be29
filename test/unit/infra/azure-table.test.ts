import { expect, test } from "vitest";
import { table } from "../../../infra/azure/kit/table.ts";

test("columns are as wide as their widest cell, and the last one ends where it ends", () => {
  const shown = table(
    ["what", "now"],
    [
      ["role Approver", "missing"],
      ["x", ""],
    ],
  );

  expect(shown).toBe("what           now\nrole Approver  missing\nx");
});

test("what somebody else wrote is shown, and obeyed by no terminal", () => {
  const shown = table(["what"], [["role \u001b[2J\u202eX\u2028y\u0007"]]);

  expect(shown).toBe("what\nrole ?[2J?X?y?");
});
