import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import type { Instant } from "../connection/connection.ts";

/**
 * Rows that lie in the order of time have a position for a key: the milliseconds since 2024, and a number within the
 * millisecond. Until 2041 it takes SQLite six bytes. @see https://www.sqlite.org/fileformat2.html#record_format
 */
const EPOCH_MS = Date.UTC(2024);
/** More rows than these of one millisecond go on in the next one. */
const PER_MS = 256;

/** The first position of a moment. */
export const positionOf = (at: Instant): number => (Date.parse(at) - EPOCH_MS) * PER_MS;

const Row = z.object({ position: z.int().nullable() });

/** Finds a position for one more row of a moment: after those that it has, the first that no row has. */
export function freePositionsIn(
  database: DatabaseSync,
  table: "records" | "requests",
  column: "position" | "due",
): (at: Instant) => number {
  const last = database.prepare(
    `SELECT max(${column}) AS position FROM ${table} WHERE ${column} >= ? AND ${column} < ?`,
  );
  const endOfRun = database.prepare(
    `SELECT min(${column}) AS position FROM ${table} AS row WHERE ${column} >= ?
       AND NOT EXISTS (SELECT 1 FROM ${table} WHERE ${column} = row.${column} + 1)`,
  );
  const isTaken = database.prepare(`SELECT 1 FROM ${table} WHERE ${column} = ?`);
  return (at) => {
    const first = positionOf(at);
    const { position } = Row.parse(last.get(first, first + PER_MS));
    const next = position === null ? first : position + 1;
    return isTaken.get(next) === undefined ? next : (Row.parse(endOfRun.get(next)).position ?? next) + 1;
  };
}

/** Whether a position is one of this moment. */
export const isOfMoment = (position: number, at: Instant): boolean =>
  position >= positionOf(at) && position < positionOf(at) + PER_MS;
