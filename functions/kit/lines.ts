import { UNPRINTABLE } from "../../shared/text.ts";

/**
 * Where a cell begins as what a spreadsheet takes for a formula: at the beginning of a field; and within one, after what
 * ends a cell where the reader's separator is a semicolon, as it is in half of Europe.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /(^|[;"])(?=\s*[=+\-@＝＋－＠])/g;

/**
 * One line of CSV, without its end: every field is quoted, and none is a formula. What cannot be seen, line breaks among
 * it, is a space, so that a record is one line for every reader. @see https://www.rfc-editor.org/rfc/rfc4180
 */
export const csvLine = (fields: readonly (string | number | null)[]): string =>
  fields.map(csvField).join(",");

function csvField(value: string | number | null): string {
  if (typeof value === "number") return String(value);
  const text = (value ?? "").replace(UNPRINTABLE, " ");
  return `"${text.replace(FORMULA, "$1'").replaceAll('"', '""')}"`;
}

/** What some readers of lines take for the end of one, where JSON leaves it as it is. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** One line of JSON, without its end. @see https://github.com/ndjson/ndjson-spec */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value).replace(LINE_ENDS, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`);
