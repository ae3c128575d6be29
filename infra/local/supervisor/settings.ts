import { randomBytes } from "node:crypto";
import * as z from "zod";
import { UsageError } from "../kit/errors.ts";
import { readJsonFile, writePrivateFile } from "../kit/files.ts";
import type { DataFolder } from "./data-folder.ts";
import { freePort, randomPort } from "./ports.ts";

const Port = z.int().min(1).max(65_535);

/** What must be the same after a restart: where everything listens, and the keys they know each other by. */
const Settings = z.object({
  ports: z.object({
    app: Port,
    arm: Port,
    serviceBus: Port,
    entra: Port,
    // Data folders of earlier versions had no Teams.
    teams: Port.default(randomPort),
    teamsPage: Port.default(randomPort),
  }),
  keys: z.object({
    /** Shared access key of the Service Bus namespace, base64. */
    serviceBus: z.string(),
    /** Opens the ARM stand-in's control interface. */
    armControl: z.string(),
    /** `IDENTITY_HEADER` of the app. */
    identityHeader: z.string(),
    /** Seals the app's audit records, base64. Data folders of earlier versions had none. */
    records: z.string().default(newKey),
    /** Signs links to requests. */
    links: z.string().default(newKey),
    /** Signs the addresses of Teams' flows. */
    workflows: z.string().default(newKey),
  }),
  /** The account that Azurite plays, and where; null: the audit store is a SQLite file. */
  storage: z
    .object({
      account: z.object({ name: z.string(), key: z.string() }),
      ports: z.object({ blob: Port, table: Port }),
    })
    .nullable()
    .default(null),
  /**
   * Whether the sample world was made, or was not wanted (`--empty`); it is made once, so that what a user deletes
   * stays deleted.
   */
  sampleWorld: z.boolean(),
});
export type Settings = z.infer<typeof Settings>;

/** The settings of a data folder; undefined when it was never started. @throws CommandError when they cannot be used */
export function readSettings(folder: DataFolder): Settings | undefined {
  return readJsonFile(folder.settings, Settings);
}

/** What keeps the audit trail of a data folder. */
export const STORES = ["sqlite", "tables"] as const;
export type StoreKind = (typeof STORES)[number];

/** The store that a folder was begun with; for a new one the wanted one. @throws UsageError when it is another one */
export function storeOf(folder: DataFolder, wanted: StoreKind | undefined): StoreKind {
  const last = readSettings(folder);
  if (last === undefined) return wanted ?? "sqlite";
  const kept = last.storage === null ? "sqlite" : "tables";
  if (wanted === undefined || wanted === kept) return kept;
  throw new UsageError(
    `${folder.root} was begun with --store ${kept}, where its audit trail is. Give --store ${wanted} a folder of its own with --data DIR.`,
  );
}

/** Keeps the settings for the next start and for the processes of this one. */
export function writeSettings(folder: DataFolder, settings: Settings): void {
  writePrivateFile(folder.settings, `${JSON.stringify(settings, null, 2)}\n`);
}

/**
 * The settings of this start: the last start's where they exist. A stand-in moves only when its port is taken, because
 * tokens name their issuer's address. `appPort` 0 asks for any free port; `store` is that of the folder.
 */
export async function settle(
  folder: DataFolder,
  appPort: number,
  store: StoreKind = "sqlite",
): Promise<Settings> {
  const last = readSettings(folder);
  const app = appPort === 0 ? await freePort(last?.ports.app, []) : appPort;
  const arm = await freePort(last?.ports.arm, [app]);
  const serviceBus = await freePort(last?.ports.serviceBus, [app, arm]);
  const entra = await freePort(last?.ports.entra, [app, arm, serviceBus]);
  const teams = await freePort(last?.ports.teams, [app, arm, serviceBus, entra]);
  const teamsPage = await freePort(last?.ports.teamsPage, [app, arm, serviceBus, entra, teams]);
  const ports = { app, arm, serviceBus, entra, teams, teamsPage };
  const settings: Settings = {
    ports,
    keys: last?.keys ?? {
      serviceBus: newKey(),
      armControl: newKey(),
      identityHeader: newKey(),
      records: newKey(),
      links: newKey(),
      workflows: newKey(),
    },
    storage: store === "sqlite" ? null : await settleStorage(last?.storage ?? null, Object.values(ports)),
    sampleWorld: last?.sampleWorld ?? false,
  };
  writeSettings(folder, settings);
  return settings;
}

async function settleStorage(last: Settings["storage"], taken: readonly number[]) {
  const blob = await freePort(last?.ports.blob, taken);
  const table = await freePort(last?.ports.table, [...taken, blob]);
  return { account: last?.account ?? { name: "local", key: newKey() }, ports: { blob, table } };
}

/** The app's setting `RECORD_KEYS`. */
export const recordKeys = ({ keys }: Settings): string => `local:${keys.records}`;

function newKey(): string {
  return randomBytes(32).toString("base64");
}
