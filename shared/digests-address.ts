import * as z from "zod";
import { BLOB_ACCOUNT_URL, CONTAINER_NAME, hasBlobsHere, isPath } from "./blob-address.ts";
import type { StoreAddress } from "./store-address.ts";

/** Where digests are kept. */
export type DigestsAddress =
  | { readonly kind: "folder"; readonly folder: string }
  /** A blob container in Azure, by the app's identity. */
  | { readonly kind: "container"; readonly by: "identity"; readonly url: string }
  /** A container of an Azurite on this machine. The string is a function's, so that no log shows the key in it. */
  | {
      readonly kind: "container";
      readonly by: "key";
      readonly connectionString: () => string;
      readonly name: string;
    };

const CONTAINER_URL = new RegExp(`^${BLOB_ACCOUNT_URL}/${CONTAINER_NAME}$`);
const CONTAINER = new RegExp(`;Container=(${CONTAINER_NAME})$`);

const MUST_BE =
  "must be a folder, https://ACCOUNT.blob.core.windows.net/CONTAINER, or the connection string of an Azurite on this machine with ;Container=NAME at its end";

/** Reads an address; what is wrong is said without showing it, since it may hold a key. */
export const DigestsAddress = z
  .string()
  .min(1)
  .transform((text, context): DigestsAddress => {
    const address = addressIn(text);
    if (address !== null) return address;
    context.addIssue({ code: "custom", message: MUST_BE });
    return z.NEVER;
  });

function addressIn(text: string): DigestsAddress | null {
  const url = text.trim().replace(/\/$/, "");
  if (CONTAINER_URL.test(url)) return { kind: "container", by: "identity", url };
  if (isPath(text)) return { kind: "folder", folder: text };
  const [, name] = CONTAINER.exec(text) ?? [];
  const connectionString = text.replace(CONTAINER, "");
  if (name === undefined || !hasBlobsHere(connectionString)) return null;
  return { kind: "container", by: "key", connectionString: () => connectionString, name };
}

/** Where the digests of a store are that no setting names; null where one must. */
export function digestsBeside(store: StoreAddress): DigestsAddress | null {
  if (store.kind === "sqlite") return { kind: "folder", folder: `${store.file}.digests` };
  if (store.by === "identity" || !hasBlobsHere(store.connectionString())) return null;
  return { kind: "container", by: "key", connectionString: store.connectionString, name: "digests" };
}
