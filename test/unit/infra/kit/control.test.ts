import { expect, test } from "vitest";
import { hasControlKey } from "../../../../infra/local/kit/control.ts";

test("the key opens the control interface", () => {
  expect(hasControlKey({ "x-control-key": "secret" }, "secret")).toBe(true);
});

test.each<[string, Record<string, string>, string | undefined]>([
  ["no key is sent", {}, "secret"],
  ["another key is sent", { "x-control-key": "Secret" }, "secret"],
  ["an empty key is sent", { "x-control-key": "" }, "secret"],
  ["the stand-in has no key", { "x-control-key": "secret" }, undefined],
  ["the stand-in has an empty key, and that is sent", { "x-control-key": "" }, ""],
])("the control interface stays shut when %s", (_case, headers, key) => {
  expect(hasControlKey(headers, key)).toBe(false);
});
