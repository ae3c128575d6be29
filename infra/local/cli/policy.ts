import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { DEFAULT_DATA, dataFolder } from "../supervisor/data-folder.ts";
import { findRunningStack, runningStack } from "../supervisor/endpoints.ts";
import { policyIn } from "../supervisor/policy-blob.ts";
import { type Around, REPOSITORY, runTools } from "./tools.ts";

/**
 * Runs the policy's tools with the settings of the app on this machine: `simulate` then finds its audit trail, also
 * when the app has stopped, and while it runs its clusters.
 */
await runTools("shared/policy-tools/cli/main.ts", ["data"], ({ data }, others) => settingsOf(data, others));

/**
 * The settings of the stack on this folder, or of one that stopped there its audit store if that is a file. Who names a folder means it,
 * whatever else is set; without one, nothing needs to be there.
 */
function settingsOf(data: string | undefined, others: readonly string[]): Around {
  const folder = dataFolder(data ?? resolve(REPOSITORY, DEFAULT_DATA));
  const env = { ...process.env };
  const running = findRunningStack(folder);
  if (running !== undefined) {
    if (data !== undefined) env.AUDIT_STORE = running.storage ?? folder.audit;
    if (running.storage !== null) env.POLICY ??= policyIn(running.storage);
    return { options: [`--env-file=${folder.appSettings}`], env };
  }
  const hasAudit = existsSync(folder.audit);
  const asksNow = others.some((arg) => arg === "current" || arg === "--against=current");
  // Says how to start it: without it there is nothing to ask.
  if (data !== undefined && (asksNow || !hasAudit)) runningStack(folder);
  if (hasAudit && (data !== undefined || !env.AUDIT_STORE)) env.AUDIT_STORE = folder.audit;
  return { options: [], env };
}
