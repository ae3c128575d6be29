/**
 * Everything that could move a cursor, break a line or hide text: C0, DEL, C1, line and paragraph separators, bidi
 * marks, and what has no width.
 */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g;

/**
 * A stranger's text as one line of at most `max` characters, safe for a log, a description and a sentence.
 * Markup is left alone: whoever renders it escapes it.
 */
export function oneLine(text: string, max: number): string {
  const line = text.replace(UNPRINTABLE, " ").trim();
  return line.length <= max ? line : `${cut(line, max - 1)}…`;
}

/** At most `max` UTF-16 units, never half a surrogate pair. */
export function cut(text: string, max: number): string {
  const end = text.charCodeAt(max - 1);
  const splitsPair = text.length > max && end >= 0xd800 && end <= 0xdbff;
  return text.slice(0, splitsPair ? max - 1 : max);
}
