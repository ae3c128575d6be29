/** What a spreadsheet takes for a formula where a field begins with it. @see https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@＝＋－＠\t\r\n]/;

/** One line of CSV, without its end: every field is quoted, and none is a formula. @see https://www.rfc-editor.org/rfc/rfc4180 */
export const csvLine = (fields: readonly (string | number | null)[]): string =>
  fields.map(csvField).join(",");

function csvField(value: string | number | null): string {
  if (typeof value === "number") return String(value);
  const text = value ?? "";
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}
