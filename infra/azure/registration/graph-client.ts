import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { CommandError } from "../../local/kit/errors.ts";
import { parseJson } from "../../local/kit/json-text.ts";
import { printable } from "../kit/printable.ts";

/** Microsoft Graph, as far as registrations need it. Paths are those below `/v1.0/`. */
export interface GraphClient {
  /** @returns null for what is not there */
  get(path: string): Promise<unknown>;
  /** What is known to be there, and is waited for. */
  getSoon(path: string): Promise<unknown>;
  /** All pages of a collection. */
  list(path: string): Promise<readonly unknown[]>;
  /** @returns what Graph answers; null when it has nothing to say, or when it is done already */
  write(method: "PATCH" | "POST", path: string, body: object, upserts?: boolean): Promise<unknown>;
}

interface GraphOptions {
  /** `https://graph.microsoft.com`, without a slash at its end. */
  readonly endpoint: string;
  readonly token: string;
  readonly pause?: (ms: number) => Promise<unknown>;
}

const TIME_LIMIT_MS = 30_000;
/** A new object is known everywhere within seconds, and now and then within minutes. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000];
const LONGEST_PAUSE_MS = 60_000;

const GraphError = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const Page = z.object({ value: z.array(z.unknown()), "@odata.nextLink": z.string().optional() });

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs: number | null;
}

/** What was there already: somebody else, or a call whose answer got lost, was first. */
const isDone = ({ status, code, message }: Answer): boolean =>
  (status === 409 && code === "Request_MultipleObjectsWithSameKeyValue") ||
  /^Permission (?:being assigned|entry) already exists/.test(message);

/** Graph's replicas do not know a new object at once; a write that leads to one is tried again. */
const isNotKnownYet = ({ status, message }: Answer): boolean =>
  status === 404 || (status === 400 && /does not reference a valid application object/.test(message));

const isPassing = ({ status }: Answer): boolean => status === 429 || status >= 500;

/** @throws CommandError where Graph refuses, in sentences that say what to do */
export function graphClient({ endpoint, token, pause = sleep }: GraphOptions): GraphClient {
  const base = `${endpoint}/v1.0/`;
  const once = async (method: string, url: string, body?: object, upserts = false): Promise<Answer> => {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(upserts && { prefer: "create-if-missing" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
      redirect: "error",
    });
    const said = parseJson(await response.text()) ?? null;
    const { code, message } = GraphError.safeParse(said).data?.error ?? { code: "", message: "" };
    const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
    const retryAfterMs = Number.isNaN(seconds) ? null : Math.min(seconds * 1_000, LONGEST_PAUSE_MS);
    return { status: response.status, body: said, code, message, retryAfterMs };
  };
  /** Every call may be sent again: what it asks for is then as it is asked for. */
  const patiently = async (
    call: () => Promise<Answer>,
    again: (answer: Answer) => boolean,
  ): Promise<Answer> => {
    for (const pauseMs of PAUSES_MS) {
      const answer = await call().catch(unreachable);
      if (answer !== null && !again(answer)) return answer;
      await pause(answer?.retryAfterMs ?? pauseMs);
    }
    return call().catch((cause: unknown) => {
      throw new CommandError(`Microsoft Graph (${endpoint}) cannot be reached.`, { cause });
    });
  };
  const read = async (url: string): Promise<Answer> => {
    const answer = await patiently(() => once("GET", url), isPassing);
    if (answer.status === 200 || answer.status === 404) return answer;
    throw refusal(answer, endpoint);
  };
  return {
    get: async (path) => {
      const { status, body } = await read(base + path);
      return status === 404 ? null : body;
    },
    getSoon: async (path) => {
      const call = () => once("GET", base + path);
      const answer = await patiently(call, (each) => isPassing(each) || isNotKnownYet(each));
      if (answer.status === 200) return answer.body;
      throw refusal(answer, endpoint);
    },
    list: async (path) => {
      const found: unknown[] = [];
      for (let url: string | undefined = base + path; url !== undefined; ) {
        // A link to somewhere else would get the token.
        if (!url.startsWith(base)) throw new CommandError("Microsoft Graph names a next page elsewhere.");
        const answer = await read(url);
        if (answer.status === 404) throw refusal(answer, endpoint);
        const { value, "@odata.nextLink": next } = Page.parse(answer.body);
        found.push(...value);
        url = next;
      }
      return found;
    },
    write: async (method, path, body, upserts) => {
      const call = () => once(method, base + path, body, upserts);
      const answer = await patiently(call, (each) => isPassing(each) || isNotKnownYet(each));
      if (isDone(answer)) return null;
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      throw refusal(answer, endpoint);
    },
  };
}

/** Nothing came back, which is tried again as what passes. */
function unreachable(error: unknown): null {
  if (error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError"))
    return null;
  throw error;
}

const WHO_MAY =
  "You need the directory role Application Developer to make a registration of your own, Cloud Application Administrator to change another one, assign roles or consent, and Privileged Role Administrator to grant the app's identity permissions of Microsoft Graph. In a pipeline: Application.ReadWrite.OwnedBy, and AppRoleAssignment.ReadWrite.All for assignments";

const ADVICE: Readonly<Record<number, string>> = {
  401: "Sign in again with az login, or put a fresh token into GRAPH_TOKEN.",
  403: `${WHO_MAY}. What was done so far stays; run the command again when you may.`,
  404: "An object that was named is not in this tenant, or not known to all of Graph yet. Look at the ids, and run the command again in some minutes.",
  429: "It is asked too much. Run the command again in some minutes; what was done so far stays.",
};

function refusal({ status, code, message }: Answer, endpoint: string): CommandError {
  const said = message === "" ? "" : ` It says: ${printable(`${message} (${code})`)}`;
  const advice =
    ADVICE[status] ??
    (status >= 500
      ? "Run the command again in some minutes; what was done so far stays."
      : "Nothing further was changed.");
  return new CommandError(`Microsoft Graph (${endpoint}) answered ${status}. ${advice}${said}`);
}
