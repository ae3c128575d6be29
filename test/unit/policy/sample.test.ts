import { expect, test } from "vitest";
import { run } from "../../../shared/policy-tools/cli/run.ts";

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
      /^\d\d passed, 0 failed\n$|^policy\.yaml: 8 rules, no problems \(hash \S+\)\n$/,
    ),
  });
});
