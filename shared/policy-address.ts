import { basename } from "node:path";
import * as z from "zod";
import { BLOB_ACCOUNT_URL, CONTAINER_NAME, hasBlobsHere, isPath } from "./blob-address.ts";

/** Where the policy is kept. */
export type PolicyAddress = { readonly kind: "file"; readonly file: string } | PolicyBlob;

/** A blob that holds a built policy: in Azure, read by the app's identity, or in an Azurite on this machine. */
export type PolicyBlob = {
  readonly kind: "blob";
  /** `CONTAINER/BLOB`, as messages show it: a connection string may hold a key. */
  readonly shown: string;
  readonly container: string;
  /** Ends in `.json`. */
  readonly blob: string;
} & (
  | { readonly by: "identity"; readonly containerUrl: string }
  /** A function, so that no log shows the key in it. */
  | { readonly by: "key"; readonly connectionString: () => string }
);

/** Beside the policy: what can be stopped without a restart. */
export const SWITCHES = "switches.json";
/** Of letters that mean themselves in a URL; no part is only dots, which a client would take for a way up. */
const BLOB_NAME = "(?:[\\w-][\\w.-]{0,99}/){0,8}[\\w-][\\w.-]{0,99}\\.json";
const BLOB_URL = new RegExp(`^(${BLOB_ACCOUNT_URL}/(${CONTAINER_NAME}))/(${BLOB_NAME})$`);
const PLACE = new RegExp(`;Container=(${CONTAINER_NAME});Blob=(${BLOB_NAME})$`);

const MUST_BE =
  "must be the path of a file, https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.json, or the connection string of an Azurite on this machine with ;Container=NAME;Blob=NAME.json at its end";

/** Reads an address; what is wrong is said without showing it, since it may hold a key. */
export const PolicyAddress = z
  .string()
  .min(1)
  .transform((text, context): PolicyAddress => {
    const address = addressIn(text);
    if (address !== null) return address;
    context.addIssue({ code: "custom", message: MUST_BE });
    return z.NEVER;
  });

/** Whether a name is taken by what stands beside the policy. */
const isSwitches = (name: string): boolean => basename(name) === SWITCHES;

function addressIn(text: string): PolicyAddress | null {
  if (isPath(text)) return { kind: "file", file: text };
  const [url, containerUrl = "", inUrl = "", named = ""] = BLOB_URL.exec(text.trim()) ?? [];
  if (url !== undefined && !isSwitches(named))
    return { kind: "blob", by: "identity", shown: url, containerUrl, container: inUrl, blob: named };
  const [end, container = "", blob = ""] = PLACE.exec(text) ?? [];
  if (end === undefined || isSwitches(blob)) return null;
  const connectionString = text.slice(0, -end.length);
  if (!hasBlobsHere(connectionString)) return null;
  const shown = `${container}/${blob}`;
  return { kind: "blob", by: "key", shown, connectionString: () => connectionString, container, blob };
}
