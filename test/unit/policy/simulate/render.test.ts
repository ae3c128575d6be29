import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "../../../../shared/policy/simulate/compare.ts";
import { cell, forMachines, renderMarkdown, renderText } from "../../../../shared/policy/simulate/render.ts";
import { aFile, load } from "../builders.ts";
import { hostileText } from "./hostile.ts";
import { judge, recorded } from "./world.ts";

const asks = load(aFile(""));
const approves = load(aFile("  - { name: prod, when: { cluster: { tags: { env: prod } } }, then: approve }"));
const REQUESTS = { one: "recorded request", many: "recorded requests" };

const change = (endpoint = "s/rg/pe-1") =>
  compare(recorded(asks, { endpoint }), { after: judge(approves), before: null });
const same = compare(recorded(asks), { after: judge(asks), before: null });

describe("on a terminal", () => {
  test("differences are a table, and the count of them a sentence", () => {
    expect(renderText([change(), same], REQUESTS)).toBe(
      `when                      private endpoint  cluster  decision        by               because
2026-11-23T10:15:01.000Z  s/rg/pe-1         aks-1    ask -> approve  default -> prod  Rule prod (line 9) approves: every condition holds.

1 of 2 recorded requests would be decided differently.
  ask -> approve: 1
  ask -> ask: 1
`,
    );
  });

  test("nothing that differs is no table", () => {
    expect(renderText([same], REQUESTS)).toBe(
      "0 of 1 recorded request would be decided differently.\n  ask -> ask: 1\n",
    );
  });

  test("no stranger's text begins a line, moves the cursor or takes more than its share", () => {
    fc.assert(
      fc.property(hostileText(200), (endpoint) => {
        const lines = renderText([change(endpoint)], REQUESTS).split("\n");

        expect(lines).toHaveLength(6);
        expect(lines.join("")).not.toMatch(/\p{Cc}|[\u200b-\u200f\u2028-\u202e]/u);
        expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(500);
      }),
    );
  });

  test("more than two hundred differences are counted", () => {
    const text = renderText(
      Array.from({ length: 203 }, () => change()),
      REQUESTS,
    );

    expect(text.split("\n")).toHaveLength(1 + 200 + 1 + 1 + 2 + 1);
    expect(text).toContain("\nand 3 more\n\n203 of 203 recorded requests would be decided differently.\n");
  });
});

describe("in a pull request", () => {
  test("the sentence comes first, then how often, then the table", () => {
    expect(renderMarkdown([change(), same], REQUESTS)).toBe(
      `**1 of 2 recorded requests would be decided differently.**

| decision | requests |
| --- | --- |
| <code>ask -&#62; approve</code> | <code>1</code> |
| <code>ask -&#62; ask</code> | <code>1</code> |

| when | private endpoint | cluster | decision | by | because |
| --- | --- | --- | --- | --- | --- |
| <code>2026-11-23T10&#58;15&#58;01&#46;000Z</code> | <code>s&#47;rg&#47;pe-1</code> | <code>aks-1</code> | <code>ask -&#62; approve</code> | <code>default -&#62; prod</code> | <code>Rule prod &#40;line 9&#41; approves&#58; every condition holds&#46;</code> |
`,
    );
  });

  test("no stranger's text opens a cell, a tag, a link, a mention or a new line", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        expect(cell(text)).toMatch(/^(<code>([\p{L}\p{N} -]|&#\d+;)+<\/code>)?$/u);
      }),
    );
  });

  test("a text means itself once the markup is read", () => {
    expect(cell("pe|x`<b>@you\\&amp;\n")).toBe(
      "<code>pe&#124;x&#96;&#60;b&#62;&#64;you&#92;&#38;amp&#59;&#10;</code>",
    );
  });

  test("every row has as many cells as the head, whatever strangers wrote", () => {
    fc.assert(
      fc.property(hostileText(200), (endpoint) => {
        const row =
          renderMarkdown([change(endpoint)], REQUESTS)
            .trimEnd()
            .split("\n")
            .at(-1) ?? "";

        expect(row.split("|")).toHaveLength(8);
      }),
    );
  });
});

test("for scripts everything is there, one entry for each request", () => {
  const untold = compare(recorded(asks, { facts: null }), { after: judge(asks), before: null });
  const fresh = compare(recorded(asks, { verdict: null }), { after: judge(asks), before: null });

  expect(forMachines([change(), untold, fresh])).toMatchObject({
    different: 1,
    untold: 1,
    new: 1,
    requests: [
      {
        kind: "different",
        endpoint: "s/rg/pe-1",
        before: { kind: "ask", decidedBy: [{ name: "default" }] },
        after: { kind: "approve", decidedBy: [{ name: "prod" }] },
      },
      { kind: "untold", missing: [] },
      { kind: "new", before: null, after: { kind: "ask" } },
    ],
  });
});
