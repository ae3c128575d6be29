import { DEFAULT_DATA } from "../supervisor/data-folder.ts";

/** Every helper command finds the running stack by this. */
export const DATA_OPTION = { data: { type: "string", default: DEFAULT_DATA } } as const;

/** Its line in `--help`. */
export const DATA_HELP = `  --data DIR              data folder of the running stack (default ${DEFAULT_DATA}/)
  --help                  this text`;
