import { describe, expect, test } from "vitest";
import { parseRouteTemplate } from "../../../infra/local/functions-host/http/route-template.ts";

describe("a route constraint decides which values fit", () => {
  test.each<[string, string[], string[]]>([
    ["int", ["0", "-5", "2147483647"], ["2147483648", "1.5", "x"]],
    ["long", ["9223372036854775807"], ["9223372036854775808"]],
    ["decimal", ["1.5", "-2"], ["1.5.2", "x"]],
    ["bool", ["true", "FALSE"], ["yes"]],
    ["guid", ["0f8fad5b-d9cb-469f-a165-70867728950e"], ["0f8fad5b"]],
    ["alpha", ["abcXYZ"], ["a1"]],
    ["length(3)", ["abc"], ["ab", "abcd"]],
    ["length(2,3)", ["ab", "abc"], ["a", "abcd"]],
    ["minlength(2)", ["ab"], ["a"]],
    ["maxlength(2)", ["ab"], ["abc"]],
    ["min(18)", ["18"], ["17", "x"]],
    ["max(18)", ["18"], ["19"]],
    ["range(1,5)", ["1", "5"], ["0", "6"]],
    ["int:min(3)", ["3"], ["2", "x"]],
  ])("%s", (constraint, fitting, others) => {
    const { match } = parseRouteTemplate(`{value:${constraint}}`);

    expect(fitting.map((value) => match(`/${value}`))).toEqual(fitting.map((value) => ({ value })));
    expect(others.map((value) => match(`/${value}`))).toEqual(others.map(() => null));
  });

  test.each(["{id:regex(^a$)}", "{id:length(x)}", "{id:nothing}", "a-{id}", "{id=5}", "{id", "{}"])(
    "%s is refused",
    (template) => {
      expect(() => parseRouteTemplate(template)).toThrow(template);
    },
  );
});
