import type { StoreAddress } from "../store-address.ts";
import { openSqliteStore } from "./sqlite.ts";
import { StoreFileError } from "./sqlite-file.ts";
import type { Store } from "./store.ts";

/**
 * Opens the audit store that an address names.
 * @param channels by which people are told
 * @throws a `StoreFileError`
 */
export function openStore(address: StoreAddress, channels: readonly string[]): Store {
  if (address.kind === "sqlite") return openSqliteStore(address.file, channels);
  throw new StoreFileError("There is no store for Table storage yet.");
}
