import { describe, expect, test } from "vitest";
import { paintOn } from "../../../shared/approvals-cli/style.ts";
import { table } from "../../../shared/approvals-cli/table.ts";
import { openerOn } from "../../../shared/approvals-cli/terminal.ts";
import { localTime } from "../../../shared/approvals-cli/time.ts";
import { NINE } from "../../fixtures/builders.ts";

describe("what opens an address", () => {
  test.each([
    ["linux", { DISPLAY: ":0" }, ["xdg-open"]],
    ["linux", { WAYLAND_DISPLAY: "wayland-0" }, ["xdg-open"]],
    ["linux", {}, null],
    ["darwin", {}, ["open"]],
    ["win32", {}, ["cmd", "/c", "start", ""]],
  ] as const)("on %s with %j is %j", (platform, env, expected) => {
    expect(openerOn(platform, env)).toEqual(expected);
  });
});

describe("times of a terminal", () => {
  test.each([
    ["UTC", "Mon 2 Mar 2026, 09:00 UTC"],
    ["Europe/Oslo", "Mon 2 Mar 2026, 10:00 CET"],
    ["America/New_York", "Mon 2 Mar 2026, 04:00 GMT-5"],
  ])("in %s are said with their zone", (zone, expected) => {
    expect(localTime(NINE, zone)).toBe(expected);
  });
});

describe("a table", () => {
  test("has columns as wide as their widest cell, and no blanks at the end of a line", () => {
    expect(
      table([
        [{ text: "ID" }, { text: "STATUS" }, { text: "NOTE" }],
        [{ text: "pec-1" }, { text: "é́" }, { text: "" }],
      ]),
    ).toEqual(["ID     STATUS  NOTE", "pec-1  é́"]);
  });

  test("is as wide with ink as without", () => {
    const paint = paintOn({ hasColour: true });
    const painted = (text: string) => paint("red", text);

    expect(
      table([
        [{ text: "a", painted }, { text: "b" }],
        [{ text: "long" }, { text: "c" }],
      ]),
    ).toEqual(["\u001b[31ma\u001b[39m     b", "long  c"]);
  });
});
