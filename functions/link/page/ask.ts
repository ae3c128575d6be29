import type { LinkView } from "../../../shared/view/link-view.ts";
import type { Address } from "./address.ts";

/** What a link shows, and until when. */
export interface Shown extends LinkView {
  readonly expiresAt: string;
}

/** Why nothing is shown. */
export interface Refusal {
  readonly heading: string;
  readonly sentence: string;
}

export type Answer = { readonly shown: Shown } | { readonly refusal: Refusal };

const SILENCE: Refusal = {
  heading: "The app does not answer",
  sentence: "Look whether you are online, and load the page again in a minute.",
};

const LIMIT_MS = 60_000;

/** Asks the app. The token goes in a header, so that it stands in no log of addresses. */
export async function ask({ id, token }: Address, send: typeof fetch): Promise<Answer> {
  try {
    const response = await send(`/api/requests/${id}/view`, {
      headers: { accept: "application/json", authorization: `Link ${token}` },
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const body: unknown = await response.json();
    return response.ok ? { shown: body as Shown } : { refusal: refusalIn(body) };
  } catch {
    // The reason is the browser's secret; what to do is the same for all of them.
    return { refusal: SILENCE };
  }
}

/** A problem document; a gateway's answer is none. */
function refusalIn(body: unknown): Refusal {
  const problem = typeof body === "object" && body !== null ? body : {};
  const { title, detail } = problem as Readonly<Record<string, unknown>>;
  return typeof title === "string" && typeof detail === "string"
    ? { heading: title, sentence: detail }
    : SILENCE;
}
