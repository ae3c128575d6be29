import { lookup as dnsLookup } from "node:dns/promises";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { TimeLimitError } from "../../time-limit.ts";
import { addressIn, kindOfAddress } from "./addresses.ts";

/** One address of a name. */
export interface Address {
  readonly address: string;
  readonly family: number;
}

/** Finds the addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly Address[]>;

/** What a receiver answered; nothing else of its answer is looked at. */
export interface WebhookAnswer {
  readonly status: number;
  /** As it came; null when it did not. */
  readonly retryAfter: string | null;
}

/** Sends a body to a URL by POST, follows nothing, and resolves to what was answered. @throws where nothing was */
export type Post = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<WebhookAnswer>;

interface PostNeeds {
  /** Whether private addresses may be reached. */
  readonly allowsPrivate: boolean;
  /** The machine's own unless told otherwise. */
  readonly resolve?: Resolve;
  /** For the whole exchange, 15 s unless told otherwise. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
/** The rest of an answer is not read: the line is cut. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Whoever sends nothing for so long closes the line, sooner than servers do. */
const IDLE_MS = 4_000;

/** An address to which nothing is sent. */
export class AddressError extends Error {
  override readonly name = "AddressError";
}

/**
 * Makes what sends. A name is resolved where a connection begins and nowhere else, and every address of it is looked at
 * there: what is connected to is what was looked at, whatever the name leads to a moment later. The certificate must be the
 * name's.
 */
export function createPost({
  allowsPrivate,
  resolve = allAddresses,
  timeoutMs = TIMEOUT_MS,
}: PostNeeds): Post {
  const check = (address: string): void => {
    const kind = kindOfAddress(address);
    if (kind === "public" || (kind === "private" && allowsPrivate)) return;
    const hint = kind === "private" ? "; WEBHOOK_PRIVATE=on would allow it" : "";
    throw new AddressError(`the address ${address} is no address of the internet${hint}`);
  };
  const lookup = lookupBy(async (hostname) => {
    const found = await resolve(hostname);
    if (found.length === 0) throw new AddressError(`${hostname} has no address`);
    for (const { address } of found) check(address);
    return found;
  });
  const kept = { keepAlive: true, timeout: IDLE_MS };
  const agents = { "https:": new HttpsAgent(kept), "http:": new HttpAgent(kept) };
  return async (url, headers, body) => {
    // An address is connected to as it stands, without a look-up.
    const literal = addressIn(url.hostname);
    if (literal !== null) check(literal);
    const options = {
      method: "POST",
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      lookup,
      signal: AbortSignal.timeout(timeoutMs),
    };
    const { promise, resolve: answered, reject } = Promise.withResolvers<IncomingMessage>();
    const request =
      url.protocol === "https:"
        ? httpsRequest(url, { ...options, agent: agents["https:"], rejectUnauthorized: true }, answered)
        : httpRequest(url, { ...options, agent: agents["http:"] }, answered);
    request.on("error", (error) => reject(isTimeout(error) ? new TimeLimitError(timeoutMs) : error));
    // Also where it is no answer, such as another protocol.
    request.on("close", () => reject(new Error("the connection was closed without an answer")));
    request.end(body);
    const answer = await promise;
    readAway(answer);
    return { status: answer.statusCode ?? 0, retryAfter: answer.headers["retry-after"] ?? null };
  };
}

const allAddresses: Resolve = (hostname) => dnsLookup(hostname, { all: true });

/** Node asks for all addresses, and connects to one of them; or for one alone. */
const lookupBy =
  (resolve: Resolve): LookupFunction =>
  (hostname, { all }, callback) => {
    resolve(hostname).then(
      (found) => {
        const [first] = found;
        if (all === true) callback(null, [...found]);
        else callback(null, first?.address ?? "", first?.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };

/** Lets the line be used again when the answer is short, and cuts it when it is long. */
function readAway(answer: IncomingMessage): void {
  let bytes = 0;
  answer.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) answer.destroy();
  });
  // What was answered is known by then.
  answer.on("error", () => answer.destroy());
}

const isTimeout = (error: NodeJS.ErrnoException): boolean => error.code === "ABORT_ERR";
