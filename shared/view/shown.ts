import { UNPRINTABLE } from "../text.ts";

/** What a screen or a terminal would obey instead of showing it; a lone half of a surrogate pair shows as anything. */
const OBEYED = new RegExp(`${UNPRINTABLE.source}|\\p{Cs}`, "gu");

const codePoint = (letter: string): string =>
  `<U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`;

/**
 * A text that anybody may have written, as it may be shown anywhere: what would end a line, move the cursor, hide or turn
 * letters stands there by its number, `<U+202E>`. Markup stays as it is: whoever renders text renders it as text.
 */
export const shown = (text: string): string => text.replace(OBEYED, codePoint);

/** The same for every text in a value, whatever its shape, names among them: nothing leaves the view model without it. */
export function allShown<T>(value: T): T {
  return shownIn(value) as T;
}

function shownIn(value: unknown): unknown {
  if (typeof value === "string") return shown(value);
  if (Array.isArray(value)) return value.map(shownIn);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map((pair) => pair.map(shownIn)));
}
