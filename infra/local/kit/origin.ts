import type { IncomingHttpHeaders } from "node:http";

/** What a server on loopback is called by those who mean it. */
const OWN_NAME = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Whether the call is of a page that this very server sent. A page of anybody's may have pointed a name of its own at
 * this machine (DNS rebinding) and is of the same origin then; so the Host header must be a name that is nobody else's.
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function isOfSameOrigin(headers: IncomingHttpHeaders): boolean {
  const { host = "", origin } = headers;
  const site = headers["sec-fetch-site"];
  const isOwn = origin === `http://${host}`;
  return OWN_NAME.test(host) && (site === "same-origin" ? isOwn || origin === undefined : isOwn && !site);
}

/** Whether the call may be of a page in a browser, whosever. Programs say neither, and call the server by its name. */
export function mayBeOfPage(headers: IncomingHttpHeaders): boolean {
  const { host = "", origin } = headers;
  return origin !== undefined || headers["sec-fetch-site"] !== undefined || !OWN_NAME.test(host);
}

/** Whether the server was called by a name that is nobody else's. */
export const isCalledByOwnName = ({ host = "" }: IncomingHttpHeaders): boolean => OWN_NAME.test(host);
