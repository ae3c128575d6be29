import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { StartError } from "./errors.ts";
import { readJsonWithComments } from "./json-file.ts";

/** Core Tools reads them with Json.NET into a Dictionary<string, string>, which takes numbers and booleans as text. */
const Value = z
  .union([z.string(), z.number(), z.boolean(), z.null()], { error: "must be text, a number, true or false" })
  .transform((value) => (value === null ? undefined : String(value)));

const LocalSettings = z.object({
  IsEncrypted: z
    .literal(false, { error: "must be false: this host cannot decrypt; func settings decrypt does" })
    .optional(),
  Values: z.record(z.string(), Value).default({}),
});

/**
 * Puts the `Values` of local.settings.json into `env`; what is already set there wins.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-develop-local#local-settings-file
 */
export function applyLocalSettings(appDir: string, env: NodeJS.ProcessEnv): void {
  const file = join(appDir, "local.settings.json");
  if (!existsSync(file)) return;
  const parsed = LocalSettings.safeParse(readJsonWithComments(file));
  if (!parsed.success) throw new StartError(`${file} cannot be used:\n${z.prettifyError(parsed.error)}`);
  for (const [name, value] of Object.entries(parsed.data.Values)) {
    if (value !== undefined) env[name] ??= value;
  }
}

/**
 * Replaces every `%NAME%` by the setting of that name. Throws a StartError when it is not set, or when a `%` has no other.
 * @see azure-webjobs-sdk, NameResolverExtensions.cs, ResolveWholeString
 */
export function expandSettings(text: string, usedBy: string): string {
  return text.replace(/%([^%]*)(%?)/g, (_match, name: string, end: string) => {
    if (end === "") throw new StartError(`${usedBy}: the % before "${name}" has no closing one.`);
    const value = process.env[name];
    if (value === undefined) throw new StartError(`${usedBy}: the setting ${name} is not set.`);
    return value;
  });
}

/**
 * The name of what an output goes to. Throws a StartError for an expression such as `{id}`, which Azure fills in from
 * the trigger at each call: left as it is, it would be the name of a queue that nobody has.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-expressions-patterns
 */
export function fixedName(text: string, usedBy: string): string {
  const name = expandSettings(text, usedBy);
  if (!/[{}]/.test(name)) return name;
  throw new StartError(
    `${usedBy}: "${text}" has an expression in braces, which this host cannot fill in. Write the name out, or put it into a setting and write %SETTING%.`,
  );
}

/**
 * Whether a setting switches a function off.
 * @see https://learn.microsoft.com/azure/azure-functions/disable-function
 */
export function isDisabled(functionName: string): boolean {
  const value =
    process.env[`AzureWebJobs.${functionName}.Disabled`] ??
    process.env[`AzureWebJobs__${functionName}__Disabled`];
  return /^(1|true)$/i.test(value ?? "");
}
