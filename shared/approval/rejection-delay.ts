import type { Instant } from "../connection/connection.ts";
import type { RequestIn } from "../request/request.ts";
import { isReviewer } from "../request/reviewer.ts";
import { inUtc } from "../text.ts";

/** Why no rejection of the policy in force is written yet, and for how long; the end is not known where `forMs` is null. */
export interface RejectionDelay {
  readonly because: string;
  readonly forMs: number | null;
}

/**
 * Whether a policy's rejection must wait: one that is written can never be taken back, and a policy that has only just
 * come into force may be half of what is being deployed.
 * @param rejectsFrom when the policy in force may reject at the earliest; null while nobody can tell
 * @returns null when it need not wait
 */
export function rejectionDelay(rejectsFrom: Instant | null, now: Instant): RejectionDelay | null {
  if (rejectsFrom === null)
    return { because: `${REJECTS} as long as it cannot be told since when it is in force.`, forMs: null };
  const forMs = Date.parse(rejectsFrom) - Date.parse(now);
  if (forMs <= 0) return null;
  return { because: `${REJECTS} before ${inUtc(rejectsFrom)}: it has only just come into force.`, forMs };
}

const REJECTS = "The policy in force rejects this, though not";

/** Whether the policy rejects: by a rule, by its default, or because nobody answered. */
export const isRejectedByPolicy = ({ decision }: RequestIn<"applying">): boolean =>
  decision.decision === "reject" && !isReviewer(decision.by);
