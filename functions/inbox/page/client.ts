import {
  type Refusal,
  type Reply,
  refusalIn,
  refused,
  SIGNED_OUT,
  UNREACHABLE,
  UNREADABLE,
} from "./reply.ts";

/** Who is signed in, as far as calls need to know. */
export interface Tokens {
  /** A token that is good for now; null when nobody is signed in any more. */
  current(): Promise<string | null>;
  /** Another one than that, which was not taken; null when there is none to be had. */
  renewed(than: string): Promise<string | null>;
}

/** What calls need of the world. */
export interface ClientNeeds {
  readonly fetch: typeof fetch;
  readonly tokens: Tokens;
  /** Told what the app's clock says, with every answer. */
  onDate(date: string): void;
}

/** Longer than Functions would let any call of ours take. */
const TIME_MS = 60_000;
/** A file comes as fast as its lines are read, and there may be many. */
const FILE_TIME_MS = 30 * 60_000;
const MAX_KEPT = 100;

/** Calls of the API, with the token of whoever is signed in. What goes wrong is an answer, never thrown. */
export class Client {
  readonly #needs: ClientNeeds;
  /** What was read last, by path, with its tag: what did not change is the same object again. */
  readonly #kept = new Map<string, { readonly etag: string; readonly value: unknown }>();

  constructor(needs: ClientNeeds) {
    this.#needs = needs;
  }

  async get<T>(path: string): Promise<Reply<T>> {
    const kept = this.#kept.get(path);
    const response = await this.#call(
      path,
      kept === undefined ? {} : { headers: { "if-none-match": kept.etag } },
    );
    if (!(response instanceof Response)) return { ok: false, refusal: response };
    if (response.status === 304 && kept !== undefined) {
      // A body that nobody reads, be it empty, is a call that the browser takes to be broken off.
      await response.arrayBuffer();
      return { ok: true, value: kept.value as T };
    }
    const reply = await replyOf<T>(response);
    const etag = response.headers.get("etag");
    if (reply.ok && etag !== null) this.#keep(path, { etag, value: reply.value });
    return reply;
  }

  async post<T>(path: string, body: unknown): Promise<Reply<T>> {
    const response = await this.#call(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return response instanceof Response ? replyOf<T>(response) : { ok: false, refusal: response };
  }

  /** The answer itself, for files. */
  async file(path: string, type: string): Promise<Reply<Blob>> {
    const response = await this.#call(path, {
      headers: { accept: type },
      signal: AbortSignal.timeout(FILE_TIME_MS),
    });
    if (!(response instanceof Response)) return { ok: false, refusal: response };
    if (!response.ok) return replyOf<Blob>(response);
    try {
      return { ok: true, value: await response.blob() };
    } catch {
      return refused(UNREACHABLE, "The file broke off. Ask for it again.");
    }
  }

  /** Nothing is kept of whoever was signed in before. */
  forget(): void {
    this.#kept.clear();
  }

  #keep(path: string, read: { readonly etag: string; readonly value: unknown }): void {
    // What is still looked at is kept again at the next look.
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(path, read);
  }

  /** Once more with another token, where the first one is not taken: nothing was done with it. */
  async #call(path: string, init: RequestInit): Promise<Response | Refusal> {
    const token = await this.#needs.tokens.current();
    if (token === null) return NOBODY;
    const response = await this.#send(path, init, token);
    if (!(response instanceof Response) || response.status !== 401) return response;
    const refusal = await refusalFrom(response);
    // A token of the same kind would be answered the same.
    if (refusal.claims !== null) return refusal;
    const other = await this.#needs.tokens.renewed(token);
    return other === null ? NOBODY : this.#send(path, init, other);
  }

  async #send(path: string, init: RequestInit, token: string): Promise<Response | Refusal> {
    try {
      const { fetch, onDate } = this.#needs;
      const headers = { accept: "application/json", ...init.headers, authorization: `Bearer ${token}` };
      const signal = init.signal ?? AbortSignal.timeout(TIME_MS);
      const response = await fetch(path, { ...init, headers, signal, cache: "no-store", redirect: "error" });
      const date = response.headers.get("date");
      if (date !== null) onDate(date);
      return response;
    } catch {
      // The reason is the browser's secret; what to do is the same for all of them.
      return refused(UNREACHABLE, "The app does not answer.").refusal;
    }
  }
}

const NOBODY = refused(SIGNED_OUT, "Your sign-in has ended.", 401).refusal;

async function replyOf<T>(response: Response): Promise<Reply<T>> {
  if (!response.ok) return { ok: false, refusal: await refusalFrom(response) };
  try {
    return { ok: true, value: (await response.json()) as T };
  } catch {
    return refused(UNREADABLE, "The app's answer cannot be read.", response.status);
  }
}

async function refusalFrom(response: Response): Promise<Refusal> {
  const body: unknown = await response.json().catch(() => null);
  return refusalIn(response.status, body);
}
