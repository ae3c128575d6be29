import { isOnThisMachine, pairsIn } from "./store-address.ts";

/** A container's name. @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
export const CONTAINER_NAME = "[a-z0-9](?:-?[a-z0-9]){2,62}";
/** The clouds of Azure, and accounts with a DNS zone of their own. A token goes to nobody else. */
export const BLOB_ACCOUNT_URL =
  "https://[a-z0-9]{3,24}\\.(?:blob\\.core\\.(?:windows\\.net|usgovcloudapi\\.net|chinacloudapi\\.cn)|z\\d{1,2}\\.blob\\.storage\\.azure\\.net)";
const ANY_URL = /^[a-z][a-z0-9+.-]*:\/\//i;
/** `Name=value` in front or after a semicolon: nobody names a file so, and it may hold a key. */
const PAIR = /(?:^|;)\s*\w+\s*=/;
/** As the SDK of blobs spells it, which tells case apart. */
const BLOBS = /(?:^|;)\s*BlobEndpoint=/;

/** Whether a text can only be meant as the path of a file or a folder. */
export const isPath = (text: string): boolean =>
  !PAIR.test(text) && !ANY_URL.test(text.trim()) && !text.includes("\0");

/** Whether a connection string is that of an Azurite on this machine, and says where its blobs are. */
export const hasBlobsHere = (text: string): boolean =>
  BLOBS.test(text) && isOnThisMachine(pairsIn(text)?.get("blobendpoint") ?? "");
