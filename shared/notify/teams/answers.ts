/**
 * What a server of Teams answers. Where it leads on, card and secret would go to whoever said so: nothing is followed.
 * @param who `The workflow`, as the subject of a sentence
 * @throws without the address, and without what `fetch` says, which may hold it
 */
export async function answerOf(
  who: string,
  url: string,
  request: RequestInit,
  timeLimitMs: number,
): Promise<Response> {
  const signal = AbortSignal.timeout(timeLimitMs);
  try {
    return await fetch(url, { ...request, signal, redirect: "manual" });
  } catch (error) {
    throw new Error(
      signal.aborted
        ? `${who} did not answer within ${timeLimitMs / 1_000} s.`
        : `${who} cannot be reached (${causeOf(error)}).`,
    );
  }
}

/** `ECONNREFUSED`: the code alone, since a message may name the address. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return /^\w{1,60}$/.test(code) ? code : "no code";
}

/** How long somebody wants us to wait who says no pause, in ms. */
const WAIT_MS = 60_000;

/** How long we are to wait: seconds, or until a moment. @returns ms */
export function pauseIn({ headers }: Response): number {
  const header = headers.get("retry-after");
  if (header === null) return WAIT_MS;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? WAIT_MS : Math.max(ms, 0);
}

/** What a body is as JSON; undefined where it is none: a gateway answers in HTML. */
export async function jsonOf(response: Response): Promise<unknown> {
  try {
    return JSON.parse(await response.text());
  } catch {
    return undefined;
  }
}

/** An error's code, as Microsoft names it; null where there is none. Nothing else of what a stranger's server may answer. */
export function codeIn(body: unknown): string | null {
  const error = typeof body === "object" && body !== null && "error" in body ? body.error : null;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" && /^[A-Za-z]{1,60}$/.test(code) ? code : null;
}
