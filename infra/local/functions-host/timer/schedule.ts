import { parseTimeSpan } from "../time-span.ts";
import { parseNcrontab, type Schedule } from "./ncrontab.ts";

/**
 * Parses an NCRONTAB expression (six fields, or five without seconds) or a TimeSpan, evaluated in UTC.
 * Throws an Error that says which part is wrong.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 */
export function parseSchedule(text: string): Schedule {
  const interval = parseTimeSpan(text);
  if (interval === null) return parseNcrontab(text);
  if (interval <= 0) throw new Error(`the time span ${text} must be longer than zero`);
  return { next: (after) => new Date(after.getTime() + interval) };
}
