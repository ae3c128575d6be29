import { UsageError } from "../policy-tools/cli/command.ts";

const MAX_LIMIT = 2_000;

/** @throws UsageError */
export function limitOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new UsageError(`--limit must be a number from 1 to ${MAX_LIMIT}, not "${text}".`);
}

/** Refuses words that belong to no option. @throws UsageError */
export function noOthers(positionals: readonly string[]): void {
  const [first] = positionals;
  if (first !== undefined) throw new UsageError(`"${first}" belongs to no option.`);
}
