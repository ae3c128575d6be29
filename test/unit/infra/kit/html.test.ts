import fc from "fast-check";
import { expect, test } from "vitest";
import { html } from "../../../../infra/local/kit/html.ts";

const hostile = fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", "a", "/", "=", " ") });

test("no text opens a tag or leaves a quoted attribute, and none is lost", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { markup } = html`<p title="${text}">${text}</p>`;

      const [, inAttribute = "", inText = ""] = /^<p title="([^"<>']*)">([^"<>']*)<\/p>$/.exec(markup) ?? [];
      expect(unescaped(inAttribute)).toBe(text);
      expect(unescaped(inText)).toBe(text);
    }),
  );
});

test("what is markup already stays as it is", () => {
  const items = ["a", "b & c"].map((text) => html`<li>${text}</li>`);

  expect(html`<ul>${items}</ul>`.markup).toBe("<ul><li>a</li><li>b &amp; c</li></ul>");
});

const unescaped = (markup: string): string =>
  markup
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
