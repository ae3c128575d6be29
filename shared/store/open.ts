import { nobody, type Recipients } from "../request/recipients.ts";
import type { StoreAddress } from "../store-address.ts";
import { openSqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";
import { openTableStore, type TableAccount } from "./tables/open.ts";

export interface OpenOptions {
  /** By which channels records are told. */
  readonly recipients?: Recipients;
  /** Who the app is to an account in Azure. */
  readonly credential: Extract<TableAccount, { url: string }>["credential"];
  /** For operators: something was left undone that is done later. */
  warn(line: string): void;
}

/**
 * Opens the audit store that an address names.
 * @throws a `StoreFileError` when it is a file, a `Fault` when it is an account
 */
export async function openStore(
  address: StoreAddress,
  { recipients = nobody, credential, warn }: OpenOptions,
): Promise<Store> {
  if (address.kind === "sqlite") return openSqliteStore(address.file, recipients, warn);
  const account: TableAccount =
    address.by === "identity"
      ? { url: address.url, credential }
      : { connectionString: address.connectionString() };
  return openTableStore({ account, recipients, warn });
}
