import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { DEFAULT_DATA, dataFolder } from "../supervisor/data-folder.ts";
import { findRunningStack, runningStack } from "../supervisor/endpoints.ts";
import { readSettings, recordKeys } from "../supervisor/settings.ts";
import { type Around, REPOSITORY, runTools } from "./tools.ts";

/** Runs the tools of the audit store with the store, the digests and the keys of the app on this machine, also when it has stopped. */
await runTools("shared/audit-tools/cli/main.ts", ["data"], ({ data }) => settingsOf(data));

/** Who names a folder means it, whatever else is set; without one, what is set counts, and nothing needs to be there. */
function settingsOf(data: string | undefined): Around {
  const folder = dataFolder(data ?? resolve(REPOSITORY, DEFAULT_DATA));
  const settings = readSettings(folder);
  // Table storage is there only while the stack runs.
  const store = findRunningStack(folder)?.storage ?? (existsSync(folder.audit) ? folder.audit : undefined);
  if (data !== undefined && store === undefined) runningStack(folder);
  const isMeant = data !== undefined || !process.env.AUDIT_STORE;
  if (settings === undefined || store === undefined || !isMeant) return { options: [], env: process.env };
  // What belongs together is taken together: the keys of one store say nothing about another.
  const ours = { AUDIT_STORE: store, RECORD_KEYS: recordKeys(settings), DIGESTS: "" };
  return { options: [], env: { ...process.env, ...ours } };
}
