import * as z from "zod";
import { isOnThisMachine, pairsIn, type StoreAddress } from "./store-address.ts";

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

/** A container's name. @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
const NAME = "[a-z0-9](?:-?[a-z0-9]){2,62}";
/** The clouds of Azure, and accounts with a DNS zone of their own. A token goes to nobody else. */
const CONTAINER_URL = new RegExp(
  `^https://[a-z0-9]{3,24}\\.(?:blob\\.core\\.(?:windows\\.net|usgovcloudapi\\.net|chinacloudapi\\.cn)|z\\d{1,2}\\.blob\\.storage\\.azure\\.net)/${NAME}$`,
);
const ANY_URL = /^[a-z][a-z0-9+.-]*:\/\//i;
/** `Name=value` in front or after a semicolon: nobody names a folder so, and it may hold a key. */
const PAIR = /(?:^|;)\s*\w+\s*=/;
const CONTAINER = new RegExp(`;Container=(${NAME})$`);
/** As the SDK of blobs spells it, which tells case apart. */
const BLOBS = /(?:^|;)\s*BlobEndpoint=/;

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
  if (!PAIR.test(text))
    return ANY_URL.test(url) || text.includes("\0") ? null : { kind: "folder", folder: text };
  const [, name] = CONTAINER.exec(text) ?? [];
  const connectionString = text.replace(CONTAINER, "");
  if (name === undefined || !hasBlobsHere(connectionString)) return null;
  return { kind: "container", by: "key", connectionString: () => connectionString, name };
}

/** Whether a connection string is that of an Azurite on this machine, and says where its blobs are. */
const hasBlobsHere = (text: string): boolean =>
  BLOBS.test(text) && isOnThisMachine(pairsIn(text)?.get("blobendpoint") ?? "");

/** Where the digests of a store are that no setting names; null where one must. */
export function digestsBeside(store: StoreAddress): DigestsAddress | null {
  if (store.kind === "sqlite") return { kind: "folder", folder: `${store.file}.digests` };
  if (store.by === "identity" || !hasBlobsHere(store.connectionString())) return null;
  return { kind: "container", by: "key", connectionString: store.connectionString, name: "digests" };
}
