import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Notice } from "../../../../shared/notify/channel.ts";
import { envelopeOf } from "../../../../shared/notify/teams/envelope.ts";
import { NoticeKind } from "../../../../shared/request/notice.ts";
import { UNPRINTABLE } from "../../../../shared/text.ts";
import { aNotice, PLACE } from "./world.ts";

/** What a card may be made of, and nothing else: written apart from the code that makes it. */
const TextRun = z.strictObject({
  type: z.literal("TextRun"),
  text: z.string(),
  weight: z.literal("bolder").optional(),
  size: z.literal("large").optional(),
});
const RichTextBlock = z.strictObject({
  type: z.literal("RichTextBlock"),
  inlines: z.array(TextRun).min(1),
  separator: z.literal(true).optional(),
});
/** Rendered as Markdown: names of ours, moments and ids. */
const FactSet = z.strictObject({
  type: z.literal("FactSet"),
  facts: z.array(
    z.strictObject({
      title: z.enum(["Status", "Answer by", "As of", "Request"]),
      value: z.string().regex(/^([A-Z][a-z]+|\d{4}-\d\d-\d\d \d\d:\d\d UTC|pec-[0-9a-f]{32})$/),
    }),
  ),
});
const LINK = /^https:\/\/approvals\.example\/inbox\/#\/requests\/pec-[0-9a-f]{32}(\?asked=\d+)?$/;
const PORTAL =
  /^https:\/\/portal\.azure\.com\/#@[0-9a-f-]{36}\/resource\/subscriptions\/[\w./-]+\/aks-prod$/i;
const OpenUrl = z.strictObject({
  type: z.literal("Action.OpenUrl"),
  title: z.enum(["Review", "Look at it", "Open cluster in portal"]),
  url: z.string().refine((url) => LINK.test(url) || PORTAL.test(url)),
});
const Message = z.strictObject({
  type: z.literal("message"),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal("application/vnd.microsoft.card.adaptive"),
      contentUrl: z.null(),
      content: z.strictObject({
        $schema: z.literal("http://adaptivecards.io/schemas/adaptive-card.json"),
        type: z.literal("AdaptiveCard"),
        version: z.literal("1.4"),
        fallbackText: z
          .string()
          .regex(
            /^[A-Z][a-z :]+: https:\/\/approvals\.example\/inbox\/#\/requests\/pec-[0-9a-f]{32}(\?asked=\d+)?$/i,
          ),
        body: z.array(z.union([RichTextBlock, FactSet])).min(3),
        actions: z.array(OpenUrl).length(2),
        msteams: z.strictObject({ width: z.literal("Full") }),
      }),
    }),
  ]),
});

const TRICKS = [
  "[click](javascript:alert(1))",
  "**bold** _it_ # h\n- list\n> quote",
  "![x](https://evil.example/p.png)",
  "<at>everyone</at>",
  "</AT >",
  "{{DATE(2020-01-01T00:00:00Z,SHORT)}}",
  "{{{TIME(2020-01-01T00:00:00Z)}}}",
  "$" + "{$root.secret} @{triggerBody()}",
  "https://evil.example?a=b",
  'javascript:alert("1")',
  "\u202egnp.exe\u0000\u001b[2J\u2028",
  '"}],"actions":[{"type":"Action.Submit"}',
  "<script>alert(1)</script>",
  "\ud800",
  "漢字🏴",
];

/** Strangers' texts of any length, up to 64 KB. */
const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TRICKS) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.constantFrom(...TRICKS), { minLength: 1, maxLength: 5 })
      .map((all) => all.join("")),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...TRICKS, "x", "\u202e", "漢")
      .map((text) => text.repeat(65_536 / text.length)),
  },
);

/** A notice with a stranger's text wherever a text can stand. */
const notices: fc.Arbitrary<Notice> = fc
  .record({ kind: fc.constantFrom(...NoticeKind.options), text: hostile, count: fc.nat(60) })
  .map(({ kind, text, count }) => {
    const notice = aNotice(kind, { message: text });
    const many = Array.from({ length: count }, (_, n) => `${text.slice(0, 100)}${n}`);
    return {
      ...notice,
      request: spoiled(notice.request, text, many),
      facts: spoiled(notice.facts, text, many),
    };
  });

/** Members that others write, whatever they stand in. */
const THEIRS = ["because", "reason", "name", "message", "hint", "cause", "code", "field"];

function spoiled<T>(value: T, text: string, many: readonly string[]): T {
  return JSON.parse(JSON.stringify(value), (key, member) => {
    if (THEIRS.includes(key) && typeof member === "string") return text;
    if (key === "approvers") return [text, ...many];
    if (key === "flags") return many;
    if (key === "unknownFacts") return many.map((field) => ({ field, cause: text }));
    if (key === "subscriptionName" || key === "tenant") return { kind: "value", value: text };
    return member;
  }) as T;
}

/** The texts that are shown as they are. @throws when it is no message as it must be */
const textsIn = (message: string): readonly string[] =>
  Message.parse(JSON.parse(message)).attachments[0].content.body.flatMap((element) =>
    element.type === "RichTextBlock" ? element.inlines.map(({ text }) => text) : [],
  );

const OBEYED = new RegExp(`${UNPRINTABLE.source}|\\p{Cs}`, "u");

describe("whatever strangers wrote, wherever it stands", () => {
  test("a card is made of what it may be; what renders Markdown, and every address, is ours; nothing is obeyed; all is small", () => {
    fc.assert(
      fc.property(notices, (notice) => {
        const message = JSON.stringify(envelopeOf(notice, PLACE));

        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(20 * 1_024);
        expect(
          textsIn(message).filter((text) => OBEYED.test(text) || /\{\{|[$@]\{|<\/?at\b/i.test(text)),
        ).toEqual([]);
      }),
    );
  });

  test("their text is there all the same, as far as there is room", () => {
    const [trick = ""] = TRICKS;
    const notice = aNotice("asked", { message: trick });

    expect(textsIn(JSON.stringify(envelopeOf(notice, PLACE)))).toContain(`“${trick}”`);
  });
});

test("a plain card is far below the limit, and one that cannot be made small enough is not sent", () => {
  expect(Buffer.byteLength(JSON.stringify(envelopeOf(aNotice("asked"), PLACE)))).toBeLessThan(4 * 1_024);

  const far = { ...PLACE, publicUrl: `https://approvals.example/${"x".repeat(30_000)}` };

  expect(() => envelopeOf(aNotice("asked"), far)).toThrow(/^The card has \d+ bytes; Teams takes 24576\.$/);
});
