import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { explain, type Facts } from "../../../shared/policy/index.ts";
import { run } from "../../../shared/policy-tools/cli/run.ts";
import { load } from "./builders.ts";
import { runs } from "./runs.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

test.each([
  [
    "answers as its tests say, and none of its rules goes without one",
    ["test", "policy.tests.yaml", "--coverage"],
  ],
  ["has nothing that it should be warned of", ["check", "policy.yaml", "--strict"]],
])("the sample policy %s", async (_what, args) => {
  const said: string[] = [];
  const say = (text: string) => void said.push(text);

  const code = await run(args, { cwd: ROOT, env: {}, out: say, err: say, readStdin: async () => "" });

  expect({ code, said: said.join("") }).toEqual({
    code: 0,
    said: expect.stringMatching(
      /^\d\d passed, 0 failed\n$|^policy\.yaml: 9 rules, no problems \(hash \S+\)\n$/,
    ),
  });
});

test("law: the sample policy asks people, whatever is given for facts", () => {
  const policy = load(readFileSync(`${ROOT}policy.yaml`, "utf8"));

  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withNullPrototype: true, withMap: true, withDate: true }),
      (facts) => {
        expect(explain(policy, facts as Facts).kind).toBe("ask");
      },
    ),
    runs(500),
  );
});
