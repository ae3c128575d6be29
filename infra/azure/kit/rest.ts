import { setTimeout as sleep } from "node:timers/promises";
import { CommandError } from "../../local/kit/errors.ts";
import { parseJson } from "../../local/kit/json-text.ts";

/** What a service of Azure answered. */
export interface Answer {
  readonly status: number;
  /** null where it is no JSON. */
  readonly body: unknown;
  readonly retryAfterMs: number | null;
}

/** One call. Whatever is sent here may be sent again: what it asks for is then as it was asked for. */
export interface Call {
  readonly method: "GET" | "PATCH" | "POST" | "PUT";
  readonly url: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RestOptions {
  /** As people call the service, and where it is. */
  readonly service: string;
  readonly token: string;
  /** Waits; told how long, in ms. */
  readonly pause?: ((ms: number) => Promise<unknown>) | undefined;
}

const TIME_LIMIT_MS = 30_000;
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000];
const LONGEST_PAUSE_MS = 60_000;

const isPassing = ({ status }: Answer): boolean => status === 429 || status >= 500;

/** Sends calls with a token, and again while what stands in the way may pass: at most for two minutes. */
export type Rest = (call: Call, again?: (answer: Answer) => boolean) => Promise<Answer>;

/** @throws CommandError when nothing answers */
export function restOf({ service, token, pause = sleep }: RestOptions): Rest {
  return async (call, again = () => false) => {
    for (const pauseMs of PAUSES_MS) {
      const answer = await sent(call, token).catch(unreachable);
      if (answer !== null && !isPassing(answer) && !again(answer)) return answer;
      await pause(answer?.retryAfterMs ?? pauseMs);
    }
    return sent(call, token).catch((cause: unknown) => {
      throw new CommandError(`${service} cannot be reached.`, { cause });
    });
  };
}

async function sent({ method, url, body, headers }: Call, token: string): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
    redirect: "error",
  });
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return {
    status: response.status,
    body: parseJson(await response.text()) ?? null,
    retryAfterMs: Number.isNaN(seconds) ? null : Math.min(seconds * 1_000, LONGEST_PAUSE_MS),
  };
}

/** Nothing came back, which is tried again as what passes. */
function unreachable(error: unknown): null {
  if (error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError"))
    return null;
  throw error;
}
