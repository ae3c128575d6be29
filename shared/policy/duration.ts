const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
] as const;

const WRITTEN = /^([1-9]\d{0,5})([mhd])$/;

/** Reads a duration as people write it in a policy (`30m`, `4h`, `2d`), in ms; null when it is not one. */
export function parseDurationMs(text: string): number | null {
  const [, count, letter] = WRITTEN.exec(text) ?? [];
  const unit = UNITS.find(([name]) => name === letter);
  return unit === undefined ? null : Number(count) * unit[1];
}

/** Writes whole minutes the way a policy does, in the largest unit that leaves no rest: `90m`, `8h`, `2d`. */
export function formatDuration(ms: number): string {
  const [name, size] = UNITS.find(([, unitMs]) => ms % unitMs === 0) ?? ["m", 60_000];
  // 24h is what authors write for a day's deadline; from two days on, days read better.
  return name === "d" && ms === size ? "24h" : `${Math.ceil(ms / size)}${name}`;
}
