import type { Instant } from "../connection/connection.ts";
import type { Facts } from "../policy/facts.ts";
import type { ApprovalRequest, Review } from "../request/request.ts";
import type { ListedRequest } from "../search/summaries.ts";

/** What the person who looks may do about a request, as the API says. */
export interface Viewer {
  readonly mayReview: boolean;
  /** `mayReview`, or why not: `notAnApprover`, `selfReview`, `alreadyReviewed` and so on. */
  readonly code: string;
  /** The same as a sentence. */
  readonly because: string;
  /** Their own review, as long as it counts. */
  readonly review: Review | null;
  readonly mayWithdraw: boolean;
  readonly mayReopen: boolean;
  readonly mayRetry: boolean;
}

/** All that a screen is made of. */
export interface ScreenInput {
  readonly request: ApprovalRequest;
  /** What the last assessment stood on; null before any. */
  readonly facts: Facts | null;
  /** What the rules behind the verdict are for, by their names, where the policy in force is the one that judged. */
  readonly descriptions?: Readonly<Record<string, string>> | undefined;
  /** Null where nobody in particular looks: such a screen has no actions. */
  readonly viewer: Viewer | null;
  /** Other requests of this consumer, the newest first; the first three are shown. */
  readonly recent: readonly ListedRequest[];
  readonly now: Instant;
  /** Id of the tenant that people sign in to; without it nobody can tell another tenant from it. */
  readonly homeTenant?: string | null | undefined;
}
