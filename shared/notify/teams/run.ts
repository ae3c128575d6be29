import { cut } from "../../text.ts";
import { shown } from "../../view/index.ts";
import type { RichTextBlock, TextRun } from "./elements.ts";

/**
 * Where Teams, or the flow that posts the card, makes something else of a text, in a run, too: a moment of `{{DATE(…)}}`, data of
 * `${…}` and `@{…}`, a mention of `<at>…</at>`.
 * @see https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
 */
const OBEYED_BY_TEAMS = /\{(?=\{)|[$@](?=\{)|<(?=\/?at\b)/gi;

/** Anybody's text as a card may show it: nothing in it is obeyed, and it has at most `max` UTF-16 units. */
export function inert(text: string, max: number): string {
  const harmless = shown(text).replace(OBEYED_BY_TEAMS, "$& ");
  return harmless.length <= max ? harmless : `${cut(harmless, max - 1)}…`;
}

/** A paragraph of anybody's text. */
export const paragraph = (
  text: string,
  max: number,
  look: Omit<TextRun, "type" | "text"> = {},
): RichTextBlock => ({
  type: "RichTextBlock",
  inlines: [{ type: "TextRun", text: inert(text, max), ...look }],
});

/** The same as a heading, with a line above it. */
export const heading = (text: string, max: number): RichTextBlock => ({
  ...paragraph(text, max, { weight: "bolder" }),
  separator: true,
});
