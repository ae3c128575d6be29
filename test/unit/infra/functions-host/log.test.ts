import { describe, expect, test } from "vitest";
import { levelFilter } from "../../../../infra/local/functions-host/log.ts";

describe("a log line is shown", () => {
  test.each<
    [
      Record<string, "debug" | "information" | "warning" | "error">,
      string,
      "debug" | "information" | "warning" | "error",
      boolean,
    ]
  >([
    [{}, "Function.a.User", "information", true],
    [{}, "Function.a.User", "debug", false],
    [{}, "Function.a", "information", false],
    [{}, "Host.Startup", "information", false],
    [{}, "Host.Startup", "warning", true],
    [{ default: "information" }, "Host.Startup", "information", false],
    [{ default: "error" }, "Host.Startup", "warning", false],
    [{ default: "warning" }, "Function.a.User", "information", false],
    [{ "Function.a": "debug" }, "Function.a.User", "debug", true],
    [{ "Function.a": "error", "Function.a.User": "debug" }, "Function.a.User", "debug", true],
    [{ Host: "information" }, "Host.Startup", "information", true],
  ])("%j %s %s: %s", (configured, category, level, expected) => {
    expect(levelFilter(configured, false)({ category, level, message: "" })).toBe(expected);
  });

  test("the same whenever it is asked", () => {
    const passes = levelFilter({ "Function.a": "warning" }, false);
    const levels = ["error", "warning", "information", "debug", "none", "warning"] as const;

    const shown = levels.filter((level) => passes({ level, category: "Function.a.User", message: "" }));

    expect(shown).toEqual(["error", "warning", "warning"]);
  });
});
