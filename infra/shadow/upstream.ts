import type { IncomingHttpHeaders } from "node:http";

/** Azure Resource Manager, as the engineer may read it. */
export interface Upstream {
  /** `https://management.azure.com`, or the one of another cloud. */
  readonly origin: string;
  /** The engineer's own token. */
  token(): Promise<string>;
}

/** A call that was found to be a read. */
export interface Read {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Who comes without a token, to be told the subscription's tenant, goes without one. */
  readonly isSignedIn: boolean;
}

/** What is sent back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** No cookie, and no header by which a proxy takes a POST for something else. */
const SENT = [
  "accept",
  "content-type",
  "x-ms-client-request-id",
  "x-ms-correlation-request-id",
  "x-ms-return-client-request-id",
];
/** Where else the answer is to be found is not told: nobody follows a redirect with the engineer's token. */
const ANSWERED = /^(content-type|retry-after|www-authenticate|x-ms-.+)$/;

/** A list of all clusters of a large subscription may take its time; the app gives up sooner. */
const TIME_LIMIT_MS = 60_000;

/** Passes a read on. @param here the origin that the app knows @throws what `fetch` throws, and when a list goes on elsewhere */
export async function passOn(upstream: Upstream, read: Read, here: string): Promise<Answer> {
  const { method, url, headers, body, isSignedIn } = read;
  const response = await fetch(url, {
    method,
    headers: {
      ...Object.fromEntries(SENT.flatMap((name) => asText(name, headers[name]))),
      ...(isSignedIn && { authorization: `Bearer ${await upstream.token()}` }),
    },
    ...(method === "POST" && { body: new Uint8Array(body) }),
    redirect: "manual",
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  return {
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => ANSWERED.test(name))),
    body: linkedHere(await response.text(), upstream.origin, here),
  };
}

const asText = (name: string, value: string | string[] | undefined): [string, string][] =>
  typeof value === "string" ? [[name, value]] : [];

/** The page of a list, so that its next page is asked for here. */
function linkedHere(text: string, there: string, here: string): string {
  const page: unknown = text.includes('"nextLink"') ? JSON.parse(text) : null;
  if (!hasNextLink(page)) return text;
  const { origin, pathname, search } = new URL(page.nextLink);
  if (origin !== there) throw new Error(`the list goes on at ${origin}, which is not Azure Resource Manager`);
  return JSON.stringify({ ...page, nextLink: here + pathname + search });
}

const hasNextLink = (page: unknown): page is { readonly nextLink: string } =>
  typeof page === "object" &&
  page !== null &&
  "nextLink" in page &&
  typeof page.nextLink === "string" &&
  page.nextLink !== "";
