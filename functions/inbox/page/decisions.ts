import { type Reply, UNREACHABLE, UNREADABLE } from "./reply.ts";

/** What somebody can do about a request. */
export type Verb = "approve" | "reject" | "withdraw" | "retry" | "reopen";

/** What a page does after it asked for something to be done. Whatever it is, it looks at the request anew. */
export type Next =
  /** It is on record. */
  | { readonly kind: "recorded" }
  /** Nobody can tell: the request says whether it is on record. */
  | { readonly kind: "unknown"; readonly sentence: string }
  /** What was asked is not what the person saw. */
  | { readonly kind: "changed" }
  /** The person has to sign in again, and prove this. */
  | { readonly kind: "signIn"; readonly claims: string }
  /** Nothing of it is on record. */
  | { readonly kind: "refused"; readonly sentence: string };

/** No answer, or one that says nothing about what was done. */
const SILENT: readonly string[] = [UNREACHABLE, UNREADABLE, "internal"];

/** By codes alone: texts are for people, and the API's own say what stands in the way. */
export function nextAfter(reply: Reply<unknown>): Next {
  if (reply.ok) return { kind: "recorded" };
  const { code, claims, sentence } = reply.refusal;
  if (claims !== null) return { kind: "signIn", claims };
  if (code === "changed" || code === "neverAsked") return { kind: "changed" };
  // Whoever asked twice, or lost the first answer, has what they wanted.
  if (code === "alreadyReviewed") return { kind: "recorded" };
  return { kind: SILENT.includes(code) ? "unknown" : "refused", sentence };
}

/** What a request says of what was done to it, as it is read. */
export interface Trace {
  readonly state: string;
  readonly round: number;
  readonly decision: {
    readonly decision: string;
    readonly by: { readonly kind: string; readonly oid?: string };
  } | null;
  readonly viewer: { readonly review: { readonly review: string } | null };
}

/** Whether what was asked for is on record all the same: whoever lost the answer need not ask twice. */
export function isOnRecord(verb: Verb, me: string, before: Trace, after: Trace): boolean {
  const { decision } = after;
  switch (verb) {
    case "approve":
    case "reject":
      return (
        after.viewer.review?.review === verb ||
        (decision !== null && decision.decision === verb && decision.by.oid === me)
      );
    case "withdraw":
      return before.viewer.review !== null && after.viewer.review === null && after.state === "waiting";
    case "retry":
    case "reopen":
      return after.round > before.round;
  }
}
