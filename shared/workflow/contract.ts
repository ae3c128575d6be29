import * as z from "zod";
import { wakeAt } from "../approval/wait.ts";
import { Instant, RequestId } from "../connection/connection.ts";
import { Tries } from "../connection/retry.ts";
import { PutOut } from "../notify/deliver.ts";
import { Line } from "../request/notice.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { RequestState } from "../request/terms.ts";

/** One round of one request: what its orchestration carries. Everything else is in the store. */
export const Round = z.object({ requestId: RequestId, round: z.int().positive() });
export type Round = z.infer<typeof Round>;

/** What the orchestrator needs to know of a request. */
export const RoundStatus = z.object({
  state: RequestState,
  waitSeq: z.int().nullable(),
  wakeAt: Instant.nullable(),
});
export type RoundStatus = z.infer<typeof RoundStatus>;

/** Where the orchestration believed the request to be when it broke; null before it knew. */
export const Broken = Round.extend({ status: RoundStatus.nullable() });
export type Broken = z.infer<typeof Broken>;

/** `tries` is what the last attempt gave back. */
export const Attempt = Round.extend({ tries: Tries });
export type Attempt = z.infer<typeof Attempt>;

/** What an attempt came to: where the request stands, or that ARM wants a pause before the same is tried again. */
export const Progress = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("stands"), status: RoundStatus }),
  z.object({ kind: z.literal("tryAgain"), afterMs: z.int().nonnegative(), tries: Tries }),
]);
export type Progress = z.infer<typeof Progress>;

/** `now` is the orchestrator's clock, by which its timers fire: what is due must not depend on another one's skew. */
export const FollowUp = Round.extend({ now: Instant });
export type FollowUp = z.infer<typeof FollowUp>;

/** `now` is the orchestrator's clock, as for a follow-up. */
export const DeliverAt = Line.extend({ now: Instant, putOut: PutOut.optional() });
export type DeliverAt = z.infer<typeof DeliverAt>;

/** The event that the host is to put out. */
export const ToPutOut = Line.extend({ seq: z.int().positive() });

/** Where a request stands for the orchestration of `round`: closed, when a later one has taken over. */
export function statusOf(request: ApprovalRequest, round: number): RoundStatus {
  if (request.round !== round) return { state: "closed", waitSeq: null, wakeAt: null };
  return { state: request.state, waitSeq: request.waitSeq, wakeAt: wakeAt(request) };
}
