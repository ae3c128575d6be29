import type { IncomingHttpHeaders } from "node:http";
import { isSameSecret } from "./secret.ts";

/** Where the control interface of a stand-in is; the service that it imitates has no path that starts like this. */
export const CONTROL_PREFIX = "/_control/";

/** Whether a request shows the key of the control interface. Without a key there is none, and nobody gets in. */
export function hasControlKey(headers: IncomingHttpHeaders, key: string | undefined): boolean {
  const sent = headers["x-control-key"];
  if (!key || typeof sent !== "string") return false;
  return isSameSecret(sent, key);
}
