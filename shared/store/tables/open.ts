import type { TokenCredential } from "@azure/identity";
import { Fault } from "../../connection/fault.ts";
import { nobody, type Recipients } from "../../request/recipients.ts";
import type { Store } from "../store.ts";
import { accessesIn } from "./accesses.ts";
import { outboxIn } from "./outbox.ts";
import { postedIn } from "./posted.ts";
import { rebuild } from "./rebuild.ts";
import { Records } from "./records.ts";
import { requestsIn } from "./requests.ts";
import { runsIn } from "./runs.ts";
import { searchIn } from "./search.ts";
import { standingIn } from "./standing.ts";
import { Table } from "./table.ts";
import { trailsIn } from "./trails.ts";
import { Views } from "./views.ts";

/** Where the tables are, and how the app proves who it is. */
export type TableAccount =
  | { readonly url: string; readonly credential: TokenCredential }
  | { readonly connectionString: string };

export interface TableStoreOptions {
  readonly account: TableAccount;
  /** Begins the names of the tables, so that several stores can share an account: letters and digits. */
  readonly prefix?: string;
  /** By which people are told: each notice goes into the outbox once for each of them. */
  readonly recipients?: Recipients;
  /** A call that gets no answer for so long is tried again. */
  readonly callLimitMs?: number;
  /** For operators: something was left undone that is done later. */
  warn(line: string): void;
}

/** A store in Table storage. */
export interface TableStore extends Store {
  /** Writes everything anew that finds requests and records, from the records; `told` hears how many requests are done. */
  rebuild(told?: (requests: number) => void): Promise<void>;
}

/**
 * The service itself gives up a call after 30 s at most.
 * @see https://learn.microsoft.com/rest/api/storageservices/setting-timeouts-for-table-service-operations
 */
const CALL_LIMIT_MS = 35_000;

/**
 * Opens the store in three tables: in those of records and of accesses rows are only ever added, that of views may be
 * changed and can be rebuilt. Tables that are not there are made, where the app may do that.
 *
 * The SDK is loaded when it is needed and not at the app's start.
 * @throws a `Fault`
 */
export async function openTableStore({
  account,
  prefix = "audit",
  recipients = nobody,
  callLimitMs = CALL_LIMIT_MS,
  warn,
}: TableStoreOptions): Promise<TableStore> {
  const [recordTable, viewTable, accessTable] = await Promise.all(
    TABLES.map((name) => tableNamed(account, `${prefix}${name}`, callLimitMs)),
  );
  if (recordTable === undefined || viewTable === undefined || accessTable === undefined)
    throw new Error("A table is missing.");
  const records = new Records(recordTable);
  const views = new Views(viewTable, recipients);
  return {
    ...requestsIn({ records, views, warn }),
    outbox: outboxIn({ records, views, warn }),
    posted: postedIn(viewTable),
    standing: standingIn(viewTable),
    runs: runsIn(viewTable),
    search: searchIn(views),
    trails: trailsIn({ records, views }),
    accesses: accessesIn(accessTable),
    rebuild: (told) => rebuild({ records, views }, told),
    close: () => undefined,
  };
}

const TABLES = ["records", "views", "accesses"] as const;

/** Names of the tables that are not there, of those that the app has. Makes none. @throws a `Fault` */
export async function missingTables(account: TableAccount, prefix = "audit"): Promise<readonly string[]> {
  const looks = TABLES.map(async (name) => {
    const table = await clientOf(account, `${prefix}${name}`, CALL_LIMIT_MS);
    return (await table.isThere()) ? [] : [`table ${prefix}${name}`];
  });
  return (await Promise.all(looks)).flat();
}

async function clientOf(account: TableAccount, name: string, callLimitMs: number): Promise<Table> {
  const { TableClient } = await import("@azure/data-tables");
  // `Table` tries again: the SDK does not after a 429 that names no pause, nor after a call that was cut short.
  const options = { retryOptions: { maxRetries: 0 } };
  const client =
    "url" in account
      ? new TableClient(account.url, name, account.credential, options)
      : TableClient.fromConnectionString(account.connectionString, name, {
          ...options,
          allowInsecureConnection: true,
        });
  client.pipeline.addPolicy({
    name: "callLimit",
    sendRequest: async (request, next) => {
      request.timeout = callLimitMs;
      return next(request);
    },
  });
  return new Table(client);
}

async function tableNamed(account: TableAccount, name: string, callLimitMs: number): Promise<Table> {
  const table = await clientOf(account, name, callLimitMs);
  try {
    await table.make();
  } catch (error) {
    if (!(error instanceof Fault && error.code === "FORBIDDEN")) throw error;
    const advice = `Give the app's identity the right to read and add rows, and make the table ${name} where it is not there.`;
    throw new Fault("FORBIDDEN", `The table ${name} cannot be used: ${error.message} ${advice}`, {
      armCode: error.armCode,
      cause: error,
    });
  }
  return table;
}
