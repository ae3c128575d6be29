import * as z from "zod";

/** Where the audit store is. */
export type StoreAddress = { readonly kind: "sqlite"; readonly file: string } | TableAddress;

/** Table storage: an account in Azure, by the app's identity, or an Azurite on this machine. */
export type TableAddress =
  | { readonly kind: "tables"; readonly by: "identity"; readonly url: string }
  /** A function, so that no log and no JSON shows the key in it. */
  | { readonly kind: "tables"; readonly by: "key"; readonly connectionString: () => string };

/**
 * The clouds of Azure, and accounts with a DNS zone of their own. A token goes to nobody else.
 * @see https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints
 */
const ACCOUNT_URL =
  /^https:\/\/[a-z0-9]{3,24}(\.table\.core\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)|\.z\d{1,2}\.table\.storage\.azure\.net)\/?$/;
const ANY_URL = /^[a-z][a-z0-9+.-]*:\/\//i;
/** `Name=value` in front or after a semicolon: nobody names a file so, and it may hold a key. */
const PAIR = /(^|;)\s*\w+\s*=/;
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/** Whether an address is on this very machine. Parsed, because what stands before an `@` only looks like the host. */
export const isOnThisMachine = (url: string): boolean =>
  URL.canParse(url) && LOOPBACK.includes(new URL(url).hostname);

const MUST_BE =
  "must be the path of a SQLite file, https://ACCOUNT.table.core.windows.net, or the connection string of an Azurite on this machine";

/** Reads an address; what is wrong is said without showing it, since it may hold a key. */
export const StoreAddress = z
  .string()
  .min(1)
  .transform((text, context): StoreAddress => {
    const address = addressIn(text);
    if (typeof address !== "string") return address;
    context.addIssue({ code: "custom", message: address });
    return z.NEVER;
  });

/** The address, or what is wrong with it. */
function addressIn(text: string): StoreAddress | string {
  const url = text.trim();
  if (ACCOUNT_URL.test(url)) return { kind: "tables", by: "identity", url: url.replace(/\/$/, "") };
  if (PAIR.test(text)) return ofConnectionString(text);
  return ANY_URL.test(url) || text.includes("\0") ? MUST_BE : { kind: "sqlite", file: text };
}

function ofConnectionString(text: string): StoreAddress | string {
  const given = pairsIn(text);
  const endpoint = given?.get("tableendpoint") ?? "";
  if (!given?.get("accountname") || !given.get("accountkey") || !URL.canParse(endpoint))
    return "must have AccountName, AccountKey and TableEndpoint, if it is a connection string";
  if (!isOnThisMachine(endpoint))
    return "must be https://ACCOUNT.table.core.windows.net for an account in Azure: by a key the app could change records, by its identity it can only add some";
  return { kind: "tables", by: "key", connectionString: () => text };
}

/**
 * The pairs of a connection string, by names in lower case: the SDK of tables does not tell case apart either. Null where
 * one name stands twice, since not all take the same of the two. A key may end with `=`.
 */
export function pairsIn(text: string): ReadonlyMap<string, string> | null {
  const pairs = text.split(";").flatMap((pair) => {
    const [, name, value = ""] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    return name === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  const byName = new Map(pairs);
  return byName.size === pairs.length ? byName : null;
}
