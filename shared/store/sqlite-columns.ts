/** A longer text is none of ours: what somebody else wrote must not fill the memory. */
export const MAX_TEXT = 64 * 1024 * 1024;

/**
 * A column in SQL, as a number that JavaScript holds, whatever somebody wrote there: at a larger one `node:sqlite` throws,
 * and what is beside it could not be read.
 */
export const whole = (column: string): string =>
  `CASE typeof(${column}) WHEN 'integer' THEN min(max(${column}, ${MIN}), ${MAX}) WHEN 'null' THEN NULL ELSE ${MIN} END`;

const [MIN, MAX] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

/** A column in SQL, as a text that is not too long to be read. */
export const text = (column: string): string =>
  `iif(octet_length(${column}) <= ${MAX_TEXT}, CAST(${column} AS TEXT), '')`;

/** A stored text in SQL: the template among the parts, and what fills it, which is in this column. */
export const storedText = (column: string, table?: string): string => {
  const prefix = table === undefined ? "" : `${table}.`;
  return `${whole(`${prefix}template`)} AS template, ${text(`${prefix}${column}`)} AS ${column}`;
};

/** The same with the seal of a record. */
export const storedRecord = (table?: string): string =>
  `${storedText("said", table)}, ${text(table === undefined ? "seal" : `${table}.seal`)} AS seal`;

/**
 * The number of a trail in SQL, by an id: a request's, or `trail <number>`, which the trails' `ids` gives for what somebody
 * put in beside all trails.
 */
export const trailOf = (id: string): string => `coalesce(
  (SELECT number FROM trails WHERE request_id = ${id}),
  CASE WHEN ${id} LIKE 'trail %' THEN CAST(substr(${id}, 7) AS INTEGER) END)`;

/** The same, by the id that is the first parameter. */
export const TRAIL_OF_ID = trailOf("?1");
