import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as z from "zod";
import { ConfigError, describeSettings, parseConfig, parseSettings } from "../config.ts";
import { type Io, UsageError } from "../policy-tools/cli/command.ts";
import { jsonIn } from "../request/json.ts";
import { reasonOf } from "../text.ts";

/** What az prints of a functions app, or what Core Tools read. */
const SettingsFile = z.union([
  z
    .array(z.object({ name: z.string(), value: z.string().nullable() }))
    .transform((all) => Object.fromEntries(all.map(({ name, value }) => [name, value ?? ""]))),
  z.object({ Values: z.record(z.string(), z.string()) }).transform(({ Values }) => Values),
]);

const REFERENCE = /^@Microsoft\.KeyVault\(/i;

/** The app's settings as far as they are known here. */
export interface Given {
  /** Without those that only the platform can look up. */
  readonly env: Io["env"];
  /** Settings that are references to a key vault, which only the platform follows. */
  readonly references: readonly string[];
  /** Where they are from. */
  readonly source: string;
}

/** The settings of a file, or of this process. @throws a `UsageError` */
export function givenIn(file: string | undefined, { cwd, env }: Pick<Io, "cwd" | "env">): Given {
  const all = file === undefined ? env : settingsIn(resolve(cwd, file), file);
  const references = Object.keys(all).filter((name) => REFERENCE.test(all[name] ?? ""));
  return {
    env: Object.fromEntries(Object.entries(all).filter(([name]) => !references.includes(name))),
    references,
    source: file ?? "this process's environment",
  };
}

function settingsIn(path: string, shown: string): Record<string, string> {
  const parsed = SettingsFile.safeParse(jsonIn(textOf(path, shown)));
  if (parsed.success) return parsed.data;
  throw new UsageError(
    `${shown} has no settings: it must be what "az functionapp config appsettings list" prints, or a local.settings.json.`,
  );
}

function textOf(path: string, shown: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UsageError(`${shown} cannot be read: ${reasonOf(cause, 200)}`, { cause });
  }
}

/** Names of settings of the app that are set. */
export const namesIn = ({ env, references }: Given): readonly string[] =>
  describeSettings()
    .map(({ name }) => name)
    .filter((name) => Boolean(env[name]) || references.includes(name));

/** What is wrong with the settings, one `NAME what is wrong` each. What only the platform can look up is not doubted. */
export function problemsIn({ env, references }: Given): readonly string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.message.split("\n").filter((line) => line.startsWith("  "));
    return lines.map((line) => line.trim()).filter((line) => !references.includes(line.split(" ")[0] ?? ""));
  }
}

/** Those settings that the checks go by; what is missing or wrong is undefined. */
export function known({ env }: Given) {
  const queue = sound(() => parseSettings(env, { optional: ["HINT_QUEUE"] }).HINT_QUEUE);
  return {
    scopes: sound(() => parseSettings(env, { optional: ["CLUSTER_SCOPES"] }).CLUSTER_SCOPES) ?? [],
    tenant: sound(() => parseSettings(env, { optional: ["TENANT_ID"] }).TENANT_ID),
    issuer: sound(() => parseSettings(env, { optional: ["SIGN_IN_ISSUER"] }).SIGN_IN_ISSUER),
    audience: sound(() => parseSettings(env, { optional: ["SIGN_IN_AUDIENCE"] }).SIGN_IN_AUDIENCE),
    url: sound(() => parseSettings(env, { optional: ["PUBLIC_URL"] }).PUBLIC_URL),
    store: sound(() => parseSettings(env, { optional: ["AUDIT_STORE"] }).AUDIT_STORE),
    digests: sound(() => parseSettings(env, { optional: ["DIGESTS"] }).DIGESTS),
    digestMaxAgeMs: sound(() => parseSettings(env, { needed: ["DIGEST_MAX_AGE"] }).DIGEST_MAX_AGE),
    namespace: env.ServiceBus__fullyQualifiedNamespace,
    queue,
    armEndpoint: sound(() => parseSettings(env, { needed: ["ARM_ENDPOINT"] }).ARM_ENDPOINT),
    armAudience: sound(() => parseSettings(env, { needed: ["ARM_AUDIENCE"] }).ARM_AUDIENCE),
  };
}

function sound<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
