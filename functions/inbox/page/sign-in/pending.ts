/**
 * What must outlive the way to the sign-in page and back: everything that proves that the answer is to this page's
 * question, and what somebody was about to do.
 *
 * In `sessionStorage`, since it is the one place that only this origin in only this tab can read: `window.name` and the
 * `state` parameter show the verifier to the sign-in page, and `history.state` is gone with the entry that is left. It is
 * removed before anything else is done with it, so it is there while the sign-in page is, and never beside a token.
 */
export interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Whether the person was not to be asked anything. */
  readonly isSilent: boolean;
  /** What stood in the address from `#` on. */
  readonly hash: string;
  /** Reasons that were begun, by request. */
  readonly drafts: Readonly<Record<string, string>>;
  /** Who began them; null where nobody did. */
  readonly sub: string | null;
}

const KEY = "inbox.sign-in";

/** `sessionStorage`, or what stands for it. */
export type Keep = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export const keepPending = (keep: Keep, pending: Pending): void => keep.setItem(KEY, JSON.stringify(pending));

/** What was kept, which is not kept any longer; null where there is nothing, or nothing of ours. */
export function takePending(keep: Keep): Pending | null {
  const text = keep.getItem(KEY);
  keep.removeItem(KEY);
  try {
    const kept: unknown = JSON.parse(text ?? "null");
    return isPending(kept) ? kept : null;
  } catch {
    return null;
  }
}

function isPending(kept: unknown): kept is Pending {
  if (typeof kept !== "object" || kept === null) return false;
  const { state, nonce, verifier, hash, drafts } = kept as Record<string, unknown>;
  const areTexts = [state, nonce, verifier, hash].every((text) => typeof text === "string");
  return areTexts && typeof drafts === "object" && drafts !== null;
}
