import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "../../../../shared/policy-tools/simulate/compare.ts";
import {
  cell,
  forMachines,
  renderMarkdown,
  renderText,
} from "../../../../shared/policy-tools/simulate/render.ts";
import { AKS, aFile, DUTY, load } from "../../policy/builders.ts";
import { hostileText } from "./hostile.ts";
import { judge, recorded } from "./world.ts";

const asks = load(aFile(""));
const approves = load(aFile("  - { name: prod, when: { cluster: { tags: { env: prod } } }, then: approve }"));
const REQUESTS = { one: "recorded request", many: "recorded requests" };

const change = (endpoint = "s/rg/pe-1") =>
  compare(recorded(asks, { endpoint }), { after: judge(approves), before: null });
const same = compare(recorded(asks), { after: judge(asks), before: null });
const looksUp = load(
  aFile("  - { name: tagged, when: { consumer: { tags: { team: x } } }, then: { reject: { reason: No. } } }"),
);
const untold = compare(recorded(asks), { after: judge(looksUp), before: null });

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

  test("what there is nothing to compare with is shown as it would be decided; what nobody knows, as a question mark", () => {
    const fresh = compare(recorded(asks, { verdict: null, at: null }), { after: judge(asks), before: null });

    expect(renderText([fresh], REQUESTS).split("\n")[1]).toMatch(
      /^\? {5}s\/rg\/pe-1 {9}aks-1 {4}ask {7}default {2}No rule matched, so the default asks/,
    );
  });

  test("of asks that differ, the terms that do are shown", () => {
    const later = load(aFile("", { byDefault: "ask: { approvers: [duty], timeout: 8h }" }));
    const other = compare(recorded(asks), { after: judge(later), before: null });

    expect(renderText([other], REQUESTS)).toContain(
      `  ask -> ask (otherwise): approvers 1 of aks (${AKS}) -> 1 of duty (${DUTY}); timeout 24h -> 8h  default -> default  `,
    );
  });

  test("all that decided are named", () => {
    const both = load(
      aFile(
        "  - { name: a, when: { source: sweep }, then: approve }\n  - { name: b, when: { source: s* }, then: approve }",
      ),
    );

    expect(renderText([compare(recorded(asks), { after: judge(both), before: null })], REQUESTS)).toContain(
      "  default -> a, b  ",
    );
  });

  test("two hundred differences are all shown", () => {
    const text = renderText(
      Array.from({ length: 200 }, () => change()),
      REQUESTS,
    );

    expect(text).not.toContain("more");
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

  test("nothing is no table", () => {
    expect(renderMarkdown([], REQUESTS)).toBe("**There are no recorded requests.**\n");
    expect(renderMarkdown([same], REQUESTS)).toBe(
      `**0 of 1 recorded request would be decided differently.**

| decision | requests |
| --- | --- |
| <code>ask -&#62; ask</code> | <code>1</code> |
`,
    );
  });

  test("what could not be told is a sentence of its own", () => {
    expect(renderMarkdown([same, untold], REQUESTS)).toMatch(
      /^\*\*0 of 1 .*\*\*\n\n1 recorded request could not be told: the policy uses facts that were not recorded then: consumer\.tags\.\n\n\|/,
    );
  });

  test("no more than a comment holds is written, and the rest is counted", () => {
    const all = Array.from({ length: 230 }, () => change());

    const few = renderMarkdown(all.slice(0, 50), REQUESTS);
    const many = renderMarkdown(all, REQUESTS);
    const wide = renderMarkdown(
      all.map(() => change("<".repeat(200))),
      REQUESTS,
    );
    const rowsIn = (text: string) =>
      text.split("\n").filter((line) => line.startsWith("| <code>2026")).length;

    expect([rowsIn(few), few.includes("more")]).toEqual([50, false]);
    expect([rowsIn(many), many.endsWith("\n\nand 30 more\n")]).toEqual([200, true]);
    expect(wide.length).toBeLessThan(60_000);
    expect(wide.length).toBeGreaterThan(58_500);
    expect(wide).toContain(`\n\nand ${230 - rowsIn(wide)} more\n`);
    expect(rowsIn(wide)).toBeLessThan(rowsIn(many));
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
      { kind: "untold", missing: ["consumer.tags"] },
      { kind: "new", before: null, after: { kind: "ask" } },
    ],
  });
});
