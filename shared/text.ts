/**
 * Everything that could end a line, move a cursor, hide text or turn its reading direction: control and format
 * characters, line and paragraph separators, and what has no width. For `replace`.
 */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const UNPRINTABLE_RUN = new RegExp(`${UNPRINTABLE.source}+`, "gu");

/**
 * One character that leaves ink: a letter, a digit, a sign. Not what is ignored where it is shown (the fillers of Hangul
 * are letters, and among those), nor the four blanks that Unicode counts among letters and symbols.
 */
const VISIBLE =
  /[[\p{L}\p{N}\p{P}\p{S}]--\p{Default_Ignorable_Code_Point}--[\u2800\u{1d159}\u{13441}\u{13442}]]/v;

/** Whether a text shows anything to whoever reads it: a reason of U+200B is no reason, and such a name no name. */
export const hasVisible = (text: string): boolean => VISIBLE.test(text);

/**
 * A stranger's text as one line of at most `max` characters, safe for a log, a description and a sentence.
 * Markup stays as it is: the code that renders a text escapes it.
 */
export function oneLine(text: string, max: number): string {
  const line = text.replace(UNPRINTABLE_RUN, " ").trim();
  return line.length <= max ? line : `${cut(line, max - 1)}…`;
}

/** At most `max` UTF-16 units, never half a surrogate pair. */
export function cut(text: string, max: number): string {
  const end = text.charCodeAt(max - 1);
  const splitsPair = text.length > max && end >= 0xd800 && end <= 0xdbff;
  return text.slice(0, splitsPair ? max - 1 : max);
}

/** Why something failed, as one line of at most `max` characters: whatever was thrown, this throws nothing. */
export function reasonOf(error: unknown, max: number): string {
  if (error instanceof Error) return oneLine(`${error.name}: ${error.message}`, max);
  return typeof error === "string" ? oneLine(error, max) : "it threw what is no error";
}

/** A moment in a sentence, to the minute: `2026-03-04 09:00 UTC`. @param at ISO 8601 in UTC, which stays as it is for machines */
export const inUtc = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
