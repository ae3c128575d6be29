import { join } from "node:path";
import { AZURITE_SCRIPT, azuriteArguments, azuriteEnvironment } from "../azurite/options.ts";
import { shareTimeWith } from "../functions-host/virtual-clock/others.ts";
import type { Addresses } from "./addresses.ts";
import type { ChildOptions } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import { writeDotenv } from "./dotenv.ts";
import { appSettings, baseEnvironment, commandSettings } from "./environment.ts";
import type { Settings, StoreKind } from "./settings.ts";

const LOCAL = join(import.meta.dirname, "..");

/** What a stack is started with. */
export interface StackOptions {
  readonly folder: DataFolder;
  /** 0 asks for any free port. */
  readonly appPort: number;
  /** What keeps the audit trail; undefined: what the folder was begun with. */
  readonly store: StoreKind | undefined;
  /** Root of the functions app. */
  readonly appRoot: string;
  /** Handed on to the stand-ins. */
  readonly armRate: string | undefined;
  /** Handed on to the app's host. */
  readonly hostOptions: readonly string[];
  /** Whether time can be put forward, for the stand-ins and the app alike. */
  readonly hasVirtualClock: boolean;
  readonly verbose: boolean;
  /** What the processes print goes to the standard error, since the standard output is for something else. */
  readonly isAside?: boolean;
  /** Settings of the app in the place of the stand-ins' ones; none by that name where it is null. */
  readonly overrides?: Readonly<Record<string, string | null>>;
  /** One readable line of progress. */
  readonly log: (line: string) => void;
}

/** What a child is started with, each time. */
export type ChildPlan = Pick<ChildOptions, "script" | "args" | "env" | "isFragile">;

/** The stand-ins. */
export const cloud = ({ folder, armRate, hasVirtualClock, verbose }: StackOptions): ChildPlan => ({
  script: join(LOCAL, "cloud.ts"),
  args: [
    "--data",
    folder.root,
    ...(armRate === undefined ? [] : ["--arm-rate", armRate]),
    ...clockOption(hasVirtualClock),
    ...(verbose ? ["--verbose"] : []),
  ],
  env: baseEnvironment(process.env),
});

const clockOption = (hasVirtualClock: boolean): readonly string[] =>
  hasVirtualClock ? ["--virtual-clock"] : [];

export const azurite = (folder: DataFolder, storage: NonNullable<Settings["storage"]>): ChildPlan => ({
  script: AZURITE_SCRIPT,
  args: azuriteArguments({ folder: folder.azurite, ports: storage.ports }),
  env: { ...baseEnvironment(process.env), ...azuriteEnvironment(storage.account) },
  isFragile: true,
});

const shareTime = ({ armControl: { url, key } }: Addresses) => shareTimeWith(`${url}/clock`, key);

/** The app; commands that do as it would find its settings in `app.env` from now on. */
export function app(options: StackOptions, settings: Settings, addresses: Addresses): ChildPlan {
  const { folder, appRoot, armRate, hostOptions, hasVirtualClock, verbose, overrides = {} } = options;
  const env = overridden(appSettings(process.env, folder, settings, addresses, armRate), overrides);
  writeDotenv(folder.appSettings, commandSettings(env));
  const place = ["--app", appRoot, "--port", String(settings.ports.app), "--data", folder.app];
  return {
    script: join(LOCAL, "functions-host/main.ts"),
    args: [...place, ...hostOptions, ...clockOption(hasVirtualClock), ...(verbose ? ["--verbose"] : [])],
    env: { ...baseEnvironment(process.env), ...env, ...(hasVirtualClock && shareTime(addresses)) },
  };
}

function overridden(
  settings: Readonly<Record<string, string>>,
  overrides: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const entries = Object.entries({ ...settings, ...overrides });
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
