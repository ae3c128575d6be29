import { UsageError } from "./errors.ts";

/** Reads the seed of `--chaos`: a whole number, short enough to be copied from a log. */
export function parseSeed(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--chaos must be a whole number such as 1, not "${text}".`);
}
