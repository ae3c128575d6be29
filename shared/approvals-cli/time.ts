import type { Instant } from "../connection/connection.ts";

/** A moment as people here read it, with its zone: `Mon 2 Mar 2026, 10:00 CET`. */
export function localTime(at: Instant, timeZone: string | undefined): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone,
  }).formatToParts(new Date(at));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  return `${of("weekday")} ${of("day")} ${of("month")} ${of("year")}, ${of("hour")}:${of("minute")} ${of("timeZoneName")}`;
}
