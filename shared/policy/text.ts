import { UNPRINTABLE } from "../text.ts";

/** The two characters whose lower case is, or begins with, a letter of ASCII. */
const LOOKALIKES = /[^\u0130\u212a]+/g;
/** All that ARM names are made of, and nearly every tag: the short way. */
const PRINTABLE_ASCII = /^[ -~]*$/;

/**
 * The form in which texts are compared: without case, as ARM compares names.
 *
 * The Kelvin sign and the dotted capital I keep theirs: lower-cased they would become `k` and `i`, and an outsider
 * could spell a trusted name with a letter that ARM holds to be another one. Both Greek sigmas are one letter.
 */
export function fold(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text.toLowerCase();
  return text.replace(LOOKALIKES, (part) => part.toLowerCase()).replaceAll("ς", "σ");
}

/** Quotes text written by a stranger for a log line or a sentence: cut to `limit`, with nothing unprintable left. */
export function quote(text: string, limit = 120): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return JSON.stringify(shown).replace(UNPRINTABLE, (char) => char.split("").map(escaped).join(""));
}

/** One UTF-16 code unit as JSON escapes it. */
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** `a`, `a and b`, `a, b and c`; with more than `limit` entries the rest is counted. */
export function enumerate(entries: readonly string[], limit: number): string {
  const shown =
    entries.length > limit ? [...entries.slice(0, limit), `${entries.length - limit} more`] : entries;
  const last = shown.at(-1) ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}

/** Orders text by its UTF-16 code units: the same on every machine, whatever its language. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
