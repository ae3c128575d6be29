import { describe, expect, test } from "vitest";
import { parseRouteTemplate } from "../../../../../infra/local/functions-host/http/route-template.ts";

describe("a route constraint decides which values fit", () => {
  test.each<[string, string[], string[]]>([
    ["int", ["0", "-5", "2147483647"], ["2147483648", "1.5", "x"]],
    ["long", ["9223372036854775807"], ["9223372036854775808"]],
    ["decimal", ["1.5", "-2"], ["1.5.2", "x"]],
    ["bool", ["true", "FALSE"], ["yes"]],
    ["guid", ["0f8fad5b-d9cb-469f-a165-70867728950e"], ["0f8fad5b"]],
    ["alpha", ["abcXYZ"], ["a1"]],
    ["double", ["1.5", "-2e10"], ["1.5.2", "x"]],
    ["float", ["1.5", "1E-3"], ["e3"]],
    ["datetime", ["2026-11-22", "2026-11-22T10:00:00Z"], ["5", "soon"]],
    ["regex(^\\d{{3}}-[a-z]+$)", ["123-abc", "123-ABC"], ["12-abc", "123-4"]],
    ["regex(^(a|b)?c$)", ["ac", "C"], ["dc"]],
    ["file", ["a.txt"], ["a", "a."]],
    ["nonfile", ["a"], ["a.txt"]],
    ["required", ["a"], []],
    ["INT", ["5"], ["x"]],
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

  test.each([
    "{id:regex([)}",
    "{id:length(x)}",
    "{id:nothing}",
    "{id:tostring}",
    "{a}{b}",
    "a{*rest}",
    "a-{id?}",
    "a-{id=5}",
    "{id=5?}",
    "{*rest?}",
    "{*rest}/more",
    "{id}/{ID}",
    "{id",
    "id}",
    "{}",
  ])("%s is refused", (template) => {
    expect(() => parseRouteTemplate(template)).toThrow(template);
  });
});

describe("a template finds its parameters", () => {
  test.each<[string, string, Record<string, string> | null]>([
    ["v{version}.json", "/v1.json", { version: "1" }],
    ["v{version}.json", "/V1.JSON", { version: "1" }],
    ["v{version}.json", "/v.json", null],
    ["v{version}.json", "/v1xjson", null],
    ["v{version}.json", "/v1.json/more", null],
    ["{from}-{to}", "/a-b-c", { from: "a-b", to: "c" }],
    ["{from:int}-{to:int}", "/1-2", { from: "1", to: "2" }],
    ["{from:int}-{to:int}", "/1-x", null],
    ["{name}.{ext?}", "/readme.md", { name: "readme", ext: "md" }],
    ["{name}.{ext?}", "/readme", { name: "readme" }],
    ["{name}.{ext?}", "/readme.", null],
    ["a{{b}}/{c}", "/a{b}/1", { c: "1" }],
    ["a/{id=5}", "/a", { id: "5" }],
    ["a/{id=5}", "/a/6", { id: "6" }],
    ["a/{id:int=5}", "/a/x", null],
    ["a/{id?}/b", "/a", null],
    ["a/{*rest=home}", "/a", { rest: "home" }],
    ["a/{**rest}", "/a/b/c", { rest: "b/c" }],
    ["{a}/{b=2}/{c?}", "/1", { a: "1", b: "2" }],
    ["{name}", "/J%C3%B6rg%20K", { name: "Jörg K" }],
  ])("%s of %s: %j", (template, path, expected) => {
    expect(parseRouteTemplate(template).match(path)).toEqual(expected);
  });

  test("and the more specific one is asked first", () => {
    const templates = ["{*rest}", "{id}", "{id:int}", "{*rest:alpha}", "v{version}", "items", "items/{id}"];

    const sorted = templates
      .map((template) => ({ template, precedence: parseRouteTemplate(template).precedence }))
      .sort((one, other) => (one.precedence < other.precedence ? -1 : 1))
      .map(({ template }) => template);

    expect(sorted.filter((template) => template !== "v{version}")).toEqual([
      "items",
      "items/{id}",
      "{id:int}",
      "{id}",
      "{*rest:alpha}",
      "{*rest}",
    ]);
    expect(sorted.indexOf("v{version}")).toBeLessThan(sorted.indexOf("{id}"));
  });
});
