/** What the app, or nobody, answered instead of what was asked for. */
export interface Refusal {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** What the page acts on: the API's `code`, or one of the page's own below. */
  readonly code: string;
  /** For people. */
  readonly sentence: string;
  /** What the next sign-in has to bring, where the code is `claimsRequired`. */
  readonly claims: string | null;
}

/** What came of a call. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** Codes of the page's own: no answer came, what came is none of the API's, and nobody is signed in any more. */
export const UNREACHABLE = "unreachable";
export const UNREADABLE = "unreadable";
export const SIGNED_OUT = "signedOut";

export const refused = (code: string, sentence: string, status = 0): { ok: false; refusal: Refusal } => ({
  ok: false,
  refusal: { status, code, sentence, claims: null },
});

/** Whether the same may work in a while: nobody answered, or the app has a fault. */
export const isPassing = ({ status }: Refusal): boolean => status === 0 || status >= 500;

/** A problem document of the API as a refusal; what is none, a gateway's page for example, keeps its status. */
export function refusalIn(status: number, body: unknown): Refusal {
  const problem = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const text = (name: string): string | null =>
    typeof problem[name] === "string" ? (problem[name] as string) : null;
  return {
    status,
    code: text("code") ?? UNREADABLE,
    sentence: text("detail") ?? `The app answered ${status} without saying why.`,
    claims: text("claims"),
  };
}
