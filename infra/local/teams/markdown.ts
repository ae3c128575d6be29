import { type Html, html } from "../kit/html.ts";

/** A link, bold, or italic text. */
const MARK = /\[(?<label>[^\]\n]+)\]\((?<url>[^()\s]+)\)|\*\*(?<bold>[^*\n]+)\*\*|_(?<italic>[^_\n]+)_/g;

/**
 * The part of Markdown that Teams obeys in a TextBlock and in facts, so that one sees where a foreign text may say more
 * than it should. A TextRun has none.
 * @see https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format#format-adaptive-cards-with-markdown
 */
export function markdown(text: string): readonly Html[] {
  const parts: Html[] = [];
  let end = 0;
  for (const found of text.matchAll(MARK)) {
    parts.push(html`${text.slice(end, found.index)}`, marked(found.groups ?? {}));
    end = found.index + found[0].length;
  }
  return [...parts, html`${text.slice(end)}`];
}

function marked({ label, url, bold, italic }: Record<string, string | undefined>): Html {
  if (bold !== undefined) return html`<strong>${bold}</strong>`;
  if (italic !== undefined) return html`<em>${italic}</em>`;
  return link(url ?? "", label ?? "");
}

/** A link to a web page that opens beside this one; what leads anywhere else is a text. */
export function link(url: string, label: string): Html {
  const target = URL.parse(url);
  if (target === null || !["http:", "https:"].includes(target.protocol)) return html`${label}`;
  return html`<a href="${target.href}" target="_blank" rel="noopener noreferrer">${label}</a>`;
}
