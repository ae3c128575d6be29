import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { StartError } from "./errors.ts";
import { readJson } from "./host-json.ts";

const LocalSettings = z.object({
  IsEncrypted: z.literal(false, { error: "encrypted settings are not supported" }).optional(),
  Values: z.record(z.string(), z.string()).default({}),
});

/**
 * Puts the `Values` of local.settings.json into `env`; what is already set there wins.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-develop-local#local-settings-file
 */
export function applyLocalSettings(appDir: string, env: NodeJS.ProcessEnv): void {
  const file = join(appDir, "local.settings.json");
  if (!existsSync(file)) return;
  const parsed = LocalSettings.safeParse(readJson(file));
  if (!parsed.success) throw new StartError(`${file} cannot be used:\n${z.prettifyError(parsed.error)}`);
  for (const [name, value] of Object.entries(parsed.data.Values)) env[name] ??= value;
}

/** Replaces every `%NAME%` by the setting of that name. Throws a StartError when it is not set, as the real host does. */
export function expandSettings(text: string, usedBy: string): string {
  return text.replace(/%([^%]+)%/g, (_match, name: string) => {
    const value = process.env[name];
    if (value === undefined) throw new StartError(`${usedBy}: the setting ${name} is not set.`);
    return value;
  });
}
