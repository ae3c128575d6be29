import { UsageError } from "../kit/errors.ts";
import { DEFAULT_DATA } from "../supervisor/data-folder.ts";

/** Every helper command finds the running stack by this. */
export const DATA_OPTION = { data: { type: "string", default: DEFAULT_DATA } } as const;

/** Its line in `--help`. */
export const DATA_HELP = `  --data DIR              data folder of the running stack (default ${DEFAULT_DATA}/)
  --help                  this text`;

/** The values of `--tag`, by key. @throws UsageError */
export function parseTags(tags: readonly string[]): Record<string, string> {
  return Object.fromEntries(tags.map(parseTag));
}

function parseTag(tag: string): [string, string] {
  const equals = tag.indexOf("=");
  if (equals < 1) throw new UsageError(`--tag must be KEY=VALUE, not "${tag}".`);
  return [tag.slice(0, equals), tag.slice(equals + 1)];
}
