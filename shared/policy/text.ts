import { UNPRINTABLE } from "../text.ts";

/** All that ARM names are made of, and nearly every tag: the short way. */
const PRINTABLE_ASCII = /^[ -~]*$/;
const CASED = /[A-Z]|[^\0-\x7f]/gu;

/**
 * The form in which texts are compared: without case, as ARM compares names. That is taken to be .NET's
 * `OrdinalIgnoreCase`: letter by letter in upper case, without normalization.
 *
 * Lower-casing alone would make one letter of some that ARM keeps apart: of the Kelvin sign and `k`, of the Ångström
 * sign and `å`. An outsider could then spell a trusted name with a letter that only looks like one of it.
 * @see https://learn.microsoft.com/dotnet/api/system.stringcomparer.ordinalignorecase
 */
export const fold = (text: string): string =>
  PRINTABLE_ASCII.test(text) ? text.toLowerCase() : text.replace(CASED, foldLetter);

/** The lower case, where its upper case leads back; else the upper case, which then stands for itself. */
function foldLetter(letter: string): string {
  const upper = letter.toUpperCase();
  // What .NET leaves as it is: `ß`, which is two letters in upper case, and `ſ` and `ı`, which are ASCII there.
  if ([...upper].length > 1 || (upper <= "Z" && letter > "z")) return letter.toLowerCase();
  const lower = upper.toLowerCase();
  return lower.toUpperCase() === upper ? lower : upper;
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

const twoDigits = (count: number) => String(count).padStart(2, "0");

/** `22:00` @param minutes since midnight */
export const clock = (minutes: number): string =>
  `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
