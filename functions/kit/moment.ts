import * as z from "zod";
import { type Instant, instant } from "../../shared/connection/connection.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const FORMAT = "must be a date like 2026-03-01 or a time like 2026-03-01T09:00:00Z";

const date = z.iso.date(FORMAT).transform((text) => Date.parse(text));
const time = z.iso.datetime({ offset: true, error: FORMAT }).transform((text) => Date.parse(text));

/** Records are of years with four digits; what lies outside, by a zone or by a day, is as good as the border. */
export const within = (epochMs: number): Instant =>
  instant(Math.min(Math.max(epochMs, Date.parse("0000-01-01")), Date.parse("9999-12-31T23:59:59.999Z")));

/** From when on: a date means the beginning of that day, in UTC. */
export const From = z.union([time, date], FORMAT).transform(within);

/** Until when, exclusively: a date means all of that day, in UTC. */
export const To = z.union([time, date.transform((begin) => begin + DAY_MS)], FORMAT).transform(within);

/** Until when figures of now are: whoever asks every few seconds gets the same answer, and its tag spares it. */
export const endOfMinute = (): Instant => instant(Math.ceil((Date.now() + 1) / MINUTE_MS) * MINUTE_MS);
