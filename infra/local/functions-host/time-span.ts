/**
 * Milliseconds of a .NET TimeSpan text, `[days.]hh:mm:ss[.fraction]`, or null when it is none.
 * @see https://learn.microsoft.com/dotnet/api/system.timespan.parse
 */
export function parseTimeSpan(text: string): number | null {
  const match = /^(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,7}))?$/.exec(text.trim());
  if (match === null) return null;
  const [days, hours, minutes, seconds] = [match[1] ?? "0", match[2], match[3], match[4]].map(Number);
  if (days === undefined || hours === undefined || minutes === undefined || seconds === undefined)
    return null;
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const fraction = Number(`0.${match[5] ?? "0"}`);
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds + fraction) * 1000);
}
