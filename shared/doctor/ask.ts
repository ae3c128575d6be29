import { jsonIn } from "../request/json.ts";
import { reasonOf } from "../text.ts";

/** What came back, if anything did. */
export type Answer =
  | {
      readonly kind: "answer";
      readonly status: number;
      /** Undefined where it is no JSON. */
      readonly body: unknown;
      /** How far the clock there is ahead of the one here, to a second; null where it does not tell its time. */
      readonly aheadMs: number | null;
    }
  | { readonly kind: "silence"; readonly because: string };

const TIME_LIMIT_MS = 20_000;

/** Asks once. A redirection is nobody's whom we know, and a token may be with us. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const askedAt = Date.now();
  try {
    const response = await fetch(url, {
      ...init,
      redirect: "error",
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    const answeredAt = Date.now();
    const body = jsonIn(await response.text());
    const saidAt = Date.parse(response.headers.get("date") ?? "");
    const aheadMs = Number.isNaN(saidAt) ? null : saidAt + HALF_A_SECOND_MS - (askedAt + answeredAt) / 2;
    return { kind: "answer", status: response.status, body, aheadMs };
  } catch (error) {
    return { kind: "silence", because: causeOf(error) };
  }
}

/** The header has whole seconds. */
const HALF_A_SECOND_MS = 500;

/** `fetch` says only that it failed; why is said beneath. */
const causeOf = (error: unknown): string =>
  reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error, 200);
