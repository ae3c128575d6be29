import { Instant } from "../connection/connection.ts";
import { jsonIn } from "../request/json.ts";

/** A string without escapes, or a whole number. */
const VALUE = /(?:"([^"\\]*)"|(\d+))(?=[,}])/y;

/**
 * Whether a record says that it has this place. To read it whole takes longer than to look at its seal.
 * @param said means something where its seal fits, so that nobody but the app wrote it
 */
export const isOf = (said: string, requestId: string, seq: number): boolean =>
  memberOf(said, "requestId") === requestId && memberOf(said, "seq") === seq;

/** When a record says that it was written; null when it does not. @param said the text of a record whose seal fits */
export const momentOf = (said: string): Instant | null =>
  Instant.safeParse(memberOf(said, "at")).data ?? null;

/**
 * A member that each record has. Where its name comes once in the text, it is the record's own; where it comes again, in
 * what people or other records said, the text is read whole. Quotes inside of a string are escaped, so no string passes for a name.
 */
function memberOf(said: string, name: string): unknown {
  const label = `"${name}":`;
  const start = said.indexOf(label);
  if (start < 0) return null;
  if (!said.includes(label, start + 1)) {
    VALUE.lastIndex = start + label.length;
    const [, string, number] = VALUE.exec(said) ?? [];
    if (string !== undefined) return string;
    if (number !== undefined) return Number(number);
  }
  const read = jsonIn(said);
  return typeof read === "object" && read !== null
    ? Object.entries(read).find(([key]) => key === name)?.[1]
    : null;
}
