import { LOOPBACK } from "../kit/listen.ts";

/** The script that runs Azurite as a child process. */
export const AZURITE_SCRIPT = new URL("main.ts", import.meta.url).pathname;

/** An account of the storage that Azurite plays. */
export interface Account {
  readonly name: string;
  /** Base64. */
  readonly key: string;
}

export interface AzuriteOptions {
  /** Where it keeps its files; null: nowhere, all ends with the process. */
  readonly folder: string | null;
  /** 0 asks for any free one. */
  readonly ports: { readonly blob: number; readonly table: number };
}

/**
 * Its command line. The queue service, which only the Durable extension needs, cannot be left out.
 * @see https://github.com/Azure/Azurite#command-line-options-differences-between-azurite-v2
 */
export const azuriteArguments = ({ folder, ports }: AzuriteOptions): string[] => [
  "--silent",
  "--disableTelemetry",
  // The SDKs ask for newer versions of the API than it knows, and get on with what it answers.
  "--skipApiVersionCheck",
  ...(folder === null ? ["--inMemoryPersistence"] : ["--location", folder]),
  ...["blob", "queue", "table"].flatMap((service) => [`--${service}Host`, LOOPBACK]),
  ...["--blobPort", String(ports.blob)],
  ...["--queuePort", "0"],
  ...["--tablePort", String(ports.table)],
];

/** The environment that makes it know this account, and no other. */
export const azuriteEnvironment = ({ name, key }: Account): Record<string, string> => ({
  AZURITE_ACCOUNTS: `${name}:${key}`,
});

/** The account's connection string. @param origins such as `http://127.0.0.1:10002`; only who wants queues names theirs */
export const connectionStringOf = (
  { name, key }: Account,
  origins: { readonly blob: string; readonly table: string; readonly queue?: string },
): string =>
  [
    "DefaultEndpointsProtocol=http",
    `AccountName=${name}`,
    `AccountKey=${key}`,
    `BlobEndpoint=${origins.blob}/${name}`,
    `TableEndpoint=${origins.table}/${name}`,
    ...(origins.queue === undefined ? [] : [`QueueEndpoint=${origins.queue}/${name}`]),
  ].join(";");
