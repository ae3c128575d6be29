import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCommandLine } from "../../../../infra/local/kit/command.ts";
import { UsageError } from "../../../../infra/local/kit/errors.ts";
import { didYouMean } from "../../../../infra/local/kit/suggest.ts";

const OPTIONS = {
  name: { type: "string" },
  port: { type: "string", default: "7071" },
  "resource-group": { type: "string" },
  tag: { type: "string", multiple: true },
  empty: { type: "boolean", default: false },
} as const;

test("a sound command line is read as it is written", () => {
  const { values, positionals } = parseCommandLine(
    ["ana", "--name", "a", "--tag=x=1", "--tag", "-", "--empty", "--port=-1", "--", "--nme"],
    OPTIONS,
  );

  expect(values).toEqual({ name: "a", tag: ["x=1", "-"], empty: true, port: "-1" });
  expect(positionals).toEqual(["ana", "--nme"]);
});

test.each<[string[], string]>([
  [["--nme", "a"], "There is no option --nme; did you mean --name?"],
  [["--nmae=a"], "There is no option --nmae; did you mean --name?"],
  [["--prot", "1"], "There is no option --prot; did you mean --port?"],
  [["--resource", "a"], "There is no option --resource; did you mean --resource-group?"],
  [["--hlep"], "There is no option --hlep; did you mean --help?"],
  [["--colour"], "There is no option --colour."],
  [["-x"], "There is no option -x."],
  [["--toString"], "There is no option --toString."],
  [["--empty=yes"], "--empty takes no value."],
  [["--name"], "--name needs a value."],
  [["--port", "-1"], "--port needs a value; one that begins with a dash is given as --port=-1."],
  [["--name", "--empty"], "--name needs a value; one that begins with a dash is given as --name=--empty."],
])("%j is refused in one sentence", (args, sentence) => {
  expect(() => parseCommandLine(args, OPTIONS)).toThrow(new UsageError(sentence));
});

test("whatever is typed is read, or refused as wrong usage", () => {
  const word = fc.oneof(fc.string(), fc.constantFrom("--name", "--empty", "--tag=", "-", "--", "--no-empty"));
  fc.assert(
    fc.property(fc.array(word), (args) => {
      try {
        parseCommandLine(args, OPTIONS);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    }),
  );
});

describe("the guess at a mistyped name", () => {
  test.each<[string, string]>([
    ["anna", "ana"],
    ["AnA", "ana"],
    ["bop", "bo"],
    ["cyn", "cy"],
    ["sanbdox", "sandbox"],
    ["sand", "sandbox"],
  ])("%s is taken for %s", (written, meant) => {
    expect(didYouMean(written, ["bo", "ana", "cy", "sandbox"])).toBe(`; did you mean ${meant}?`);
  });

  test.each(["mallory", "x", "", "dandelion"])("%j is taken for none", (written) => {
    expect(didYouMean(written, ["bo", "ana", "cy", "sandbox"])).toBe(".");
  });
});
